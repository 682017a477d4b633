"""The auditor finds nothing wrong with a real day, and what is wrong with a forged one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.audit.auditor import GUARANTEES, Verdict, audit
from queue_server.domain.calling import MINUTE
from queue_server.domain.events import (
    DayOpened,
    Event,
    TicketCalled,
    TicketFinished,
    TicketMissed,
    TicketSkipped,
    TicketTaken,
    TicketWentAway,
    WindowOpened,
    WindowUndone,
)
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.audit.stories import a_day, everything, told
from tests.conftest import Clock

Day = list[Event]


@pytest.fixture
def day(redis_url: str, layout: Layout) -> Day:
    return told(redis_url, layout, a_day)


def numbered(events: Day) -> Day:
    """The events with a seq each and no gap, as a clever forger would leave them."""
    return [replace(event, seq=seq) for seq, event in enumerate(events, 1)]


def first(events: Day, kind: type[Event], **fields: Any) -> int:
    """Where the first event of a kind with these values stands."""
    return next(
        index
        for index, event in enumerate(events)
        if isinstance(event, kind) and all(getattr(event, n) == v for n, v in fields.items())
    )


def forged(events: Day, where: int, **fields: Any) -> Day:
    return [*events[:where], replace(events[where], **fields), *events[where + 1 :]]


def without(events: Day, at: int) -> Day:
    return numbered([*events[:at], *events[at + 1 :]])


def with_rule(events: Day, **rule: int) -> Day:
    """The same day, had the hall had another rule."""
    opened = events[0]
    assert isinstance(opened, DayOpened)
    layout = Layout.from_json(opened.layout)
    changed = replace(layout, rule=replace(layout.rule, **rule))
    return [replace(opened, layout=changed.to_json()), *events[1:]]


def test_a_real_day_is_clean(day: Day) -> None:
    """Every guarantee is put to the proof, and each holds."""
    verdict = audit(day)

    assert verdict.findings == ()
    assert verdict.clean
    assert (verdict.events, verdict.tickets) == (len(day), 10)
    assert set(verdict.checked) == set(GUARANTEES)
    assert verdict.lines()[-1] == "Everything holds."


def test_nothing_is_clean() -> None:
    assert audit([]) == Verdict("", 0, 0, 0, (), {})


def _twice(day: Day) -> Day:
    return forged(day, first(day, TicketTaken, ticket="A003"), ticket="A002")


def _left_out(day: Day) -> Day:
    return forged(day, first(day, TicketTaken, ticket="A005"), ticket="A009")


def _back_in_time(day: Day) -> Day:
    return forged(day, 20, at=day[20].at - 10 * MINUTE)


def _never_called(day: Day) -> Day:
    return without(day, first(day, TicketCalled, ticket="B001", window="1"))


def _at_two_windows(day: Day) -> Day:
    at = first(day, TicketCalled, ticket="A004")
    again = forged(day, at, window="4")[at]
    return numbered([*day[: at + 1], again, *day[at + 1 :]])


def _two_tickets(day: Day) -> Day:
    return forged(day, first(day, TicketCalled, ticket="B002"), window="1")


def _called_while_away(day: Day) -> Day:
    at = first(day, TicketCalled, ticket="A002")
    away = TicketWentAway(day=day[0].day, seq=0, at=day[at].at, ticket="A002")
    return numbered([*day[:at], away, *day[at:]])


def _at_a_closed_window(day: Day) -> Day:
    return without(day, first(day, WindowOpened, window="3"))


def _not_the_first_of_its_lane(day: Day) -> Day:
    """A002 is called in A001's stead, with A001's receipt."""
    at = first(day, TicketCalled, ticket="A001")
    taken = day[first(day, TicketTaken, ticket="A002")]
    assert isinstance(taken, TicketTaken)
    own = {"entered": taken.entered, "counts_from": taken.counts_from}
    return forged(day, at, ticket="A002", **own)


def _another_rule(day: Day) -> Day:
    return forged(day, first(day, TicketCalled), rule="ceiling")


def _not_its_turn(day: Day) -> Day:
    return with_rule(day, ceiling=16 * MINUTE)


def _a_receipt_that_lies(day: Day) -> Day:
    at = next(i for i, e in enumerate(day) if isinstance(e, TicketCalled) and e.others)
    called = day[at]
    assert isinstance(called, TicketCalled)
    later = replace(called.others[0], counts_from=called.at)
    return forged(day, at, others=(later, *called.others[1:]))


def _wrong_wait(day: Day) -> Day:
    return forged(day, first(day, TicketCalled), wait=1)


def _wrong_head_start(day: Day) -> Day:
    at = first(day, TicketTaken, ticket="A001")
    return forged(day, at, counts_from=day[at].at - 1)


def _moved_for_nothing(day: Day) -> Day:
    at = first(day, TicketSkipped)
    skipped = day[at]
    assert isinstance(skipped, TicketSkipped)
    return forged(
        day, at, entered=skipped.entered - MINUTE, counts_from=skipped.counts_from - MINUTE
    )


def _passed_too_often(day: Day) -> Day:
    return with_rule(day, max_overtaken=1)


def _passed_by_a_late_comer(day: Day) -> Day:
    """A green ticket passed others by its head start; had it had none, it could not have."""
    opened = day[0]
    assert isinstance(opened, DayOpened)
    layout = Layout.from_json(opened.layout)
    classes = tuple(replace(c, head_start=0) for c in layout.classes)
    plan = replace(layout, classes=classes, rule=replace(layout.rule, reserve=0))
    events = [replace(opened, layout=plan.to_json()), *day[1:]]
    return [
        replace(event, counts_from=event.entered)
        if isinstance(event, TicketTaken | TicketCalled)
        else event
        for event in events
    ]


def _given_up_too_soon(day: Day) -> Day:
    return with_rule(day, grace=10 * MINUTE)


def _second_miss(day: Day) -> Day:
    return forged(day, first(day, TicketMissed), misses=2)


def _undone_to_something_else(day: Day) -> Day:
    at = first(day, WindowUndone)
    undone = day[at]
    assert isinstance(undone, WindowUndone)
    restored = json.loads(undone.restored)
    restored["tickets"]["B002"]["state"] = "served"
    return forged(day, at, restored=json.dumps(restored))


def _undone_too_late(day: Day) -> Day:
    return with_rule(day, undo_within=-1)


def _closed_with_somebody(day: Day) -> Day:
    return without(day, first(day, TicketFinished, ticket="A002"))


def _folds_differently(day: Day) -> Day:
    """The fold believes what undo says; the auditor knows what was."""
    at = first(day, WindowUndone)
    undone = day[at]
    assert isinstance(undone, WindowUndone)
    restored = json.loads(undone.restored)
    restored["tickets"]["B002"]["entered"] -= 1
    return forged(day, at, restored=json.dumps(restored))


@pytest.mark.parametrize(
    ("guarantee", "forge"),
    [
        ("numbers", _twice),
        ("numbers", _left_out),
        ("gapless", lambda day: [*day[:9], *day[10:]]),
        ("gapless", lambda day: day[1:]),
        ("gapless", lambda day: forged(day, 3, seq=3)),
        ("time", _back_in_time),
        ("lifecycle", _never_called),
        ("one_window", _at_two_windows),
        ("one_ticket", _two_tickets),
        ("callable", _called_while_away),
        ("callable", _at_a_closed_window),
        ("fifo", _not_the_first_of_its_lane),
        ("order", _another_rule),
        ("order", _not_its_turn),
        ("receipt", _a_receipt_that_lies),
        ("receipt", _wrong_wait),
        ("place", _wrong_head_start),
        ("place", _moved_for_nothing),
        ("bounded_in_number", _passed_too_often),
        ("bounded_in_time", _passed_by_a_late_comer),
        ("missed", _given_up_too_soon),
        ("missed", _second_miss),
        ("undo", _undone_to_something_else),
        ("undo", _undone_too_late),
        ("nobody_lost", _closed_with_somebody),
        ("fold", _folds_differently),
    ],
)
def test_each_guarantee_is_refuted(day: Day, guarantee: str, forge: Callable[[Day], Day]) -> None:
    """A day that breaks it is found out, and the finding shows the event."""
    verdict = audit(forge(day))

    found = [finding for finding in verdict.findings if finding.guarantee == guarantee]
    assert found, verdict.lines()
    assert all(finding.events for finding in found)
    assert not verdict.clean
    assert verdict.lines()[-1].endswith("the guarantees do not hold.")


@settings(max_examples=150)
@given(data=st.data())
def test_no_event_can_be_dropped_repeated_or_swapped(day: Day, data: st.DataObject) -> None:
    """Whatever happens to a stream on its way is seen; one cut off at its end is just not over."""
    at = data.draw(st.integers(0, len(day) - 2), label="at")
    change = data.draw(st.sampled_from(["drop", "repeat", "swap"]), label="change")
    if change == "drop":
        mutant = [*day[:at], *day[at + 1 :]]
    elif change == "repeat":
        mutant = [*day[: at + 1], *day[at:]]
    else:
        mutant = [*day[:at], day[at + 1], day[at], *day[at + 2 :]]

    assert not audit(mutant).clean


@settings(max_examples=100)
@given(data=st.data())
def test_a_clever_forger_is_found_out(day: Day, data: st.DataObject) -> None:
    """Leaving out a ticket, a call or an opening shows even when the rest is numbered anew."""
    telling = [
        index
        for index, event in enumerate(day)
        if isinstance(event, TicketTaken | TicketCalled | TicketFinished | WindowOpened)
    ]
    at = data.draw(st.sampled_from(telling), label="at")

    assert not audit(without(day, at)).clean


def test_an_undone_call_passes_nobody(redis_url: str, layout: Layout) -> None:
    """A green visitor is called and sent back, more often than anybody may be passed."""

    async def story(hall: RedisHall, clock: Clock) -> Day:
        await hall.open_window("1")
        await hall.take("G1")
        clock.pass_(minutes=1)
        await hall.take("G1", class_="green")
        for _ in range(5):
            await hall.call_next("1")
            await hall.undo("1")
        return await everything(hall)

    assert audit(told(redis_url, layout, story)).findings == ()


def test_who_waits_for_nobody_is_not_passed(redis_url: str, layout: Layout) -> None:
    """Six green visitors come after one who was called, held and is back: counting began anew."""

    async def story(hall: RedisHall, clock: Clock) -> Day:
        await hall.open_window("1")
        await hall.take("G1")
        for _ in range(3):
            await hall.take("G1", class_="green")
            await hall.call_next("1")
            await hall.finish("1")
        await hall.call_next("1")
        await hall.hold("1")
        await hall.unhold("A001")
        for _ in range(4):
            await hall.take("G1", class_="green")
            await hall.call_next("1")
            await hall.finish("1")
        return await everything(hall)

    assert audit(told(redis_url, layout, story)).findings == ()


def test_a_long_day_is_read_in_seconds(redis_url: str, layout: Layout) -> None:
    """What costs is the number of events, not how many wait: 1,500 wait, then each is called."""

    async def story(hall: RedisHall, clock: Clock) -> Day:
        await hall.open_window("1")
        await asyncio.gather(*(hall.take("G1") for _ in range(1500)))
        for _ in range(1500):
            await hall.call_next("1")
            await hall.start("1")
            await hall.finish("1")
        return await everything(hall)

    events = told(redis_url, layout, story)
    began = time.process_time()
    verdict = audit(events)

    assert verdict.findings == ()
    assert len(events) == 6002
    assert time.process_time() - began < 3.0
