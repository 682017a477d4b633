"""Each command of a ticket's life, as small stories on real Redis."""

from __future__ import annotations

import asyncio

import pytest

from queue_server.domain import refusals
from queue_server.domain.events import TicketReinstated, TicketRequeued
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import called, kinds, open_windows, serve, take

pytestmark = pytest.mark.anyio


async def miss(hall: RedisHall, clock: Clock, window: str) -> None:
    """Call twice, wait, and record the miss."""
    await hall.recall(window)
    clock.pass_(seconds=61)
    await hall.no_show(window)


async def test_numbers_grow_to_four_digits(hall: RedisHall) -> None:
    """A999 is followed by A1000, and calling order does not mind the width."""
    numbers = [await take(hall, "G1") for _ in range(1001)]

    assert numbers[0] == "A001"
    assert numbers[-2:] == ["A1000", "A1001"]


async def test_quota_of_the_day(hall: RedisHall) -> None:
    """P2 gives three tickets a day, and the fourth is refused."""
    for _ in range(3):
        await take(hall, "P2")

    with pytest.raises(refusals.Quota):
        await hall.take("P2")


async def test_one_live_ticket_for_a_person_and_service(hall: RedisHall) -> None:
    """A second one is refused until the first is over; another service is not."""
    first = await take(hall, "G1", person="hash-1")

    with pytest.raises(refusals.Duplicate, match=first):
        await hall.take("G1", person="hash-1")
    await take(hall, "S1", person="hash-1")
    await hall.cancel(first)
    assert await take(hall, "G1", person="hash-1") != first


async def test_a_booking_gives_one_number_a_day(hall: RedisHall) -> None:
    """Twenty kiosks at once: one number; the others are told which. Nor after it was cancelled."""
    asked = (hall.take("G1", booking="BK-7") for _ in range(20))
    told = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(one, list) for one in told) == 1
    assert {str(one) for one in told if not isinstance(one, list)} == {
        "This booking has ticket A001 already."
    }
    await hall.cancel("A001")
    with pytest.raises(refusals.Duplicate, match="A001"):
        await hall.take("S1", booking="BK-7")
    assert await take(hall, "G1", booking="BK-8") == "A002"


async def test_why_somebody_is_green_stays_with_the_ticket(hall: RedisHall) -> None:
    """From the taking on, over calls and holds, until somebody gives it another class."""
    number = await take(hall, "G1", class_="green", reason="aged 80")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.hold("1", "a copy is missing")
    held = (await hall.view()).tickets[number]
    assert (held.class_reason, held.reason) == ("aged 80", "a copy is missing")

    await hall.reclassify(number, "ordinary", "by mistake")
    assert (await hall.view()).tickets[number].class_reason == "by mistake"


async def test_the_same_command_id_gives_the_same_answer(hall: RedisHall) -> None:
    """A double click does not print two tickets, nor call two people."""
    once = await hall.take("G1", command="kiosk-1-77")
    again = await hall.take("G1", command="kiosk-1-77")

    assert once == again
    with pytest.raises(refusals.Repeated):
        await hall.set_mode("closed", command="kiosk-1-77")


async def test_modes(hall: RedisHall, clock: Clock) -> None:
    """Appointment only lets booked people and the guide desk in; closed only the guide desk."""
    await hall.set_mode("appointment_only", "epidemic notice")
    with pytest.raises(refusals.AppointmentOnly):
        await hall.take("G1")
    await take(hall, "G1", appointed=clock.now)
    await hall.set_mode("closed")
    with pytest.raises(refusals.HallClosed):
        await hall.take("G1", appointed=clock.now)

    assert await take(hall, "G1", source="guide") == "A002"


async def test_a_miss_needs_grace_and_calls(hall: RedisHall, clock: Clock) -> None:
    """Not before two calls, nor before 60 s have passed since the last one."""
    await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")

    with pytest.raises(refusals.TooSoon, match="at least 2"):
        await hall.no_show("1")
    await hall.recall("1")
    clock.pass_(seconds=59)
    with pytest.raises(refusals.TooSoon, match="1 s more"):
        await hall.no_show("1")
    clock.pass_(seconds=1)
    assert kinds(await hall.no_show("1")) == ["ticket.missed"]


