"""The list of services that kiosks and guides search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ops.sample_hall import sample_hall
from queue_server.domain.layout import Layout, Service
from queue_server.domain.view import HallView
from ticketing.catalogue import catalogue, sound


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("户口登记", "hu kou deng ji"),
        ("《预防接种证》办理", "yu fang jie zhong zheng ban li"),
        (
            "80周岁以上老年人高龄津贴发放",
            "80 zhou sui yi shang lao nian ren gao ling jin tie fa fang",
        ),
        ("进城务工人员随迁子女入学", "jin cheng wu gong ren yuan sui qian zi nv ru xue"),
        ("POS 机（租赁）", "pos ji zu lin"),
        ("", ""),
    ],
)
def test_a_name_sounds_as_it_is_typed(name: str, sounds: str) -> None:
    """A syllable a character, no tones, ü as v; what cannot be heard is left out."""
    assert sound(name) == sounds


def test_everything_the_kiosk_tells_of_a_service(layout: Layout) -> None:
    """Materials, online, and the stops of a one-thing visit by their names; nothing empty."""
    services = list(layout.services)
    services[1] = replace(
        services[1], materials=("身份证",), online="https://hall.example/1", name_en="Record"
    )
    view = HallView(layout=replace(layout, services=tuple(services)))

    told = catalogue(view, "", 0)

    assert [lane["lane"] for lane in told["lanes"]] == ["general", "police", "social"]
    by_code = {one["service"]: one for one in told["services"]}
    assert by_code["P1"] == {
        "service": "P1",
        "name": "户口登记",
        "name_en": "Record",
        "sound": "hu kou deng ji",
        "lane": "police",
        "minutes": 12,
        "materials": ["身份证"],
        "online": True,
    }
    assert by_code["T1"]["steps"][1] == {
        "lane": "police",
        "services": [{"name": "户口登记", "name_en": "Record"}],
    }


def test_the_whole_sample_town_is_in_it() -> None:
    """All 162 items, each with a sound of its own syllables."""
    told = catalogue(HallView(layout=sample_hall()), "", 0)
    assert len(told["services"]) == 162
    assert all(one["sound"] for one in told["services"])


def test_a_step_may_name_what_the_plan_does_not_have(layout: Layout) -> None:
    """Then its code stands there."""
    odd = Service(code="X1", name="事", lane="general", steps=layout.services[-1].steps)
    view = HallView(layout=replace(layout, services=(odd,)))
    (told,) = catalogue(view, "", 0)["services"]
    assert told["steps"][1]["services"] == [{"name": "P1", "name_en": ""}]


def test_a_hall_that_was_never_opened_has_none() -> None:
    """The page waits for its plan."""
    assert catalogue(HallView(), "", 0) == {"lanes": [], "services": []}
