"""Every event, once: what a hall tells.

This is the wire protocol: these are the names that stand in Redis streams, in JSON and in the
archive (`codec.py` translates). A field may be added, never re-meant; readers ignore what they
don't know, so a field that is not required has a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from queue_server.domain.calling import Head
from queue_server.domain.tickets import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a hall. `at` is Unix ms; `by` is who did it, when known."""

    kind: ClassVar[str]
    day: str
    seq: int
    at: int
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(Event):
    """The hall opened. `speed` is 1, or how much faster than real time a drill's clock runs."""

    kind = "day.opened"
    layout: str
    mode: str = "normal"
    speed: int = 1
    real_at: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReopened(Event):
    """Redis came back without a durable log: `seq` jumped by `gap`, the numbers by `numbers`."""

    kind = "day.reopened"
    gap: int
    numbers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosing(Event):
    """No more tickets; `policy` is `wait` (for the last visitor) or `expire`."""

    kind = "day.closing"
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed(Event):
    """The hall is closed and empty."""

    kind = "day.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSet(Event):
    """Who may take a ticket changed: normal, appointment_only or closed."""

    kind = "day.mode_set"
    mode: str
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast(Event):
    """Something to say and show to everybody in `zone` (all zones when empty)."""

    kind = "day.broadcast"
    text: str
    zone: str = ""
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChanged(Event):
    """A new plan holds from here on."""

    kind = "layout.changed"
    layout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent(Event):
    """Something that happened to one ticket."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(TicketEvent):
    """A ticket got a place in the calling order."""

    lane: str
    class_: str
    entered: int
    counts_from: int
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTaken(Placed):
    """A visitor has a number; `reason` says why it has its class, where somebody said so."""

    kind = "ticket.taken"
    services: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    step: int = 0
    reason: str = ""
    on_behalf: str = ""
    booking: str = ""
    source: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCalled(TicketEvent):
    """A window called a ticket: by which `rule`, and `others` is who else could have been.

    `lane_asked` is the one lane the clerk wanted, if he named one.
    """

    kind = "ticket.called"
    window: str
    lane: str
    class_: str
    entered: int
    counts_from: int
    rule: str
    wait: int
    calls: int = 1
    others: tuple[Head, ...] = ()
    from_window: str = ""
    lane_asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWindow(TicketEvent):
    """Something that happened to a ticket at a window."""

    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecalled(AtWindow):
    """The same call once more; `calls` counts them."""

    kind = "ticket.recalled"
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStarted(AtWindow):
    """The visitor has come to the window."""

    kind = "ticket.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFinished(AtWindow):
    """The visit is done."""

    kind = "ticket.finished"
    outcome: str = ""
    services: tuple[str, ...] = ()
    persons: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStepFinished(Placed):
    """A step is done; the ticket waits in `lane` for step number `step`, with its first entry."""

    kind = "ticket.step_finished"
    window: str
    done: int
    step: int
    outcome: str = ""
    services: tuple[str, ...] = ()
    persons: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMissed(AtWindow):
    """The visitor did not come. `final` says that the ticket cannot be reinstated any more."""

    kind = "ticket.missed"
    misses: int
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld(AtWindow):
    """Put aside, until `due` when that is not 0."""

    kind = "ticket.held"
    reason: str = ""
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnheld(Placed):
    """Back in its lane, in its own place."""

    kind = "ticket.unheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequeued(Placed):
    """Back in its lane: in its own place, at the end, or not before `due`."""

    kind = "ticket.requeued"
    window: str
    place: str
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSkipped(Placed):
    """Back in its own place, since the window wanted another."""

    kind = "ticket.skipped"
    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTransferred(Placed):
    """Sent on: `lane` is a lane, or `@3` for window 3 itself."""

    kind = "ticket.transferred"
    place: str
    window: str = ""
    note: str = ""
    come_back_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMoved(Placed):
    """A new layout gave this ticket another lane, class or steps; it keeps its entry."""

    kind = "ticket.moved"
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStepAdded(TicketEvent):
    """One more stop."""

    kind = "ticket.step_added"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled(TicketEvent):
    """The visitor gave up; `window` was calling, if any."""

    kind = "ticket.cancelled"
    window: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketExpired(TicketEvent):
    """The day ended first."""

    kind = "ticket.expired"
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReinstated(Placed):
    """A missed visitor is back in the lane."""

    kind = "ticket.reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWentAway(TicketEvent):
    """The visitor stepped out; the place is kept and nobody calls it."""

    kind = "ticket.went_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCameBack(TicketEvent):
    """The visitor who had stepped out or was put off may be called again, in the old place."""

    kind = "ticket.came_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReclassified(Placed):
    """Another class, and so another head start; `reason` says why."""

    kind = "ticket.reclassified"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRated(TicketEvent):
    """The visitor's opinion, 1 (worst) to 5."""

    kind = "ticket.rated"
    score: int
    window: str = ""
    reasons: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(TicketEvent):
    """A device brought the call `call` (its seq) to people, `delay` ms after it was made."""

    call: int
    device: str
    delay: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnnounced(Delivered):
    """A voice said it."""

    kind = "ticket.announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketShown(Delivered):
    """A screen showed it."""

    kind = "ticket.shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUndelivered(TicketEvent):
    """No device of this `sort` (screen or voice) has confirmed the call in time: look after it."""

    kind = "ticket.undelivered"
    call: int
    sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPrinted(TicketEvent):
    """The slip is on paper."""

    kind = "ticket.printed"
    device: str
    copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPrintFailed(TicketEvent):
    """The slip is not on paper; the number holds all the same."""

    kind = "ticket.print_failed"
    device: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintAsked(TicketEvent):
    """Somebody wants the slip once more (补打), from `device` when one is named."""

    kind = "ticket.reprint_asked"
    device: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEvent(Event):
    """Something that happened to one window."""

    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOpened(WindowEvent):
    """A clerk sits here. `lanes` replaces the layout's for this sitting when not empty.

    `lease` (ms) is how long the window may stay silent before it counts as lost; 0 is for ever.
    """

    kind = "window.opened"
    clerk: str = ""
    lanes: tuple[str, ...] = ()
    auto: bool = False
    lease: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowHandedOver(WindowEvent):
    """Another clerk took the seat, open ticket included (AB岗)."""

    kind = "window.handed_over"
    clerk: str
    from_clerk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClosed(WindowEvent):
    """Nobody sits here."""

    kind = "window.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPaused(WindowEvent):
    """Closed for a while (暂停服务)."""

    kind = "window.paused"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowUnpaused(WindowEvent):
    """Going on."""

    kind = "window.unpaused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLost(WindowEvent):
    """The clerk's machine fell silent; `ticket` is left there for a neighbour or the manager."""

    kind = "window.lost"
    clerk: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowAsked(WindowEvent):
    """An idle window asks for whoever comes next."""

    kind = "window.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickServed(WindowEvent):
    """Somebody without a ticket was served in passing."""

    kind = "window.quick_served"
    service: str = ""
    outcome: str = ""
    persons: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistAsked(WindowEvent):
    """The clerk asks for a colleague."""

    kind = "window.assist_asked"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistAccepted(WindowEvent):
    """A colleague is coming."""

    kind = "window.assist_accepted"
    helper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistDone(WindowEvent):
    """The colleague is free again."""

    kind = "window.assist_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowUndone(WindowEvent):
    """The window's last command never happened.

    `restored` is JSON: `{"window": {…}, "tickets": {"A045": {…}}}`, the state before `since`.
    """

    kind = "window.undone"
    undone: str
    since: int
    restored: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSeen(Event):
    """A device's state changed: `ok`, `warning`, `failed` or `lost`."""

    kind = "device.seen"
    device: str
    sort: str = ""
    state: str = "ok"
    error: str = ""
    window: str = ""


#: kind → class, for everything that a hall can tell
KINDS: dict[str, type[Event]] = {
    event.kind: event
    for event in list(globals().values())
    if isinstance(event, type) and issubclass(event, Event) and "kind" in vars(event)
}
