"""One small function for each kind of event: judge it against the picture, then change that."""

from __future__ import annotations

from dataclasses import replace

from queue_server.audit.moves import Auditor, Hears, placed
from queue_server.audit.order import BY_HAND
from queue_server.audit.picture import Seat, Visit
from queue_server.audit.windows import DAYS_AND_WINDOWS
from queue_server.domain import events as told
from queue_server.domain.tickets import State


def _taken(auditor: Auditor, event: told.TicketTaken) -> None:
    said = f"{event.ticket} was given while the day was {auditor.state}"
    auditor.prove("lifecycle", auditor.state == "open", said, event)
    auditor.places.number(event, auditor.picture)
    auditor.places.place(event, None, auditor.picture)
    visit = Visit(
        number=event.ticket,
        state=State.WAITING,
        services=event.services,
        lane=event.lane,
        class_=event.class_,
        entered=event.entered,
        counts_from=event.counts_from,
        entry=event.entry,
        since=event.at,
    )
    auditor.put(event, visit)


def _called(auditor: Auditor, event: told.TicketCalled) -> None:
    if not (visit := auditor.known(event)):
        return
    visit = _back_in_silence(auditor, event)
    seat = auditor.picture.seat(event.window)
    said = f"{event.ticket} was called to window {seat.number}, which still had {seat.ticket}"
    auditor.prove("one_ticket", not seat.ticket, said, event)
    if visit.at_window:
        _taken_over(auditor, event, visit)
    else:
        _may_be_called(auditor, event, visit, seat)
    _true_receipt(auditor, event, visit)
    auditor.put(
        event,
        replace(
            visit, state=State.CALLED, window=event.window, called=event.at, calls=1, away=False,
            due=0,
        ),
    )  # fmt: skip
    auditor.seat(event, event.window, ticket=event.ticket)


def _back_in_silence(auditor: Auditor, event: told.TicketCalled) -> Visit:
    """Time brings back who was put off; a receipt that names him shows that it has."""
    visits = auditor.picture.visits
    for number in (event.ticket, *(head.ticket for head in event.others)):
        visit = visits.get(number)
        if visit and visit.due and visit.due <= event.at and visit.state is State.WAITING:
            auditor.picture.put(event.seq, replace(visit, due=0))
    return visits[event.ticket]


def _taken_over(auditor: Auditor, event: told.TicketCalled, visit: Visit) -> None:
    """Only a ticket that was left at a lost window may be called away from there."""
    left = event.from_window == visit.window and auditor.picture.seat(visit.window).lost
    said = f"{visit.number} was called to window {event.window} while at {visit.window}"
    auditor.prove("one_window", left, said, event)
    auditor.free(event, visit.window)


def _may_be_called(auditor: Auditor, event: told.TicketCalled, visit: Visit, seat: Seat) -> None:
    by_hand = event.rule in BY_HAND
    states = (State.WAITING, State.HELD) if by_hand else (State.WAITING,)
    well = visit.state in states and seat.state == "open"
    if not by_hand:
        serves = visit.field in auditor.picture.served_by(seat)
        well = well and serves and auditor.picture.stands(visit.number)
    said = f"{visit.number} ({visit.state}) could not be called to window {seat.number}"
    if auditor.prove("callable", well, said, event) and not by_hand:
        auditor.order.judge(event, visit, seat)


def _true_receipt(auditor: Auditor, event: told.TicketCalled, visit: Visit) -> None:
    own = (visit.lane, visit.class_, visit.entered, visit.counts_from)
    said = f"the receipt of {visit.number} does not tell its own place"
    same = own == (event.lane, event.class_, event.entered, event.counts_from)
    auditor.prove("receipt", same and event.calls == 1, said, event)
    if visit.state is State.WAITING:
        wait = max(event.at - max(visit.since, visit.entered), 0)
        said = f"{visit.number} waited {wait} ms, not {event.wait}"
        auditor.prove("receipt", event.wait == wait, said, event)


def _recalled(auditor: Auditor, event: told.TicketRecalled) -> None:
    if visit := auditor.known(event):
        auditor.was_at(event, visit, event.window)
        right = visit.state is State.CALLED and event.calls == visit.calls + 1
        auditor.prove("lifecycle", right, f"{event.ticket} was not called before", event)
        auditor.put(event, replace(visit, calls=event.calls, called=event.at))


def _started(auditor: Auditor, event: told.TicketStarted) -> None:
    if visit := auditor.move(event, State.SERVING, event.window):
        auditor.put(event, visit)


def _finished(auditor: Auditor, event: told.TicketFinished) -> None:
    _leaves(auditor, event, State.SERVED, event.window)


