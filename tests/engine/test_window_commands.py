"""Clerks, leases, undo, help, and what devices report, as small stories on real Redis."""

from __future__ import annotations

import pytest

from queue_server.domain import refusals
from queue_server.domain.tickets import State
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.same import differences
from tests.engine.stories import called, kinds, open_windows, take

pytestmark = pytest.mark.anyio


async def test_a_window_has_one_clerk(hall: RedisHall) -> None:
    """Another clerk is refused, unless he takes over: then the open ticket stays (AB岗)."""
    ticket = await take(hall, "G1")
    await hall.open_window("1", clerk="ann")
    await called(hall, "1")
    with pytest.raises(refusals.NotYours):
        await hall.open_window("1", clerk="bob")
    with pytest.raises(refusals.NotYours):
        await hall.do("finish", {}, window="1", clerk="bob")

    await hall.open_window("1", clerk="bob", take_over=True)

    view = await hall.view()
    assert (view.windows["1"].clerk, view.windows["1"].ticket) == ("bob", ticket)


async def test_a_silent_window_is_lost_and_its_ticket_is_offered(
    hall: RedisHall, clock: Clock
) -> None:
    """The lease ran out: the neighbour may call the ticket that was left there."""
    ticket = await take(hall, "G1")
    await hall.open_window("1", clerk="ann", lease=30_000)
    await open_windows(hall, "2")
    await called(hall, "1")
    with pytest.raises(refusals.Elsewhere):
        await hall.call("2", ticket)
    clock.pass_(seconds=20)
    await hall.device_seen("console-1", window="1")
    clock.pass_(seconds=20)
    assert await hall.tick() == []
    # A strip above the window lives on, whoever sits below it.
    await hall.device_seen("strip-1", sort="screen", window="1")
    clock.pass_(seconds=20)
    assert kinds(await hall.tick()) == ["window.lost", "device.seen"]

    await hall.call("2", ticket)

    view = await hall.view()
    assert (view.windows["2"].ticket, view.windows["1"].ticket) == (ticket, "")
    assert await differences(hall) == []


async def test_undo_takes_back_a_finish(hall: RedisHall, clock: Clock) -> None:
    """Within ten seconds, once."""
    ticket = await take(hall, "G1", person="p")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.start("1")
    await hall.finish("1")
    clock.pass_(seconds=9)

    await hall.undo("1")

    view = await hall.view()
    assert view.tickets[ticket].state is State.SERVING
    assert view.windows["1"].ticket == ticket
    with pytest.raises(refusals.Duplicate):
        await hall.take("G1", person="p")
    with pytest.raises(refusals.NothingToUndo):
        await hall.undo("1")


async def test_undo_is_refused_when_it_is_late_or_somebody_acted(
    hall: RedisHall, clock: Clock
) -> None:
    """After ten seconds, or when the guide has dealt with the ticket since."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.recall("1")
    clock.pass_(seconds=61)
    await hall.no_show("1")
    await hall.reinstate(ticket)
    with pytest.raises(refusals.NothingToUndo, match="acted"):
        await hall.undo("1")
    await called(hall, "1")
    clock.pass_(seconds=11)
    with pytest.raises(refusals.NothingToUndo):
        await hall.undo("1")


async def test_undo_of_a_step_that_another_window_took_at_once(hall: RedisHall) -> None:
    """Finish sent the ticket to window 4, which called it in the same step: all of it undone."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1")
    await hall.open_window("4", auto=True)
    await called(hall, "1")
    await hall.add_step(ticket, "S1")
    assert kinds(await hall.finish("1")) == ["ticket.step_finished", "ticket.called"]

    await hall.undo("1")

    view = await hall.view()
    assert (view.windows["1"].ticket, view.windows["4"].ticket) == (ticket, "")
    assert await differences(hall) == []


async def test_assist(hall: RedisHall) -> None:
    """Asked, accepted, done; nobody comes twice."""
    await open_windows(hall, "1")
    await hall.assist("1", "needs a second signature")
    await hall.assist_accept("1", "carol")
    with pytest.raises(refusals.NoAssist):
        await hall.assist_accept("1", "dave")
    await hall.assist_done("1")

    assert (await hall.view()).windows["1"].assist == ""


async def test_devices_report_and_are_told_of_only_when_they_change(
    hall: RedisHall, clock: Clock
) -> None:
    """A heartbeat is no news; a fault, and silence, are."""
    assert kinds(await hall.device_seen("board-1", "screen")) == ["device.seen"]
    assert await hall.device_seen("board-1", "screen") == []
    assert kinds(await hall.device_seen("board-1", state="failed", error="no signal")) == [
        "device.seen"
    ]
    clock.pass_(seconds=31)
    events = await hall.tick()

    assert [getattr(event, "state", "") for event in events] == ["lost"]


async def test_the_clerk_sees_that_the_call_was_delivered(hall: RedisHall) -> None:
    """已播报✓ 已上屏✓ for this call, and not for the next one."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1")
    call = (await hall.call_next("1"))[0].seq
    await hall.announced(ticket, call, "voice-1", 420)
    await hall.shown(ticket, call, "board-1", 35)
    view = await hall.view()
    assert (view.tickets[ticket].announced, view.tickets[ticket].shown) == (True, True)

    await hall.recall("1")

    view = await hall.view()
    assert (view.tickets[ticket].announced, view.tickets[ticket].shown) == (False, False)
