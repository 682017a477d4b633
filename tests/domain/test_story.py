"""The fold of a day into what is remembered: any day, in any parts, against a recount."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.archive import memory
from queue_server.domain import remembered
from queue_server.domain.events import Event, TicketTaken
from queue_server.domain.layout import Layout
from queue_server.domain.story import Story, Touched
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.domain import recount
from tests.domain.days import events_of
from tests.engine.any_day import COMMANDS, Command, any_day, say
from tests.engine.stories import open_windows, take

_runs = count()


@pytest.mark.anyio
async def test_a_story_leaves_the_one_before_as_it_was(hall: RedisHall) -> None:
    """And what it has heard already changes nothing."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    events = await events_of(hall)
    before, _ = Story().after(events)
    after, touched = before.after(await hall.call_next("1"))

    assert before.visits[number].state == "waiting"
    assert before == (Story().after(events))[0]
    assert after.visits[number].state == "called"
    assert touched.visits == {number}
    assert after.after(events) == (after, Touched())


def test_a_day_without_a_beginning_is_an_error() -> None:
    """It cannot be told in which hall this is."""
    event = TicketTaken(
        day="d", seq=7, at=1, ticket="A001", lane="general", class_="ordinary", entered=1,
        counts_from=1, entry=1, services=("G1",),
    )  # fmt: skip
    with pytest.raises(LookupError, match="does not begin"):
        Story().after([event])


SAME = (
    *("ticket", "stage", "lane", "class_", "window", "clerk", "since", "called", "started"),
    *("ended", "wait", "walk", "service_time", "hold", "rule", "recalls", "passed", "outcome"),
)
SEAT_SUMS = ("paused", "busy", "idle", "calls", "quick")


def recounted(events: list[Event]) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    rows = [{name: row[name] for name in SAME} for row in recount.stages(events)]
    return sorted(rows, key=_key), recount.seats(events)


def _key(row: dict[str, Any]) -> tuple[str, int]:
    return row["ticket"], row["stage"]


def as_counted(story: Story) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    rows = [{name: getattr(stage, name) for name in SAME} for stage in story.stages.values()]
    seats: dict[str, dict[str, Any]] = {}
    for seat in story.seats.values():
        row = seats.setdefault(seat.window, dict.fromkeys(SEAT_SUMS, 0))
        for name in SEAT_SUMS:
            row[name] += getattr(seat, name)
    return sorted(rows, key=_key), seats


@settings(max_examples=80)
@given(commands=st.lists(COMMANDS, min_size=20, max_size=90), size=st.integers(1, 40))
def test_any_day_is_remembered_as_a_recount_has_it(
    redis_url: str, layout: Layout, commands: list[Command], size: int
) -> None:
    """Whatever is said in whatever order, folded in whatever batches: every stage, every window's
    time, and what the live view counts."""
    layout = replace(layout, tenant=f"stages{next(_runs)}")
    asyncio.run(_compare(redis_url, layout, commands, size))


async def _compare(url: str, layout: Layout, commands: list[Command], size: int) -> None:
    async with any_day(url, layout) as (hall, clock):
        for verb, words in commands:
            await say(hall, clock, verb, words)
            clock.pass_(seconds=1)
        # Every window is accounted for until now.
        for window in ("1", "2", "3", "4", "5", "9"):
            for verb in ("unpause", "pause"):
                await say(hall, clock, verb, {"window": window})
        events = await events_of(hall)
    whole, _ = Story().after(events)
    assert as_counted(whole) == recounted(events)
    assert _in_parts(events, size) == replace(whole, telling=_in_parts(events, size).telling)
    _is_the_view(events, whole)


def _in_parts(events: list[Event], size: int) -> Story:
    story, kept = Story(), Story()
    for at in range(0, len(events), size):
        story, touched = story.after(events[at : at + size])
        kept = _written(kept, story, touched)
    assert _written(kept, story, Touched()) == kept
    assert [getattr(kept, n) for n in SHELVES] == [getattr(story, n) for n in SHELVES]
    return story


SHELVES = tuple(one.name for one in fields(Touched))


def _written(kept: Story, story: Story, touched: Touched) -> Story:
    """What somebody has who writes only what was touched."""
    shelves: dict[str, dict[Any, Any]] = {}
    for name in SHELVES:
        shelves[name] = dict(getattr(kept, name))
        for key in getattr(touched, name):
            shelves[name].pop(key, None)
            if key in getattr(story, name):
                shelves[name][key] = getattr(story, name)[key]
    return replace(kept, **shelves)  # type: ignore[arg-type]  # by their names


def _is_the_view(events: list[Event], story: Story) -> None:
    view = HallView().after(events)
    assert Counter(v.state for v in story.visits.values()) == {
        state.value: found for state in State if (found := view.count(state))
    }
    assert sum(seat.quick for seat in story.seats.values()) == sum(
        window.quick for window in view.windows.values()
    )
    waits = {row["seq"] for row in recount.stages(events) if row["seq"]}
    live = Counter((c.lane, c.wait) for c in view.calls if c.seq in waits)
    assert live == Counter((s.lane, s.wait) for s in story.stages.values() if s.called)
    assert len(view.calls) == sum(seat.calls for seat in story.seats.values())


def test_records_have_the_fields_of_the_rows() -> None:
    """The domain's records and the archive's tables say the same."""
    for name in ("Visit", "Stage", "Seat", "Rating", "Estimate"):
        record = {one.name for one in fields(getattr(remembered, name))}
        assert record == set(getattr(memory, f"{name}Row").model_fields)
