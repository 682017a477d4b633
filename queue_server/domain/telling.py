"""A hall-day in the telling: what each event does to the visits and seats that go on.

Pure, but for the `Telling` itself, which is a working copy: `story.py` makes one for each batch of
events and reads off it what is remembered. Tickets and windows are those of the view's own fold.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from queue_server.domain import events as told
from queue_server.domain import seats, stages
from queue_server.domain.draft import Draft
from queue_server.domain.expectation import expected
from queue_server.domain.fold import fold
from queue_server.domain.layout import Layout
from queue_server.domain.remembered import Estimate, Rating, Seat
from queue_server.domain.seats import Sitting
from queue_server.domain.stages import Passage, Setting, Thread
from queue_server.domain.tickets import State, Ticket

# What devices say, and what is said to everybody, changes nothing that is remembered.
PASSED_OVER = (
    *(told.Delivered, told.TicketUndelivered, told.TicketPrinted, told.TicketPrintFailed),
    *(told.ReprintAsked, told.DeviceSeen, told.Broadcast, told.ModeSet, told.DayReopened),
)
#: Undo goes back over one command, and no command changes one thing so often.
KEPT_BACK = 12

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Journal(Generic[K, V]):
    """Things as they are now, and as they were before each of their last changes."""

    now: dict[K, V] = field(default_factory=dict)
    past: dict[K, tuple[tuple[int, V | None], ...]] = field(default_factory=dict)

    def copy(self) -> Journal[K, V]:
        """One that may be changed without changing this one."""
        return Journal(dict(self.now), dict(self.past))

    def put(self, key: K, value: V, seq: int) -> None:
        """Since event `seq` it is this."""
        past = self.past.get(key, ())
        self.past[key] = (*past[-KEPT_BACK:], (seq, self.now.get(key)))
        self.now[key] = value

    def back(self, key: K, since: int) -> list[V]:
        """Make it what it was before event `since`; answers what it had become."""
        became: list[V] = []
        past = list(self.past.get(key, ()))
        while past and past[-1][0] >= since:
            became.append(self.now.pop(key))
            _, was = past.pop()
            if was is None:
                break
            self.now[key] = was
        self.past[key] = tuple(past)
        return became


@dataclass(slots=True)
class Telling:
    """Everything that goes on, and what this batch has changed: `tickets`, and seats by key (None
    for one that undo took back)."""

    #: The hall's id, where it is not simply what the plan says.
    name: str = ""
    hall: Draft = field(default_factory=lambda: Draft(0, 0, 0, {}, {}, {}, []))
    setting: Setting | None = None
    threads: Journal[str, Thread] = field(default_factory=Journal)
    sittings: Journal[str, Sitting] = field(default_factory=Journal)
    #: Who could be called now.
    standing: dict[str, Ticket] = field(default_factory=dict)
    #: The calls that ended a wait, by lane, in order.
    calls: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    estimates: dict[str, Estimate] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    seats: dict[tuple[str, int], Seat | None] = field(default_factory=dict)
    tickets: dict[str, None] = field(default_factory=dict)

    def copy(self) -> Telling:
        """Another, in which nothing has changed yet."""
        hall = self.hall
        return Telling(
            name=self.name,
            hall=replace(
                hall,
                tickets=dict(hall.tickets),
                windows=dict(hall.windows),
                calls=list(hall.calls),
                changes=dict(hall.changes),
                touched=set(),
            ),
            setting=self.setting,
            threads=self.threads.copy(),
            sittings=self.sittings.copy(),
            standing=dict(self.standing),
            calls=dict(self.calls),
            estimates=dict(self.estimates),
        )

    def hear(self, event: told.Event) -> None:
        """One event more; raises LookupError when it has no beginning."""
        if isinstance(event, PASSED_OVER):
            return
        fold(self.hall, event)
        if isinstance(event, told.TicketEvent):
            self.note(event.ticket)
        if hear := HEARS.get(type(event)):
            hear(self, event)
        for number in (getattr(event, "window", ""), getattr(event, "from_window", "")):
            if number:
                self.look_at(number, event)

    def note(self, number: str) -> None:
        """This ticket is not what it was."""
        self.tickets[number] = None
        ticket = self.hall.tickets[number]
        if ticket.callable:
            self.standing[number] = ticket
        else:
            self.standing.pop(number, None)

    def look_at(self, number: str, event: told.Event) -> None:
        """This window may have become busy, idle or paused."""
        sitting, window = self.sittings.now.get(number), self.hall.windows.get(number)
        if sitting and window and seats.CLOSED not in (sitting.phase, window.state):
            new = seats.phase(window)
            if new != sitting.phase:
                self.seat(seats.turn(sitting, new, event.at), event.seq)

    def thread(self, event: told.TicketEvent, change: Callable[[Thread], Thread]) -> None:
        """Something happens to a visit."""
        self.threads.put(event.ticket, change(self.threads.now[event.ticket]), event.seq)

    def seat(self, sitting: Sitting, seq: int) -> None:
        """A seat is this since event `seq`."""
        self.sittings.put(sitting.seat.window, sitting, seq)
        self.seats[sitting.key] = sitting.seat

    def sit(self, number: str, event: told.Event) -> None:
        """A clerk sits down at a window, or in another's place."""
        before = self.sittings.now.get(number)
        if before and before.phase != seats.CLOSED:
            self.seat(seats.rise(before, event.at), event.seq)
        window, setting = self.hall.windows[number], self.here
        self.seat(seats.sit(setting, window, event.at, before), event.seq)

    def rise(self, number: str, event: told.Event) -> None:
        """Nobody sits there any more."""
        if (sitting := self.sittings.now.get(number)) and sitting.phase != seats.CLOSED:
            self.seat(seats.rise(sitting, event.at), event.seq)

    def count(self, number: str, event: told.Event, name: str) -> None:
        """One more of what a seat counts."""
        if sitting := self.sittings.now.get(number):
            seat = replace(sitting.seat, **{name: getattr(sitting.seat, name) + 1})
            self.seat(replace(sitting, seat=seat), event.seq)

    @property
    def layout(self) -> Layout:
        """The plan that holds now."""
        found: Layout | None = self.hall.changes.get("layout")
        return _there(found)

    @property
    def here(self) -> Setting:
        """What all records of the day share."""
        return _there(self.setting)


