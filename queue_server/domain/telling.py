"""A hall-day in the telling: the visits and seats that go on, and the words to change them.

A `Telling` is a working copy: `story.py` makes one for each batch of events and reads off it what
is remembered. Tickets and windows are those of the view's own fold; what each event does stands in
`ticket_tellings.py` and `hall_tellings.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from queue_server.domain import events as told
from queue_server.domain import seats
from queue_server.domain.draft import Draft
from queue_server.domain.facts import Call
from queue_server.domain.layout import Layout
from queue_server.domain.remembered import Estimate, Rating, Seat
from queue_server.domain.seats import Sitting
from queue_server.domain.stages import Passage, Setting, Thread
from queue_server.domain.tickets import State, Ticket

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
    #: Who could be called now, and who waits, were he away or put off.
    standing: dict[str, Ticket] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)
    #: The calls that ended a wait, by lane, in order.
    calls: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    #: All calls by lane, as the view has them.
    lane_calls: dict[str, list[Call]] = field(default_factory=dict)
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
            waiting=dict(self.waiting),
            calls=dict(self.calls),
            lane_calls={lane: list(calls) for lane, calls in self.lane_calls.items()},
            estimates=dict(self.estimates),
        )

    def note(self, number: str) -> None:
        """This ticket is not what it was."""
        self.tickets[number] = None
        ticket = self.hall.tickets[number]
        if ticket.callable:
            self.standing[number] = ticket
        else:
            self.standing.pop(number, None)
        if ticket.state is State.WAITING:
            self.waiting[number] = None
        else:
            self.waiting.pop(number, None)

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


#: event class → what it changes
Tellings = dict[type[told.Event], Callable[[Telling, Any], None]]