async def test_back_behind_three_then_at_the_end_then_closed(hall: RedisHall, clock: Clock) -> None:
    """过号: the first miss costs three places, the second all of them, the third the ticket."""
    missed = await take(hall, "G1")
    await open_windows(hall, "1")
    others = []
    for _ in range(5):
        clock.pass_(minutes=1)
        others.append(await take(hall, "G1"))
    await called(hall, "1")
    await miss(hall, clock, "1")

    event = (await hall.reinstate(missed))[0]

    assert isinstance(event, TicketReinstated)
    assert [await serve(hall, "1") for _ in range(3)] == others[:3]
    assert await called(hall, "1") == missed
    await miss(hall, clock, "1")
    await hall.reinstate(missed)
    assert [await serve(hall, "1") for _ in range(2)] == others[3:]
    assert await called(hall, "1") == missed
    await miss(hall, clock, "1")
    with pytest.raises(refusals.ThirdMiss):
        await hall.reinstate(missed)


async def test_hold_until_a_time(hall: RedisHall, clock: Clock) -> None:
    """A held ticket comes back by itself, in its old place."""
    held = await take(hall, "G1")
    other = await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.hold("1", "copies missing", until=clock.now + 300_000)

    clock.pass_(minutes=4)
    assert await hall.tick() == []
    clock.pass_(minutes=2)
    assert kinds(await hall.tick()) == ["ticket.unheld"]

    assert [await serve(hall, "1"), await serve(hall, "1")] == [held, other]


async def test_unhold_at_a_window_calls_at_once(hall: RedisHall) -> None:
    """The visitor is back at the counter."""
    held = await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.hold("1")

    events = await hall.unhold(held, "1")

    assert kinds(events) == ["ticket.called"]
    assert getattr(events[0], "rule", "") == "unheld"


@pytest.mark.parametrize(("place", "order"), [("same", [0, 1, 2]), ("end", [1, 2, 0])])
async def test_requeue(hall: RedisHall, clock: Clock, place: str, order: list[int]) -> None:
    """Back into the same place, or at the end."""
    numbers = [await take(hall, "G1") for _ in range(3)]
    await open_windows(hall, "1")
    await called(hall, "1")
    clock.pass_(seconds=5)

    await hall.requeue("1", place)

    assert [await serve(hall, "1") for _ in range(3)] == [numbers[n] for n in order]


async def test_requeue_after_minutes(hall: RedisHall, clock: Clock) -> None:
    """Not called before its time, then in its old place."""
    late, other = await take(hall, "G1"), await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    event = (await hall.requeue("1", after=5))[0]
    assert isinstance(event, TicketRequeued)
    assert event.due == clock.now + 300_000

    assert await serve(hall, "1") == other
    with pytest.raises(refusals.Nobody):
        await hall.call_next("1")
    clock.pass_(minutes=5)
    await hall.tick()
    assert await serve(hall, "1") == late


async def test_skip_calls_the_next_and_keeps_the_place(hall: RedisHall) -> None:
    """Not this one, the next please."""
    first, second = await take(hall, "G1"), await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")

    events = await hall.skip("1")

    assert kinds(events) == ["ticket.skipped", "ticket.called"]
    assert getattr(events[1], "ticket", "") == second
    await hall.finish("1")
    assert await called(hall, "1") == first


