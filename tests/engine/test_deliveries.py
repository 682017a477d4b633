"""What reaches people, and what doesn't: calls that nobody confirmed, slips, devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_server.domain.events import TicketUndelivered
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import WrongState
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def layout(layout: Layout) -> Layout:
    return replace(layout, confirm_within=5000)


async def called(hall: RedisHall) -> int:
    """A001 is called to window 1; the call's seq."""
    await hall.take("G1")
    await hall.open_window("1")
    return (await hall.call_next("1"))[0].seq


async def missing(hall: RedisHall, clock: Clock, seconds: float) -> list[tuple[int, str]]:
    clock.pass_(seconds=seconds)
    told = await hall.tick()
    return sorted((e.call, e.sort) for e in told if isinstance(e, TicketUndelivered))


async def test_a_call_that_nobody_confirmed_is_an_alert(hall: RedisHall, clock: Clock) -> None:
    """Told once, for screens and voices each, five seconds after the call."""
    call = await called(hall)

    assert await missing(hall, clock, 4.9) == []
    assert await missing(hall, clock, 0.1) == [(call, "screen"), (call, "voice")]
    assert await missing(hall, clock, 60) == []
    assert (await hall.view()).tickets["A001"].undelivered == "screen voice"


async def test_a_confirmed_call_is_no_alert(hall: RedisHall, clock: Clock) -> None:
    """A screen showed it in time: only the voice is missing, and late is better than never."""
    call = await called(hall)
    await hall.shown("A001", call, "board", 90)

    assert await missing(hall, clock, 5) == [(call, "voice")]
    await hall.announced("A001", call, "voice-1", 6000)
    assert (await hall.view()).tickets["A001"].undelivered == ""


async def test_a_call_that_does_not_stand_needs_nobody(hall: RedisHall, clock: Clock) -> None:
    """Taken back, or said once more: only the newest call counts."""
    await called(hall)
    await hall.undo("1")
    assert await missing(hall, clock, 6) == []

    await hall.call_next("1")
    clock.pass_(seconds=3)
    recall = (await hall.recall("1"))[0].seq
    assert await missing(hall, clock, 3) == []
    assert await missing(hall, clock, 2) == [(recall, "screen"), (recall, "voice")]


async def test_a_drill_gives_devices_real_time(closed_hall: RedisHall, clock: Clock) -> None:
    """Its clock runs 60 times as fast; screens and voices don't, and nor do signs of life."""
    await closed_hall.open_day(speed=60, starts=clock.now)
    await closed_hall.device_seen("board", sort="screen")
    call = await called(closed_hall)

    assert await missing(closed_hall, clock, 4) == []
    assert (await closed_hall.view()).devices["board"].state == "ok"
    assert await missing(closed_hall, clock, 1.1) == [(call, "screen"), (call, "voice")]


async def test_what_was_heard_stays_heard_after_undo(hall: RedisHall) -> None:
    """Undoing a start leaves the call as it was: announced and shown."""
    call = await called(hall)
    await hall.announced("A001", call, "voice-1")
    await hall.shown("A001", call, "board")
    await hall.start("1")
    await hall.undo("1")

    ticket = (await hall.view()).tickets["A001"]
    assert (ticket.state, ticket.announced, ticket.shown) == ("called", True, True)


async def test_devices_keep_their_last_error_and_delivery(hall: RedisHall, clock: Clock) -> None:
    """Since when, what was wrong last, and what it delivered last, with the delay."""
    await hall.device_seen("board", sort="screen", state="failed", error="no power")
    clock.pass_(seconds=9)
    await hall.device_seen("board", sort="screen")
    call = await called(hall)
    await hall.shown("A001", call, "board", 120)

    board = (await hall.view()).devices["board"]
    assert (board.state, board.error, board.last_error) == ("ok", "", "no power")
    assert (board.since, board.delivered, board.delay) == (clock.now, clock.now, 120)


async def test_a_slip_may_be_asked_for_again_while_the_visit_lasts(hall: RedisHall) -> None:
    """Even a missed visitor may want it; one who has gone has no use for it."""
    await hall.take("G1")
    (asked,) = await hall.reprint("A001", device="printer-1", reason="wet")
    assert asked.kind == "ticket.reprint_asked"

    await hall.cancel("A001")
    with pytest.raises(WrongState):
        await hall.reprint("A001")


async def test_unprinted_tickets_are_in_sight(hall: RedisHall, clock: Clock) -> None:
    """One whose printer failed at once; one of which a silent printer said nothing for a while."""
    await hall.take("G1", source="kiosk")
    await hall.take("G1", source="kiosk")
    await hall.take("G1", source="phone")
    await hall.print_failed("A001", "printer-1", "缺纸")
    assert [t.number for t in (await hall.view()).unprinted(clock.now)] == ["A001"]

    await hall.device_seen("printer-1", sort="printer")
    clock.pass_(seconds=21)
    assert [t.number for t in (await hall.view()).unprinted(clock.now)] == ["A001", "A002"]

    await hall.printed("A001", "printer-1")
    await hall.cancel("A002")
    assert (await hall.view()).unprinted(clock.now) == ()
