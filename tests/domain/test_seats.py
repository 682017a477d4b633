"""Seats, the hours of a day and ratings, as they are remembered: stories on a real hall."""

from __future__ import annotations

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.domain.memories import MINUTE, stages_of, story_of
from tests.engine.stories import called, open_windows, take

pytestmark = pytest.mark.anyio


async def test_a_seat_is_busy_idle_or_paused(hall: RedisHall, clock: Clock) -> None:
    """And a pause is a pause, also with somebody still there."""
    await hall.open_window("1", clerk="ann")
    clock.pass_(minutes=1)
    await take(hall, "G1")
    await called(hall, "1")
    clock.pass_(minutes=2)
    await hall.pause("1")
    clock.pass_(minutes=4)
    await hall.finish("1")
    await hall.unpause("1")
    clock.pass_(minutes=8)
    await hall.quick("1")
    await hall.close_window("1")

    (seat,) = (await story_of(hall)).seats.values()
    assert (seat.idle, seat.busy, seat.paused) == (9 * MINUTE, 2 * MINUTE, 4 * MINUTE)
    assert (seat.calls, seat.quick, seat.clerk) == (1, 1, "ann")
    assert seat.closed - seat.opened == 15 * MINUTE


async def test_handing_over_begins_a_seat(hall: RedisHall, clock: Clock) -> None:
    """The open ticket goes to the B clerk, who finishes it."""
    await hall.open_window("1", clerk="ann")
    number = await take(hall, "G1")
    await called(hall, "1")
    clock.pass_(minutes=2)
    await hall.open_window("1", clerk="bob", take_over=True)
    clock.pass_(minutes=3)
    await hall.finish("1")

    ann, bob = sorted((await story_of(hall)).seats.values(), key=lambda seat: seat.opened)
    assert (ann.clerk, ann.busy, ann.calls) == ("ann", 2 * MINUTE, 1)
    assert (bob.clerk, bob.busy, bob.calls) == ("bob", 3 * MINUTE, 0)
    assert (await story_of(hall)).visits[number].clerk == "bob"


async def test_undone_openings_and_handings_over_leave_no_seat(
    hall: RedisHall, clock: Clock
) -> None:
    """Whoever sat down by mistake never sat there, and never had the ticket."""
    await hall.open_window("1", clerk="ann")
    number = await take(hall, "G1")
    await called(hall, "1")
    clock.pass_(seconds=1)
    await hall.open_window("1", clerk="bob", take_over=True)
    await hall.undo("1")
    await hall.open_window("2", clerk="cy")
    await hall.undo("2")
    clock.pass_(seconds=1)
    await hall.finish("1")

    (seat,) = (await story_of(hall)).seats.values()
    assert (seat.window, seat.clerk, seat.closed, seat.busy) == ("1", "ann", 0, 2000)
    assert (await story_of(hall)).visits[number].clerk == "ann"


async def test_a_lost_window_is_paused_and_its_ticket_goes_on(
    hall: RedisHall, clock: Clock
) -> None:
    """The neighbour takes the visitor over: one wait, one stage, the neighbour's window."""
    await hall.open_window("1", lease=30_000)
    await open_windows(hall, "2")
    number = await take(hall, "G1")
    clock.pass_(seconds=10)
    await called(hall, "1")
    clock.pass_(seconds=50)
    await hall.tick()
    clock.pass_(seconds=60)
    await hall.call("2", number)
    await hall.finish("2")

    (stage,) = await stages_of(hall, number)
    assert (stage.wait, stage.window, stage.outcome) == (10_000, "2", "served")
    seats = (await story_of(hall)).seats
    (key,) = (key for key in seats if key[0] == "1")
    assert seats[key].paused == 0
    assert (await story_of(hall)).seats_until(clock())[key].paused == 60_000


async def test_a_day_that_closes_ends_its_seats_and_opening_again_begins_them(
    hall: RedisHall, clock: Clock
) -> None:
    """Nobody sits in a closed hall."""
    await open_windows(hall, "1")
    clock.pass_(minutes=10)
    await hall.close_day("wait")
    clock.pass_(minutes=30)
    await hall.open_day()
    clock.pass_(minutes=5)
    await hall.close_window("1")

    morning, noon = sorted((await story_of(hall)).seats.values(), key=lambda seat: seat.opened)
    assert (morning.idle, noon.idle) == (10 * MINUTE, 5 * MINUTE)


async def test_after_midnight_it_is_still_the_same_day(
    closed_hall: RedisHall, clock: Clock
) -> None:
    """The hour is the wall clock's, the date that of the opening."""
    clock.pass_(minutes=15 * 60)
    await closed_hall.open_day()
    await open_windows(closed_hall, "1")
    number = await take(closed_hall, "G1")
    clock.pass_(minutes=60)
    late = await take(closed_hall, "G1")
    clock.pass_(minutes=15)
    await called(closed_hall, "1")

    visits = (await story_of(closed_hall)).visits
    assert [(visits[n].date, visits[n].hour) for n in (number, late)] == [
        ("2026-03-02", 23),
        ("2026-03-02", 0),
    ]
    assert visits[number].wait == 75 * MINUTE


async def test_a_rating_says_who_served(hall: RedisHall) -> None:
    """One a visit, with everything that it is judged by."""
    await hall.open_window("1", clerk="ann")
    number = await take(hall, "G1")
    await called(hall, "1")
    await hall.finish("1")
    await hall.rate(number, 2, ("slow", "rude"), "tablet")

    rating = (await story_of(hall)).ratings[number]
    assert (rating.score, rating.reasons, rating.source) == (2, "slow rude", "tablet")
    assert (rating.window, rating.clerk, rating.service) == ("1", "ann", "G1")