def _there(found: V | None) -> V:
    if found is None:
        raise LookupError("the day does not begin with its opening")
    return found


# --- tickets


def _taken(telling: Telling, event: told.TicketTaken) -> None:
    ticket = telling.hall.tickets[event.ticket]
    telling.threads.put(event.ticket, stages.take(event, ticket, telling.here), event.seq)
    waiting = telling.standing.values()
    if found := expected(telling.hall, telling.layout, waiting, event, telling.here):
        telling.estimates[event.ticket] = found


def _called(telling: Telling, event: told.TicketCalled) -> None:
    was = telling.threads.now[event.ticket]
    telling.thread(event, lambda t: stages.call(t, event, telling.hall.windows[event.window].clerk))
    telling.count(event.window, event, "calls")
    if was.phase is State.WAITING:
        passage = Passage(event.seq, was.stands[-1].place, event.ticket)
        telling.calls[event.lane] = (*telling.calls.get(event.lane, ()), passage)


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


# --- windows and the day


def _window_opened(telling: Telling, event: told.WindowOpened) -> None:
    telling.sit(event.window, event)


def _handed_over(telling: Telling, event: told.WindowHandedOver) -> None:
    telling.sit(event.window, event)
    _attended(telling, event.window, event)


def _attended(telling: Telling, number: str, event: told.Event) -> None:
    """Whoever sits there now has the ticket that is there."""
    window = telling.hall.windows[number]
    if window.ticket:
        thread = stages.attend(telling.threads.now[window.ticket], window.clerk)
        if thread is not telling.threads.now[window.ticket]:
            telling.threads.put(window.ticket, thread, event.seq)
            telling.tickets[window.ticket] = None


def _window_closed(telling: Telling, event: told.WindowClosed) -> None:
    telling.rise(event.window, event)


def _quick(telling: Telling, event: told.QuickServed) -> None:
    telling.count(event.window, event, "quick")


def _undone(telling: Telling, event: told.WindowUndone) -> None:
    restored = json.loads(event.restored)
    tickets, windows = dict(restored["tickets"]), dict(restored["windows"])
    for lane, calls in list(telling.calls.items()):
        struck = [call for call in calls if call.seq >= event.since and call.ticket in tickets]
        if struck:
            telling.calls[lane] = tuple(call for call in calls if call not in struck)
            _not_passed(telling, lane, struck)
    for number in tickets:
        telling.threads.back(number, event.since)
        telling.note(number)
    for number in windows:
        for sitting in telling.sittings.back(number, event.since):
            telling.seats[sitting.key] = None
        if was := telling.sittings.now.get(number):
            telling.seats[was.key] = was.seat
        _attended(telling, number, event)


def _not_passed(telling: Telling, lane: str, struck: list[Passage]) -> None:
    """Whoever was passed by a call that never was is to be counted anew."""
    for number, thread in telling.threads.now.items():
        mine = (stand for stand in thread.stands if stand.lane == lane)
        if any(stand.passed_by(call) for stand in mine for call in struck):
            telling.tickets[number] = None


def _day_opened(telling: Telling, event: told.DayOpened) -> None:
    telling.hall.opened = telling.hall.changes["opened"]
    if telling.setting is None:
        layout = telling.layout
        name = telling.name or layout.hall
        telling.setting = Setting.of(name, event.day, event.at, layout.zone())
    for window in list(telling.hall.windows.values()):
        if window.state != "closed":
            telling.sit(window.number, event)


def _day_closed(telling: Telling, event: told.DayClosed) -> None:
    for number in list(telling.sittings.now):
        telling.rise(number, event)


HEARS: dict[type[told.Event], Callable[[Telling, Any], None]] = {
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
    told.WindowOpened: _window_opened,
    told.WindowHandedOver: _handed_over,
    told.WindowClosed: _window_closed,
    told.QuickServed: _quick,
    told.WindowUndone: _undone,
    told.DayOpened: _day_opened,
    told.DayClosed: _day_closed,
}
