"""The lifecycle table, walked on real Redis: every state × every command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from queue_server.domain.events import Event
from queue_server.domain.lifecycle import FOLLOWS, MAY
from queue_server.domain.refusals import Refused, WrongState
from queue_server.domain.tickets import State
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.same import differences
from tests.engine.stories import open_windows, outcome_of, take

pytestmark = pytest.mark.anyio

# Said of window 1, where the ticket is if it is at a window at all.
AT_WINDOW = ("recall", "start", "finish", "no_show", "hold", "requeue", "skip")


async def _in_state(hall: RedisHall, clock: Clock, state: State) -> str:
    """A ticket in this state; window 1 has it if any window has, and window 2 is free."""
    ticket = await take(hall, "G1")
    await open_windows(hall, "1", "2")
    if state is State.CANCELLED:
        await hall.cancel(ticket)
    if state in (State.WAITING, State.CANCELLED):
        return ticket
    await hall.call("1", ticket)
    if state is State.NO_SHOW:
        await hall.recall("1")
        clock.pass_(seconds=61)
        await hall.no_show("1")
    if state in (State.SERVING, State.SERVED):
        await hall.start("1")
    if state is State.SERVED:
        await hall.finish("1")
    if state is State.HELD:
        await hall.hold("1")
    if state is State.CALLED:
        await hall.recall("1")
        clock.pass_(seconds=61)
    return ticket


def _said(hall: RedisHall, command: str, ticket: str) -> Awaitable[list[Event]]:
    told: dict[str, Callable[[], Awaitable[list[Event]]]] = {
        "call_next": lambda: hall.call_next("2"),
        "call": lambda: hall.call("2", ticket),
        "unhold": lambda: hall.unhold(ticket),
        "transfer": lambda: hall.transfer(ticket=ticket, lane="police"),
        "add_step": lambda: hall.add_step(ticket, "S1"),
        "cancel": lambda: hall.cancel(ticket),
        "reinstate": lambda: hall.reinstate(ticket),
        "away": lambda: hall.away(ticket),
        "back": lambda: hall.back(ticket),
        "reclassify": lambda: hall.reclassify(ticket, "green", "reason"),
        "reprint": lambda: hall.reprint(ticket),
        "rate": lambda: hall.rate(ticket, 5),
    }
    if command in AT_WINDOW:
        found: Awaitable[list[Event]] = getattr(hall, command)("1")
        return found
    return told[command]()


# Refused for a reason of their own even where the table lets them pass: nobody is away; with
# nobody else waiting there is nothing to skip to; at a window it is the window that transfers.
ELSEWISE = {("back", State.WAITING): "AWAY", ("skip", State.CALLED): "NOBODY"} | {
    ("transfer", state): "ELSEWHERE" for state in (State.CALLED, State.SERVING)
}


@pytest.mark.parametrize("command", sorted(MAY))
@pytest.mark.parametrize("state", [s for s in State if s is not State.EXPIRED])
async def test_every_state_meets_every_command(
    hall: RedisHall, clock: Clock, state: State, command: str
) -> None:
    """What the table allows happens; everything else is refused and changes nothing."""
    ticket = await _in_state(hall, clock, state)
    before = await hall.state()

    outcome = await outcome_of(_said(hall, command, ticket))

    if state in MAY[command] and (command, state) not in ELSEWISE:
        assert not isinstance(outcome, Refused)
        now = (await hall.view()).tickets[ticket].state
        assert now == state or now in FOLLOWS[state]
    else:
        assert isinstance(outcome, Refused)
        assert ELSEWISE.get((command, state), outcome.code) == outcome.code
        assert await hall.state() == before
    assert await differences(hall) == []


@pytest.mark.parametrize("command", sorted(MAY))
async def test_an_expired_ticket_stays_expired(hall: RedisHall, clock: Clock, command: str) -> None:
    """The day was closed and opened again; what had expired is refused everywhere."""
    ticket = await _in_state(hall, clock, State.WAITING)
    await hall.close_day("expire")
    await hall.open_day()

    with pytest.raises(Refused):
        await _said(hall, command, ticket)


async def test_a_wrong_state_names_the_ticket_and_the_state(hall: RedisHall, clock: Clock) -> None:
    """The sentence says what is, so that the clerk knows what to do."""
    ticket = await _in_state(hall, clock, State.SERVING)

    with pytest.raises(WrongState, match=f"{ticket} is serving"):
        await hall.cancel(ticket)
