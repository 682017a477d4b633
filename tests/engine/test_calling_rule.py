"""The calling rule, sentence by sentence, as the real functions keep it (design §4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Invalid, Nobody
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import call_of, called, kinds, open_windows, serve, take

pytestmark = pytest.mark.anyio


async def test_first_come_first_served(hall: RedisHall, clock: Clock) -> None:
    """In order of arrival, also in the same millisecond."""
    numbers = [await take(hall, "G1") for _ in range(3)]
    clock.pass_(seconds=1)
    numbers.append(await take(hall, "G1"))
    await open_windows(hall, "1")

    assert [await serve(hall, "1") for _ in numbers] == numbers


async def test_green_counts_as_fifteen_minutes_earlier(hall: RedisHall, clock: Clock) -> None:
    """Green passes those who came in the 15 minutes before it, and nobody else."""
    early = await take(hall, "G1")
    clock.pass_(minutes=2)
    later = await take(hall, "G1")
    clock.pass_(minutes=14)
    green = await take(hall, "G1", "green")
    await open_windows(hall, "1")

    assert [await serve(hall, "1") for _ in range(3)] == [early, green, later]


async def test_booked_people_count_from_their_appointment(hall: RedisHall, clock: Clock) -> None:
    """Coming early gains nothing; coming late counts from coming."""
    early = await take(hall, "G1", appointed=clock.now + 600_000)
    walk_in = await take(hall, "G1")
    clock.pass_(minutes=11)
    after = await take(hall, "G1")
    late = await take(hall, "G1", appointed=clock.now - 600_000)
    await open_windows(hall, "1")

    assert [await serve(hall, "1") for _ in range(4)] == [walk_in, early, after, late]


async def test_an_early_comer_may_be_called_when_nobody_else_is_there(
    hall: RedisHall, clock: Clock
) -> None:
    """No window stands idle while somebody could be served."""
    early = await take(hall, "G1", appointed=clock.now + 600_000)
    await open_windows(hall, "1")

    event = await call_of(hall, "1")

    assert (event.ticket, event.wait) == (early, 0)


async def test_reserve_keeps_a_unified_window_for_its_own_lanes(
    hall: RedisHall, clock: Clock
) -> None:
    """Police has an open window of its own, so it counts 10 minutes younger at window 1."""
    police = await take(hall, "P1")
    clock.pass_(minutes=9)
    general = await take(hall, "G1")
    await open_windows(hall, "1", "3")

    event = await call_of(hall, "1")

    assert event.ticket == general
    assert [(head.ticket, head.handicap) for head in event.others] == [(police, 600_000)]


async def test_no_reserve_without_an_open_window_of_its_own(hall: RedisHall, clock: Clock) -> None:
    """A paused window is no window."""
    police = await take(hall, "P1")
    clock.pass_(minutes=9)
    await take(hall, "G1")
    await open_windows(hall, "1", "3")
    await hall.pause("3", "lunch")

    assert await called(hall, "1") == police


async def test_reserve_ends_after_ten_minutes(hall: RedisHall, clock: Clock) -> None:
    """Who came more than 10 minutes before goes first at a unified window all the same."""
    police = await take(hall, "P1")
    clock.pass_(minutes=11)
    await take(hall, "G1")
    await open_windows(hall, "1", "3")

    assert await called(hall, "1") == police


async def test_nobody_waits_longer_than_the_ceiling_for_others(
    hall: RedisHall, clock: Clock
) -> None:
    """After 60 minutes a ticket goes first wherever it may, reserve or not, green or not."""
    police = await take(hall, "P1")
    clock.pass_(minutes=9)
    green = await take(hall, "G1", "green")
    await open_windows(hall, "1", "3")
    clock.pass_(minutes=52)

    event = await call_of(hall, "1")

    assert (event.ticket, event.rule) == (police, "ceiling")
    await hall.finish("1")
    assert await called(hall, "1") == green


async def test_the_green_promise(hall: RedisHall, clock: Clock) -> None:
    """Green that waited longer than 15 minutes goes before somebody 20 minutes older."""
    await take(hall, "G1")
    clock.pass_(minutes=20)
    green = await take(hall, "G1", "green")
    await open_windows(hall, "1")
    clock.pass_(minutes=16)

    event = await call_of(hall, "1")

    assert (event.ticket, event.rule) == (green, "green_promise")


async def test_the_promise_keeps_the_sentence_on_the_wall(hall: RedisHall, clock: Clock) -> None:
    """Not even the promise lets anybody pass who came more than head start + reserve later."""
    old = await take(hall, "G1")
    clock.pass_(minutes=26)
    await take(hall, "G1", "green")
    await open_windows(hall, "1")
    clock.pass_(minutes=16)

    assert await called(hall, "1") == old


async def test_overtaking_is_bounded(closed_hall: RedisHall, layout: Layout, clock: Clock) -> None:
    """A ticket that was passed as often as is allowed goes before any later comer."""
    rule = replace(layout.rule, max_overtaken=2)
    await closed_hall.open_day(layout=replace(layout, rule=rule).to_json())
    hall = closed_hall
    patient = await take(hall, "G1")
    await open_windows(hall, "1")
    passed = []
    for _ in range(3):
        clock.pass_(seconds=30)
        passed.append(await take(hall, "G1", "green"))
    first, second = await serve(hall, "1"), await serve(hall, "1")

    event = await call_of(hall, "1")

    assert [first, second] == passed[:2]
    assert (event.ticket, event.rule) == (patient, "overtaken")


async def test_one_lane_only(hall: RedisHall) -> None:
    """A clerk may ask for one lane of the window."""
    await take(hall, "G1")
    police = await take(hall, "P1")
    await open_windows(hall, "1")

    assert await called(hall, "1", "police") == police
    await hall.finish("1")
    with pytest.raises(Nobody):
        await hall.call_next("1", "police")
    with pytest.raises(Invalid, match="does not serve"):
        await hall.call_next("1", "social")


async def test_a_window_with_a_class_of_its_own(hall: RedisHall) -> None:
    """The green window calls green visitors only."""
    await take(hall, "S1")
    green = await take(hall, "S1", "green")
    await open_windows(hall, "9")

    assert await called(hall, "9") == green
    await hall.finish("9")
    with pytest.raises(Nobody):
        await hall.call_next("9")


async def test_of_the_windows_that_ask_the_least_flexible_gets_it(
    hall: RedisHall, clock: Clock
) -> None:
    """Window 3 serves one lane, window 1 two: police goes to 3; then the longest idle."""
    await hall.open_window("1", auto=True)
    clock.pass_(seconds=1)
    await hall.open_window("2", auto=True)
    clock.pass_(seconds=1)
    await hall.open_window("3", auto=True)

    outcomes = [await hall.take(service) for service in ("P1", "P1", "P1")]

    assert [kinds(events) for events in outcomes] == [["ticket.taken", "ticket.called"]] * 3
    assert [getattr(events[1], "window", "") for events in outcomes] == ["3", "1", "2"]


async def test_a_window_that_calls_by_itself_takes_the_next_when_it_is_free(
    hall: RedisHall,
) -> None:
    """Finish and the next call are one step; with nobody there the window asks."""
    await take(hall, "G1")
    await take(hall, "G1")
    await hall.open_window("1", auto=True)

    once = await hall.finish("1")
    again = await hall.finish("1")

    assert kinds(once) == ["ticket.finished", "ticket.called"]
    assert kinds(again) == ["ticket.finished", "window.asked"]


async def test_the_receipt_names_everybody_who_could_have_been_called(
    hall: RedisHall, clock: Clock
) -> None:
    """Why was it not me? The answer stands in the event."""
    first = await take(hall, "P1")
    clock.pass_(minutes=1)
    general = await take(hall, "G1")
    green = await take(hall, "S1", "green")
    await open_windows(hall, "1")

    event = await call_of(hall, "1")

    assert (event.ticket, event.rule) == (first, "order")
    assert [(head.lane, head.ticket, head.handicap) for head in event.others] == [
        ("general", general, 0)
    ]
    assert green not in {head.ticket for head in event.others}
