"""A view answers what people ask, and leaves the older view as it was."""

from __future__ import annotations

import pytest

from queue_server.domain import predictors
from queue_server.domain.hall import Position
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import called, open_windows, take

pytestmark = pytest.mark.anyio


async def test_a_view_is_frozen_and_the_next_one_is_another(hall: RedisHall) -> None:
    """Whoever holds the older picture still sees what was then."""
    await take(hall, "G1")
    before = await hall.view()
    await take(hall, "G1")
    after = await hall.view()

    assert (len(before.tickets), len(after.tickets)) == (1, 2)


async def test_folding_in_one_go_or_one_by_one_is_the_same(hall: RedisHall) -> None:
    """A late joiner sees what everybody sees; events that are seen twice change nothing."""
    for service in ("G1", "P1", "S1"):
        await take(hall, service)
    await open_windows(hall, "1", "3")
    await called(hall, "1")
    await hall.finish("1")
    live = await hall.view()
    events = await hall.events(Position(live.day, 0), 100)

    step_by_step = HallView()
    for event in events:
        step_by_step = step_by_step.after([event]).after([event])

    assert HallView().after(events) == step_by_step == live


async def test_who_is_before_me(hall: RedisHall, clock: Clock) -> None:
    """In my lane, whatever the class; not who has stepped out."""
    first = await take(hall, "P1")
    clock.pass_(minutes=1)
    mine = await take(hall, "P1")
    await take(hall, "P1", "green")
    await take(hall, "S1")
    view = await hall.view()
    assert view.ahead(view.tickets[mine]) == 2

    await hall.away(first)

    view = await hall.view()
    assert view.ahead(view.tickets[mine]) == 1
    assert view.count(State.WAITING) == 4


async def test_nobody_knows_until_a_window_is_open(hall: RedisHall, clock: Clock) -> None:
    """A paused window is none; with one open there is a range."""
    ticket = await take(hall, "P1")
    view = await hall.view()
    assert predictors.for_ticket(view, view.tickets[ticket], clock.now) is None
    await open_windows(hall, "3")
    view = await hall.view()
    estimate = predictors.for_ticket(view, view.tickets[ticket], clock.now)
    assert estimate is not None
    assert 0 < estimate.low < estimate.high

    await hall.pause("3")

    view = await hall.view()
    assert predictors.for_newcomer(view, "police", clock.now) is None


async def test_a_call_that_was_undone_is_no_call(hall: RedisHall) -> None:
    """Neither the board nor the waits know of it."""
    await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.undo("1")

    assert (await hall.view()).calls == ()


async def test_what_another_window_called_stays_a_call(hall: RedisHall) -> None:
    """Only what was taken back is taken back."""
    await hall.take("P1")
    await hall.take("S1")
    await hall.open_window("3")
    await hall.open_window("4")
    await hall.call_next("3")
    await hall.call_next("4")

    await hall.undo("3")

    assert [call.ticket for call in (await hall.view()).calls] == ["C001"]


async def test_waits_over_an_hour_are_told_as_they_were(hall: RedisHall, clock: Clock) -> None:
    """Seventy-five minutes are 75 minutes."""
    await take(hall, "G1")
    await open_windows(hall, "1")
    clock.pass_(minutes=75)
    await called(hall, "1")

    (call,) = (await hall.view()).calls
    assert call.wait == 75 * 60_000
