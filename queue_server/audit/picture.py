"""The auditor's own picture of a hall: who stands where, kept apart from the fold and from Lua.

It is written a second time on purpose, so that a mistake in one of the three is seen by the
others. Nothing is judged here; `audit.py` and `audit_order.py` judge.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State

#: A lane and a class: inside it, it is first come, first served.
Field = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A ticket as the auditor knows it; times in Unix ms, 0 for "not"."""

    number: str
    state: State
    services: tuple[str, ...]
    lane: str
    class_: str
    entered: int
    counts_from: int
    entry: int
    since: int
    window: str = ""
    called: int = 0
    calls: int = 0
    misses: int = 0
    away: bool = False
    due: int = 0

    @property
    def stands(self) -> bool:
        """Whether it can be called by rule."""
        return self.state is State.WAITING and not self.away and not self.due

    @property
    def at_window(self) -> bool:
        """Whether it is called or served now."""
        return self.state in (State.CALLED, State.SERVING)

    @property
    def field(self) -> Field:
        """Its lane and class."""
        return (self.lane, self.class_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A window as the auditor knows it; `lanes` none means those of the layout."""

    number: str
    state: str = "closed"
    ticket: str = ""
    lanes: tuple[str, ...] = ()
    auto: bool = False
    lost: bool = False


class Place(NamedTuple):
    """A standing ticket's place: the smaller is called first."""

    counts_from: int
    entry: int
    number: str


@dataclass
class Picture:
    """One hall-day up to now, with the versions that an undo can go back to."""

    layout: Layout
    visits: dict[str, Visit] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    lines: dict[Field, list[Place]] = field(default_factory=lambda: defaultdict(list))
    #: how often each standing ticket was passed by a later comer
    passes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    #: how often the head of a lane and class was passed: a bound for everybody behind it
    heads_passed: dict[Field, int] = field(default_factory=lambda: defaultdict(int))
    #: who waits but was put off until later
    _put_off: set[str] = field(default_factory=set)
    _since: dict[str, int] = field(default_factory=dict)
    _bounds: dict[str, int] = field(default_factory=dict)
    _visits_were: dict[str, list[tuple[int, Visit]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _seats_were: dict[str, list[tuple[int, Seat]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _served: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    _owned: frozenset[Field] | None = None

    # --- tickets

    def put(self, seq: int, visit: Visit, *, stand: bool = True, anew: bool = True) -> None:
        """A ticket's new version; it takes its place in its lane when it `stand`s.

        `anew` starts counting who passes it: it has been away from its lane in between.
        """
        self.leave(visit.number)
        self.visits[visit.number] = visit
        self._visits_were[visit.number].append((seq, visit))
        if visit.due and visit.state is State.WAITING:
            self._put_off.add(visit.number)
        else:
            self._put_off.discard(visit.number)
        if visit.stands and stand:
            self.join(visit, anew)

    def join(self, visit: Visit, anew: bool = True) -> None:
        """Stand in line."""
        if anew:
            self.passes.pop(visit.number, None)
            self._bounds.pop(visit.number, None)
        line = self.lines[visit.field]
        place = Place(visit.counts_from, visit.entry, visit.number)
        at = bisect_left(line, place)
        since = self.heads_passed[visit.field] - self._bounds.get(visit.number, 0)
        # Counting is done at the head: who joins in front stands in for those behind.
        behind = (self._since[other.number] for other in line[at : at + 1])
        self._since[visit.number] = min(since, *behind, since)
        line.insert(at, place)

    def leave(self, number: str) -> None:
        """Stand in line no more, if it did."""
        if number in self._since:
            visit = self.visits[number]
            self._bounds[number] = self.bound(visit)
            del self._since[number]
            line = self.lines[visit.field]
            place = Place(visit.counts_from, visit.entry, number)
            del line[bisect_left(line, place)]

    def bound(self, visit: Visit) -> int:
        """At most how often it was passed, as far as counting at the head of the lane tells."""
        return self.heads_passed[visit.field] - self._since[visit.number]

    def stands(self, number: str) -> bool:
        """Whether the ticket is in its line now."""
        return number in self._since

    def unsure(self, lane: str, class_: str, at: int) -> bool:
        """Whether somebody who was put off may stand here again without having been told."""
        put_off = (self.visits[number] for number in self._put_off)
        return any(v.due <= at and v.field == (lane, class_) for v in put_off)

    def visit_before(self, number: str, seq: int) -> Visit | None:
        """The ticket as it was before event `seq`."""
        return next((v for at, v in reversed(self._visits_were[number]) if at < seq), None)

    # --- windows

    def seat(self, number: str) -> Seat:
        """A window; one that nobody has opened yet is closed."""
        return self.seats.get(number) or Seat(number=number)

    def set_seat(self, seq: int, seat: Seat) -> None:
        """A window's new version."""
        was = self.seat(seat.number)
        self.seats[seat.number] = seat
        self._seats_were[seat.number].append((seq, seat))
        if (was.state, was.lanes) != (seat.state, seat.lanes):
            self._forget_who_serves()

    def seat_before(self, number: str, seq: int) -> Seat:
        """The window as it was before event `seq`."""
        were = reversed(self._seats_were[number])
        return next((s for at, s in were if at < seq), Seat(number=number))

    def set_layout(self, layout: Layout) -> None:
        """A new plan holds."""
        self.layout = layout
        self._forget_who_serves()

    def _forget_who_serves(self) -> None:
        self._served.clear()
        self._owned = None

    # --- who may call whom

    def lanes_of(self, seat: Seat) -> tuple[str, ...]:
        """The lanes a window serves now."""
        planned = self.layout.window.get(seat.number)
        return seat.lanes or (planned.lanes if planned else ())

    def _classes_of(self, seat: Seat) -> tuple[str, ...]:
        planned = self.layout.window.get(seat.number)
        every = tuple(class_.id for class_ in self.layout.classes)
        return (planned.classes if planned else ()) or every

    def served_by(self, seat: Seat) -> tuple[Field, ...]:
        """The lanes and classes a window may call, those sent to it by name included."""
        if seat.number not in self._served:
            sent = ((f"@{seat.number}", class_.id) for class_ in self.layout.classes)
            own = ((lane, c) for lane in self.lanes_of(seat) for c in self._classes_of(seat))
            self._served[seat.number] = (*sent, *own)
        return self._served[seat.number]

    @property
    def owned(self) -> frozenset[Field]:
        """The lanes and classes that have an open window serving nothing else."""
        if self._owned is None:
            self._owned = frozenset(
                (self.lanes_of(seat)[0], class_)
                for seat in self.seats.values()
                if seat.state == "open" and len(self.lanes_of(seat)) == 1
                for class_ in self._classes_of(seat)
            )
        return self._owned
