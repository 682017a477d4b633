"""A plan says what is wrong with it before anybody opens a hall with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from queue_server.domain.calling import MINUTE, CallingRule
from queue_server.domain.layout import Class, InvalidLayout, Lane, Layout, Service, Slot
from queue_server.domain.tickets import Step


def wrong(layout: Layout, **changes: Any) -> list[str]:
    """What is wrong after these changes."""
    return [str(problem) for problem in replace(layout, **changes).problems()]


def test_the_small_hall_is_well(layout: Layout) -> None:
    """Nothing to say."""
    assert list(layout.problems()) == []


def test_json_and_back(layout: Layout) -> None:
    """The stream, the archive and Lua read the same plan."""
    assert Layout.from_json(layout.to_json()) == layout
    assert Layout.from_json(layout.to_json(date(2026, 3, 2))) == layout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hall": "a b"}, "hall: must be letters, digits, - or _ (at most 32)"),
        ({"name": ""}, "name: must not be empty"),
        ({"closing": "never"}, "closing: must be wait or expire"),
        ({"timezone": "Mars/Base"}, "timezone: there is no time zone 'Mars/Base'"),
        ({"timezone": "Asia"}, "timezone: there is no time zone 'Asia'"),
        ({"classes": (Class("green", "绿"),)}, "classes: the class 'ordinary' must be there"),
        ({"rule": CallingRule(reserve=-1)}, "rule/reserve: must not be negative"),
        ({"rule": CallingRule(max_overtaken=0)}, "rule/max_overtaken: must be at least 1"),
        (
            {"rule": CallingRule(ceiling=MINUTE)},
            "rule/ceiling: must not be shorter than green_promise",
        ),
    ],
)
def test_settings_out_of_range(layout: Layout, changes: dict[str, Any], sentence: str) -> None:
    """Each problem names its place."""
    assert sentence in wrong(layout, **changes)


def test_references_that_lead_nowhere(layout: Layout) -> None:
    """A service, a step or a window of a lane that is not there."""
    lost = Service(code="X", name="x", lane="nowhere", steps=(Step("gone", ("X",), 5, (3,)),))
    found = wrong(
        layout,
        services=(*layout.services, lost),
        windows=(replace(layout.windows[0], lanes=("void",), classes=("vip",)),),
    )

    assert "services/5/lane: there is no lane 'nowhere'" in found
    assert "services/5/steps/0/lane: there is no lane 'gone'" in found
    assert "services/5/steps/0/after: must name earlier steps" in found
    assert "windows/0/lanes: there is no lane 'void'" in found
    assert "windows/0/classes: there is no class 'vip'" in found
    assert "lanes/0: no window serves lane 'general'" in found


def test_what_stands_twice(layout: Layout) -> None:
    """Ids are given once."""
    found = wrong(layout, lanes=(*layout.lanes, Lane("police", "x", "Z")))

    assert "lanes/3: 'police' stands here twice" in found


def test_everything_is_said_at_once(layout: Layout) -> None:
    """Whoever mends a file mends it once."""
    bad = replace(layout, name="", closing="never", timezone="Mars/Base")

    with pytest.raises(InvalidLayout) as raised:
        bad.checked()
    assert len(raised.value.problems) == 3


def test_service_hours_follow_the_wall_clock(layout: Layout) -> None:
    """On the day the clocks go forward, 8:30 is an hour earlier in UTC."""
    service = Service(code="X", name="x", lane="police", slots=(Slot(510, 720),))
    berlin = replace(layout, timezone="Europe/Berlin", services=(service,))

    before, after = (_begins(berlin.to_json(day)) for day in (date(2026, 3, 28), date(2026, 3, 29)))

    assert after - before == 23 * 60 * MINUTE


def _begins(text: str) -> int:
    import json

    begins: int = json.loads(text)["services"][0]["hours"][0][0]
    return begins
