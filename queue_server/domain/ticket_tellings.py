"""What each event of a ticket does to its visit: one small function a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from queue_server.domain import events as told
from queue_server.domain import stages
from queue_server.domain.expectation import expected
from queue_server.domain.stages import Passage
from queue_server.domain.telling import Telling, Tellings
from queue_server.domain.tickets import State


def _taken(telling: Telling, event: told.TicketTaken) -> None:
    ticket = telling.hall.tickets[event.ticket]
    telling.threads.put(event.ticket, stages.take(event, ticket, telling.here), event.seq)
    if found := expected(telling, event):
        telling.estimates[event.ticket] = found


def _called(telling: Telling, event: told.TicketCalled) -> None:
    was = telling.threads.now[event.ticket]
    telling.thread(event, lambda t: stages.call(t, event, telling.hall.windows[event.window].clerk))
    telling.count(event.window, event, "calls")
    telling.lane_calls.setdefault(event.lane, []).append(telling.hall.calls[-1])
    if was.phase is State.WAITING:
        passage = Passage(event.seq, was.stands[-1].place, event.ticket)
        telling.calls[event.lane] = (*telling.calls.get(event.lane, ()), passage)
        _passes(telling, event.lane, passage)


def _passes(telling: Telling, lane: str, call: Passage) -> None:
    """Whoever still waits there and came before is to be counted anew."""
    for number in telling.waiting:
        stand = telling.threads.now[number].stands[-1]
        if stand.lane == lane and stand.passed_by(call):
            telling.tickets[number] = None


def _recalled(telling: Telling, event: told.TicketRecalled) -> None:
    telling.thread(event, stages.recall)


def _started(telling: Telling, event: told.TicketStarted) -> None:
    telling.thread(event, lambda t: stages.start(t, event.at))


def _held(telling: Telling, event: told.TicketHeld) -> None:
    telling.thread(event, lambda t: stages.hold(t, event.at))


def _ends(outcome: str, state: State) -> Callable[[Telling, Any], None]:
    def hear(telling: Telling, event: told.TicketEvent) -> None:
        telling.thread(event, lambda t: stages.end(t, event, outcome, state))

    return hear


def _waits(outcome: str) -> Callable[[Telling, Any], None]:
    """One stage is over, and another begins."""

    def hear(telling: Telling, event: told.Placed) -> None:
        ticket = telling.hall.tickets[event.ticket]
        telling.thread(
            event,
            lambda t: stages.wait(stages.end(t, event, outcome, State.WAITING), event, ticket),
        )

    return hear


def _reinstated(telling: Telling, event: told.TicketReinstated) -> None:
    ticket = telling.hall.tickets[event.ticket]
    telling.thread(event, lambda t: stages.wait(t, event, ticket))


def _moved(telling: Telling, event: told.Placed) -> None:
    since = telling.hall.tickets[event.ticket].since
    telling.thread(event, lambda t: stages.move(t, event, since))


def _transferred(telling: Telling, event: told.TicketTransferred) -> None:
    if telling.threads.now[event.ticket].phase is State.WAITING:
        _moved(telling, event)
    else:
        _waits("transferred")(telling, event)


def _rated(telling: Telling, event: told.TicketRated) -> None:
    telling.ratings[event.ticket] = stages.rating(telling.threads.now[event.ticket], event)


TICKET_TELLINGS: Tellings = {
    told.TicketTaken: _taken,
    told.TicketCalled: _called,
    told.TicketRecalled: _recalled,
    told.TicketStarted: _started,
    told.TicketHeld: _held,
    told.TicketFinished: _ends("served", State.SERVED),
    told.TicketMissed: _ends("no_show", State.NO_SHOW),
    told.TicketCancelled: _ends("cancelled", State.CANCELLED),
    told.TicketExpired: _ends("expired", State.EXPIRED),
    told.TicketStepFinished: _waits("served"),
    told.TicketUnheld: _waits("held"),
    told.TicketRequeued: _waits("requeued"),
    told.TicketSkipped: _waits("requeued"),
    told.TicketTransferred: _transferred,
    told.TicketReinstated: _reinstated,
    told.TicketMoved: _moved,
    told.TicketReclassified: _moved,
    told.TicketRated: _rated,
}
