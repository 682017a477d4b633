"""What each event of a ticket changes: one small function a kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from queue_server.domain import events as told
from queue_server.domain.draft import Draft, Folds
from queue_server.domain.facts import Call
from queue_server.domain.tickets import State, Step, Ticket


def _taken(draft: Draft, event: told.TicketTaken) -> None:
    ticket = Ticket(
        number=event.ticket,
        state=State.WAITING,
        services=event.services,
        taken=event.at,
        since=event.at,
        steps=event.steps,
        step=event.step,
        done="0" * len(event.steps),
        class_reason=event.reason,
        on_behalf=event.on_behalf,
        booking=event.booking,
        source=event.source,
        language=event.language,
        **_place(event),
    )
    draft.put(ticket)


def _place(event: told.Placed) -> dict[str, Any]:
    return {
        "lane": event.lane,
        "class_": event.class_,
        "entered": event.entered,
        "counts_from": event.counts_from,
        "entry": event.entry,
    }


_BACK_TO_WAITING: dict[str, Any] = {
    "state": State.WAITING,
    "window": "",
    "called": 0,
    "call_seq": 0,
    "started": 0,
    "calls": 0,
    "reason": "",
}


def _wait_again(draft: Draft, event: told.Placed, **changes: Any) -> None:
    draft.ticket(
        event.ticket, **_BACK_TO_WAITING, **_place(event), **({"since": event.at} | changes)
    )


_UNCONFIRMED: dict[str, Any] = {"announced": False, "shown": False, "undelivered": ""}


def _called(draft: Draft, event: told.TicketCalled) -> None:
    if event.from_window and draft.windows[event.from_window].ticket == event.ticket:
        draft.window(event.from_window, ticket="")
    draft.ticket(
        event.ticket,
        state=State.CALLED,
        window=event.window,
        called=event.at,
        call_seq=event.seq,
        calls=event.calls,
        started=0,
        away=False,
        due=0,
        reason="",
        **_UNCONFIRMED,
    )
    draft.window(event.window, ticket=event.ticket, since=event.at, asking=False)
    draft.changes["last_call"] = event.seq
    draft.calls.append(
        Call(event.at, event.seq, event.ticket, event.window, event.lane, event.class_, event.wait)
    )


def _recalled(draft: Draft, event: told.TicketRecalled) -> None:
    draft.ticket(
        event.ticket,
        calls=event.calls,
        called=event.at,
        call_seq=event.seq,
        **_UNCONFIRMED,
    )
    draft.changes["last_call"] = event.seq


def _started(draft: Draft, event: told.TicketStarted) -> None:
    draft.ticket(event.ticket, state=State.SERVING, started=event.at)


def _ended(draft: Draft, event: told.TicketEvent, state: State, **changes: Any) -> None:
    draft.ticket(event.ticket, state=state, ended=event.at, due=0, away=False, **changes)


def _finished(draft: Draft, event: told.TicketFinished) -> None:
    done = "1" * len(draft.tickets[event.ticket].steps)
    _ended(draft, event, State.SERVED, outcome=event.outcome, done=done)
    draft.free(event.window, event.at)


def _step_finished(draft: Draft, event: told.TicketStepFinished) -> None:
    ticket = draft.tickets[event.ticket]
    done, came_back = ticket.done, ""
    if event.lane != f"@{ticket.come_back_to}":
        done = done[: event.done - 1] + "1" + done[event.done :] if done else done
        came_back = ticket.come_back_to
    _wait_again(
        draft,
        event,
        done=done,
        step=event.step if ticket.steps else 0,
        outcome=event.outcome,
        come_back_to=came_back,
    )
    draft.free(event.window, event.at)


def _missed(draft: Draft, event: told.TicketMissed) -> None:
    _ended(draft, event, State.NO_SHOW, misses=event.misses)
    draft.free(event.window, event.at)


def _held(draft: Draft, event: told.TicketHeld) -> None:
    draft.ticket(event.ticket, state=State.HELD, reason=event.reason, due=event.due)
    draft.free(event.window, event.at)


def _unheld(draft: Draft, event: told.TicketUnheld) -> None:
    _wait_again(draft, event, due=0)


def _requeued(draft: Draft, event: told.TicketRequeued) -> None:
    _wait_again(draft, event, due=event.due)
    draft.free(event.window, event.at)


def _skipped(draft: Draft, event: told.TicketSkipped) -> None:
    _wait_again(draft, event)
    draft.free(event.window, event.at)


def _transferred(draft: Draft, event: told.TicketTransferred) -> None:
    was = draft.tickets[event.ticket]
    waited = {} if event.window or was.state is State.HELD else {"since": was.since}
    _wait_again(
        draft,
        event,
        note=event.note,
        due=0,
        away=False,
        come_back_to=event.come_back_to,
        steps=_steps_now(was, event.lane),
        **waited,
    )
    if event.window:
        draft.free(event.window, event.at)


def _steps_now(ticket: Ticket, lane: str) -> tuple[Step, ...]:
    """The steps of a ticket that was sent to `lane`: the present one is done there."""
    if not ticket.steps or lane.startswith("@"):
        return ticket.steps
    at = ticket.step - 1
    return (
        *ticket.steps[:at],
        replace(ticket.steps[at], lane=lane),
        *ticket.steps[at + 1 :],
    )


def _moved(draft: Draft, event: told.TicketMoved) -> None:
    draft.ticket(event.ticket, **_place(event), steps=event.steps)


def _reclassified(draft: Draft, event: told.TicketReclassified) -> None:
    draft.ticket(event.ticket, class_reason=event.reason, **_place(event))


def _step_added(draft: Draft, event: told.TicketStepAdded) -> None:
    ticket = draft.tickets[event.ticket]
    done = (ticket.done or "0") + "0"
    draft.ticket(event.ticket, steps=event.steps, step=ticket.step or 1, done=done)


def _cancelled(draft: Draft, event: told.TicketCancelled) -> None:
    _ended(draft, event, State.CANCELLED, reason=event.reason, window=event.window)
    if event.window:
        draft.free(event.window, event.at)


def _expired(draft: Draft, event: told.TicketExpired) -> None:
    _ended(draft, event, State.EXPIRED)
    if event.window:
        draft.free(event.window, event.at)


def _reinstated(draft: Draft, event: told.TicketReinstated) -> None:
    _wait_again(draft, event, ended=0)


def _went_away(draft: Draft, event: told.TicketWentAway) -> None:
    draft.ticket(event.ticket, away=True)


def _came_back(draft: Draft, event: told.TicketCameBack) -> None:
    draft.ticket(event.ticket, away=False, due=0)


def _rated(draft: Draft, event: told.TicketRated) -> None:
    draft.ticket(event.ticket, score=event.score)


def _announced(draft: Draft, event: told.TicketAnnounced) -> None:
    _delivered(draft, event, "voice", announced=True)


def _shown(draft: Draft, event: told.TicketShown) -> None:
    _delivered(draft, event, "screen", shown=True)


def _delivered(draft: Draft, event: told.Delivered, sort: str, **changes: Any) -> None:
    ticket = draft.tickets[event.ticket]
    if ticket.call_seq == event.call:
        missing = " ".join(one for one in ticket.undelivered.split() if one != sort)
        draft.ticket(event.ticket, undelivered=missing, **changes)
    draft.device(event.device, delivered=event.at, delay=event.delay)


def _undelivered(draft: Draft, event: told.TicketUndelivered) -> None:
    ticket = draft.tickets[event.ticket]
    if ticket.call_seq == event.call:
        missing = sorted({*ticket.undelivered.split(), event.sort})
        draft.ticket(event.ticket, undelivered=" ".join(missing))


def _reprint_asked(_draft: Draft, _event: told.ReprintAsked) -> None:
    """The slip that comes is told when it is on paper."""


def _printed(draft: Draft, event: told.TicketPrinted) -> None:
    draft.ticket(event.ticket, printed=True, print_error="")
    draft.device(event.device, delivered=event.at)


def _print_failed(draft: Draft, event: told.TicketPrintFailed) -> None:
    draft.ticket(event.ticket, print_error=event.error)


TICKET_FOLDS: Folds = {
    told.TicketTaken: _taken,
    told.TicketCalled: _called,
    told.TicketRecalled: _recalled,
    told.TicketStarted: _started,
    told.TicketFinished: _finished,
    told.TicketStepFinished: _step_finished,
    told.TicketMissed: _missed,
    told.TicketHeld: _held,
    told.TicketUnheld: _unheld,
    told.TicketRequeued: _requeued,
    told.TicketSkipped: _skipped,
    told.TicketTransferred: _transferred,
    told.TicketMoved: _moved,
    told.TicketStepAdded: _step_added,
    told.TicketCancelled: _cancelled,
    told.TicketExpired: _expired,
    told.TicketReinstated: _reinstated,
    told.TicketWentAway: _went_away,
    told.TicketCameBack: _came_back,
    told.TicketReclassified: _reclassified,
    told.TicketRated: _rated,
    told.TicketAnnounced: _announced,
    told.TicketShown: _shown,
    told.TicketUndelivered: _undelivered,
    told.TicketPrinted: _printed,
    told.ReprintAsked: _reprint_asked,
    told.TicketPrintFailed: _print_failed,
}