async def test_transfer_to_a_window_and_back(hall: RedisHall) -> None:
    """The number stays, the note goes along, and the visitor comes back to window 1."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1", "4")
    await called(hall, "1")
    await hall.transfer("1", to_window="4", note="needs a stamp", come_back=True)
    assert (await hall.view()).tickets[ticket].note == "needs a stamp"

    assert await called(hall, "4") == ticket
    assert kinds(await hall.finish("4")) == ["ticket.step_finished"]
    assert await called(hall, "1") == ticket
    assert kinds(await hall.finish("1")) == ["ticket.finished"]


@pytest.mark.parametrize(("place", "position"), [("first", 0), ("own", 1), ("end", 2)])
async def test_transfer_places(hall: RedisHall, clock: Clock, place: str, position: int) -> None:
    """First, in the place of its own time, or last."""
    before = await take(hall, "S1")
    clock.pass_(minutes=1)
    sent = await take(hall, "G1")
    clock.pass_(minutes=1)
    after = await take(hall, "S1")
    await open_windows(hall, "1", "4")
    await called(hall, "1")
    clock.pass_(minutes=1)

    await hall.transfer("1", lane="social", place=place)

    order = [before, after]
    order.insert(position, sent)
    assert [await serve(hall, "4") for _ in range(3)] == order


async def test_one_thing_goes_where_the_wait_is_shortest(hall: RedisHall, clock: Clock) -> None:
    """One ticket, one number, its first entry kept; police is busy, so social comes first."""
    ticket = await take(hall, "T1")
    clock.pass_(minutes=1)
    for _ in range(4):
        await take(hall, "P1")
    await open_windows(hall, "1", "3", "4")
    await called(hall, "3")
    assert await called(hall, "1") == ticket

    assert kinds(await hall.finish("1")) == ["ticket.step_finished"]
    view = await hall.view()
    assert (view.tickets[ticket].lane, view.tickets[ticket].step) == ("social", 3)
    assert view.tickets[ticket].entered == view.tickets[ticket].taken
    assert await called(hall, "4") == ticket
    await hall.finish("4")
    await hall.finish("3")
    # It entered before all of them: in the police lane it is the next.
    assert await called(hall, "3") == ticket
    assert kinds(await hall.finish("3")) == ["ticket.finished"]
    assert (await hall.view()).tickets[ticket].done == "111"


async def test_several_services_in_one_visit(hall: RedisHall) -> None:
    """Two services of one lane are one stop; another lane is another."""
    events = await hall.take(services=["P1", "P2", "S1"])

    steps = getattr(events[0], "steps", ())
    assert [(step.lane, step.services, step.minutes) for step in steps] == [
        ("police", ("P1", "P2"), 18),
        ("social", ("S1",), 8),
    ]


async def test_add_step(hall: RedisHall) -> None:
    """One more thing, while you are here."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1", "4")
    await called(hall, "1")
    await hall.add_step(ticket, "S1")

    await hall.finish("1")

    assert await called(hall, "4") == ticket
    assert kinds(await hall.finish("4")) == ["ticket.finished"]


async def test_away_keeps_the_place(hall: RedisHall) -> None:
    """Nobody calls a visitor who has stepped out; back again, the place is the old one."""
    away, other = await take(hall, "G1"), await take(hall, "G1")
    third = await take(hall, "G1")
    await open_windows(hall, "1")
    await hall.away(away)

    assert await serve(hall, "1") == other
    await hall.back(away)
    assert [await serve(hall, "1"), await serve(hall, "1")] == [away, third]


async def test_reclassify_needs_a_reason(hall: RedisHall, clock: Clock) -> None:
    """The guide marks green; the ticket keeps its time and gains the head start."""
    first = await take(hall, "G1")
    clock.pass_(minutes=5)
    frail = await take(hall, "G1")
    with pytest.raises(refusals.Invalid, match="reason"):
        await hall.reclassify(frail, "green", "")
    await hall.reclassify(frail, "green", "walks with a stick")
    await open_windows(hall, "1")

    assert [await serve(hall, "1"), await serve(hall, "1")] == [frail, first]


async def test_one_rating_a_visit(hall: RedisHall) -> None:
    """After the visit, also when the hall is closed, and once."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1")
    with pytest.raises(refusals.WrongState):
        await hall.rate(ticket, 5)
    await serve(hall, "1")
    await hall.close_day("wait")
    with pytest.raises(refusals.Invalid, match="1 to 5"):
        await hall.rate(ticket, 6)
    await hall.rate(ticket, 1, ["attitude", "slow"], "phone")

    with pytest.raises(refusals.Rated):
        await hall.rate(ticket, 5)
