"""Events, folded: one small function an event kind, each changing one ticket or window.

A fold works on a draft that copies the view's dicts once a batch; the view itself stays frozen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from queue_server.domain import events as told
from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State, Step, Ticket
from queue_server.domain.view import Call, DeviceView, HallView, Notice, WindowView

# Recent layouts by text: all followers of a process fold the same events.
_LAYOUTS: dict[str, Layout] = {}


def fold(view: HallView, events: Iterable[told.Event]) -> HallView:
    """The view after these events; events it has seen already change nothing."""
    draft = Draft(view)
    for event in events:
        if event.day != draft.view.day:
            draft = Draft(HallView(day=event.day))
        if event.seq > draft.seq:
            _FOLDS[type(event)](draft, event)
            draft.seq, draft.at = event.seq, event.at
    return draft.done()


@dataclass
class Draft:
    """A view in the making."""

    view: HallView
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seq, self.at = self.view.seq, self.view.at
        self.tickets = dict(self.view.tickets)
        self.windows = dict(self.view.windows)
        self.devices = dict(self.view.devices)
        self.calls: list[Call] = []

    def done(self) -> HallView:
        """The finished view."""
        return replace(
            self.view,
            seq=self.seq,
            at=self.at,
            tickets=self.tickets,
            windows=self.windows,
            devices=self.devices,
            calls=self.view.calls + tuple(self.calls),
            **self.changes,
        )

    def ticket(self, number: str, **changes: Any) -> None:
        """Change a ticket."""
        self.tickets[number] = replace(self.tickets[number], **changes)

    def window(self, number: str, **changes: Any) -> None:
        """Change a window."""
        known = self.windows.get(number) or WindowView(number=number)
        self.windows[number] = replace(known, **changes)

    def free(self, number: str, at: int) -> None:
        """The window has no ticket any more."""
        self.window(number, ticket="", since=at)


def _layout(text: str) -> Layout:
    if text not in _LAYOUTS:
        if len(_LAYOUTS) > 500:
            _LAYOUTS.clear()
        _LAYOUTS[text] = Layout.from_json(text)
    return _LAYOUTS[text]


def _day_opened(draft: Draft, event: told.DayOpened) -> None:
    draft.changes |= {
        "state": "open",
        "mode": event.mode,
        "speed": event.speed,
        "opened": draft.view.opened or event.at,
        "layout": _layout(event.layout),
    }


def _layout_changed(draft: Draft, event: told.LayoutChanged) -> None:
    draft.changes["layout"] = _layout(event.layout)


def _day_reopened(_draft: Draft, _event: told.DayReopened) -> None:
    """Numbers jumped; nobody moved."""


def _day_closing(draft: Draft, _event: told.DayClosing) -> None:
    draft.changes["state"] = "closing"


def _day_closed(draft: Draft, _event: told.DayClosed) -> None:
    draft.changes["state"] = "closed"


def _mode_set(draft: Draft, event: told.ModeSet) -> None:
    draft.changes |= {"mode": event.mode, "notice": event.notice}


def _broadcast(draft: Draft, event: told.Broadcast) -> None:
    draft.changes["broadcast"] = Notice(event.at, event.text, event.zone, event.due)


def _taken(draft: Draft, event: told.TicketTaken) -> None:
    draft.tickets[event.ticket] = Ticket(
        number=event.ticket,
        state=State.WAITING,
        services=event.services,
        taken=event.at,
        since=event.at,
        steps=event.steps,
        step=event.step,
        done="0" * len(event.steps),
        on_behalf=event.on_behalf,
        booking=event.booking,
        source=event.source,
        language=event.language,
        **_place(event),
    )


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
        announced=False,
        shown=False,
    )
    draft.window(event.window, ticket=event.ticket, since=event.at, asking=False)
    draft.calls.append(
        Call(event.at, event.seq, event.ticket, event.window, event.lane, event.class_, event.wait)
    )


def _recalled(draft: Draft, event: told.TicketRecalled) -> None:
    draft.ticket(
        event.ticket,
        calls=event.calls,
        called=event.at,
        call_seq=event.seq,
        announced=False,
        shown=False,
    )


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
    draft.ticket(event.ticket, **_place(event))


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
    _delivered(draft, event, announced=True)


def _shown(draft: Draft, event: told.TicketShown) -> None:
    _delivered(draft, event, shown=True)


def _delivered(draft: Draft, event: told.Delivered, **changes: Any) -> None:
    if draft.tickets[event.ticket].call_seq == event.call:
        draft.ticket(event.ticket, **changes)
    known = draft.devices.get(event.device) or DeviceView(id=event.device)
    draft.devices[event.device] = replace(known, delivered=event.at, delay=event.delay)


def _printed(draft: Draft, event: told.TicketPrinted) -> None:
    draft.ticket(event.ticket, printed=True, print_error="")


def _print_failed(draft: Draft, event: told.TicketPrintFailed) -> None:
    draft.ticket(event.ticket, print_error=event.error)


def _window_opened(draft: Draft, event: told.WindowOpened) -> None:
    quick = draft.windows[event.window].quick if event.window in draft.windows else 0
    draft.windows[event.window] = WindowView(
        number=event.window,
        state="open",
        clerk=event.clerk,
        since=event.at,
        lanes=event.lanes,
        auto=event.auto,
        lease=event.lease,
        quick=quick,
    )


def _handed_over(draft: Draft, event: told.WindowHandedOver) -> None:
    draft.window(event.window, clerk=event.clerk, lost=False)


def _window_closed(draft: Draft, event: told.WindowClosed) -> None:
    quick = draft.windows[event.window].quick
    draft.windows[event.window] = WindowView(number=event.window, since=event.at, quick=quick)


def _paused(draft: Draft, event: told.WindowPaused) -> None:
    draft.window(event.window, state="paused", reason=event.reason, since=event.at, asking=False)


def _unpaused(draft: Draft, event: told.WindowUnpaused) -> None:
    draft.window(event.window, state="open", reason="", since=event.at, lost=False)


def _lost(draft: Draft, event: told.WindowLost) -> None:
    draft.window(
        event.window,
        state="paused",
        lost=True,
        since=event.at,
        reason="lost",
        lease=0,
        asking=False,
    )


def _asked(draft: Draft, event: told.WindowAsked) -> None:
    draft.window(event.window, asking=True)


def _quick(draft: Draft, event: told.QuickServed) -> None:
    known = draft.windows.get(event.window)
    draft.window(event.window, quick=(known.quick if known else 0) + 1)


def _assist(draft: Draft, event: told.AssistAsked) -> None:
    draft.window(event.window, assist="asked")


def _assist_accepted(draft: Draft, event: told.AssistAccepted) -> None:
    draft.window(event.window, assist="accepted", helper=event.helper)


def _assist_done(draft: Draft, event: told.AssistDone) -> None:
    draft.window(event.window, assist="", helper="")


def _undone(draft: Draft, event: told.WindowUndone) -> None:
    restored = json.loads(event.restored)
    for number, image in dict(restored["tickets"]).items():
        kept = draft.tickets[number]
        draft.tickets[number] = replace(
            ticket_of(image), printed=kept.printed, print_error=kept.print_error, score=kept.score
        )
    for number, image in dict(restored["windows"]).items():
        draft.windows[number] = window_of(image)
    # A call that was taken back is no call any more: it waits, and is measured, once.
    undone = {call.seq for call in (*draft.view.calls, *draft.calls) if call.seq >= event.since}
    if undone:
        kept_calls = [call for call in (*draft.view.calls, *draft.calls) if call.seq not in undone]
        draft.view, draft.calls = replace(draft.view, calls=()), kept_calls


def _device(draft: Draft, event: told.DeviceSeen) -> None:
    known = draft.devices.get(event.device) or DeviceView(id=event.device)
    draft.devices[event.device] = replace(
        known,
        sort=event.sort or known.sort,
        state=event.state,
        error=event.error,
        window=event.window or known.window,
    )


def ticket_of(image: dict[str, Any]) -> Ticket:
    """A ticket from the engine's own record of it."""
    known = {f.name: image[name] for f in fields(Ticket) if (name := f.name.rstrip("_")) in image}
    known["state"] = State(image["state"])
    known["services"] = tuple(image["services"].split())
    known["steps"] = tuple(
        Step(s["lane"], tuple(s["services"]), int(s["minutes"]), tuple(int(i) for i in s["after"]))
        for s in image.get("steps", ())
    )
    return Ticket(**known)


def window_of(image: dict[str, Any]) -> WindowView:
    """A window from the engine's own record of it."""
    known = {f.name: image[f.name] for f in fields(WindowView) if f.name in image}
    return WindowView(**known | {"lanes": tuple(image.get("lanes", ()))})


_FOLDS: dict[type[told.Event], Callable[[Draft, Any], None]] = {
    told.DayOpened: _day_opened,
    told.DayReopened: _day_reopened,
    told.DayClosing: _day_closing,
    told.DayClosed: _day_closed,
    told.ModeSet: _mode_set,
    told.Broadcast: _broadcast,
    told.LayoutChanged: _layout_changed,
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
    told.TicketPrinted: _printed,
    told.TicketPrintFailed: _print_failed,
    told.WindowOpened: _window_opened,
    told.WindowHandedOver: _handed_over,
    told.WindowClosed: _window_closed,
    told.WindowPaused: _paused,
    told.WindowUnpaused: _unpaused,
    told.WindowLost: _lost,
    told.WindowAsked: _asked,
    told.QuickServed: _quick,
    told.AssistAsked: _assist,
    told.AssistAccepted: _assist_accepted,
    told.AssistDone: _assist_done,
    told.WindowUndone: _undone,
    told.DeviceSeen: _device,
}