def _missed(auditor: Auditor, event: told.TicketMissed) -> None:
    if visit := auditor.picture.visits.get(event.ticket):
        rule = auditor.picture.layout.rule
        service = auditor.picture.layout.service.get(visit.services[0])
        grace = rule.grace if service is None or service.grace is None else service.grace
        calls = (
            rule.min_calls if service is None or service.min_calls is None else (service.min_calls)
        )
        patient = visit.calls >= calls and event.at >= visit.called + grace
        counted = event.misses == visit.misses + 1
        said = f"{event.ticket} was given up too soon, after {visit.calls} calls"
        auditor.prove("missed", patient and counted, said, event)
    _leaves(auditor, event, State.NO_SHOW, event.window, misses=event.misses)


def _cancelled(auditor: Auditor, event: told.TicketCancelled) -> None:
    _leaves(auditor, event, State.CANCELLED, event.window)


def _expired(auditor: Auditor, event: told.TicketExpired) -> None:
    _leaves(auditor, event, State.EXPIRED, event.window)


def _leaves(
    auditor: Auditor, event: told.TicketEvent, to: State, window: str, misses: int | None = None
) -> None:
    if visit := auditor.move(event, to, window, due=0, away=False):
        auditor.free(event, window)
        auditor.put(event, visit if misses is None else replace(visit, misses=misses))


def _held(auditor: Auditor, event: told.TicketHeld) -> None:
    if visit := auditor.move(event, State.HELD, event.window, due=event.due):
        auditor.free(event, event.window)
        auditor.put(event, visit)


def _unheld(auditor: Auditor, event: told.TicketUnheld) -> None:
    auditor.waits(event, due=0)


def _step_finished(auditor: Auditor, event: told.TicketStepFinished) -> None:
    auditor.waits(event, event.window)


def _requeued(auditor: Auditor, event: told.TicketRequeued) -> None:
    auditor.waits(event, event.window, auditor.goes_first(event.window), due=event.due)


def _skipped(auditor: Auditor, event: told.TicketSkipped) -> None:
    # Not this one, the next please: whoever is called now is chosen without it.
    auditor.waits(event, event.window, event.window)


def _transferred(auditor: Auditor, event: told.TicketTransferred) -> None:
    visit = auditor.picture.visits.get(event.ticket)
    if visit and visit.state is State.WAITING and not event.window:
        auditor.places.place(event, visit, auditor.picture)
        auditor.put(event, replace(placed(event, visit), away=False, due=0))
    else:
        after = auditor.goes_first(event.window) if event.window else ""
        auditor.waits(event, event.window, after, due=0, away=False)


def _reinstated(auditor: Auditor, event: told.TicketReinstated) -> None:
    auditor.waits(event)


def _moved(auditor: Auditor, event: told.TicketMoved | told.TicketReclassified) -> None:
    if visit := auditor.known(event):
        said = f"{event.kind} of {event.ticket}, which was {visit.state}"
        auditor.prove("lifecycle", visit.state.live, said, event)
        auditor.places.place(event, visit, auditor.picture)
        auditor.put(event, placed(event, visit))


def _went_away(auditor: Auditor, event: told.TicketWentAway) -> None:
    _steps_out(auditor, event, away=True)


def _came_back(auditor: Auditor, event: told.TicketCameBack) -> None:
    _steps_out(auditor, event, away=False)


def _steps_out(auditor: Auditor, event: told.TicketEvent, *, away: bool) -> None:
    if visit := auditor.known(event):
        due = 0 if not away and visit.due <= event.at else visit.due
        right = visit.state is State.WAITING and (visit.away != away or due != visit.due)
        auditor.prove("lifecycle", right, f"{event.kind} of {event.ticket}, as before", event)
        auditor.put(event, replace(visit, away=away, due=due))


def _mentioned(auditor: Auditor, event: told.TicketEvent) -> None:
    auditor.known(event)


HEARS: dict[type[told.Event], Hears] = DAYS_AND_WINDOWS | {
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
    told.TicketStepAdded: _mentioned,
    told.TicketCancelled: _cancelled,
    told.TicketExpired: _expired,
    told.TicketReinstated: _reinstated,
    told.TicketWentAway: _went_away,
    told.TicketCameBack: _came_back,
    told.TicketReclassified: _moved,
    told.TicketRated: _mentioned,
    told.TicketAnnounced: _mentioned,
    told.TicketShown: _mentioned,
    told.TicketUndelivered: _mentioned,
    told.TicketPrinted: _mentioned,
    told.ReprintAsked: _mentioned,
    told.TicketPrintFailed: _mentioned,
}
