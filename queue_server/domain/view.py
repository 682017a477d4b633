"""HallView: the hall as it is now, which is the fold of everything it has told.

`view.after(events)` gives a new view and leaves the old one as it was. A view answers what people
ask: who waits, in which order, how many before me, how long were the waits today.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from queue_server.domain.draft import Draft
from queue_server.domain.events import Event
from queue_server.domain.facts import Call, DeviceView, Notice, WindowView, calls_by_lane
from queue_server.domain.fold import fold
from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State, Ticket

#: Where a slip comes out with the number; a hall with several kiosks calls them `kiosk-2`.
KIOSK, GUIDE = "kiosk", "guide"
ON_PAPER = (KIOSK, GUIDE)
PRINTED_WITHIN = 20_000


_order = attrgetter("counts_from", "entry")


@dataclass(frozen=True, kw_only=True)
class HallView:
    """One hall-day, folded up to event `seq`. `calls` has every call of the day, oldest first;
    `last_call` is the event that called somebody last, for the first time or again."""

    day: str = ""
    seq: int = 0
    at: int = 0
    state: str = "closed"
    mode: str = "normal"
    notice: str = ""
    speed: int = 1
    opened: int = 0
    layout: Layout | None = None
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    windows: Mapping[str, WindowView] = field(default_factory=dict)
    devices: Mapping[str, DeviceView] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    last_call: int = 0
    broadcast: Notice | None = None

    def after(self, events: Iterable[Event]) -> HallView:
        """The hall after these events; a new day starts a new view."""
        view = self
        for day, told in groupby(events, key=attrgetter("day")):
            view = (view if view.day == day else HallView(day=day))._folded(told)
        return view

    def _folded(self, events: Iterable[Event]) -> HallView:
        draft = Draft(
            self.seq,
            self.at,
            self.opened,
            dict(self.tickets),
            dict(self.windows),
            dict(self.devices),
            list(self.calls),
        )
        for event in events:
            fold(draft, event)
        found = replace(
            self,
            seq=draft.seq,
            at=draft.at,
            tickets=draft.tickets,
            windows=draft.windows,
            devices=draft.devices,
            calls=tuple(draft.calls),
            **draft.changes,
        )
        if "waiting" in vars(self):
            # Somebody asks for it; to mend it is quicker than to sort everybody again.
            vars(found)["waiting"] = _mended(self.waiting, draft)
        return found

    @property
    def plan(self) -> Layout:
        """The layout that holds; raises LookupError before the first day was opened."""
        if self.layout is None:
            raise LookupError("this hall has not been opened yet")
        return self.layout

    @cached_property
    def waiting(self) -> tuple[Ticket, ...]:
        """Everybody who waits (away and put-off visitors too), in calling order."""
        waits = (t for t in self.tickets.values() if t.state is State.WAITING)
        return tuple(sorted(waits, key=_order))

    @cached_property
    def by_lane(self) -> Mapping[str, tuple[Ticket, ...]]:
        """Who could be called, by lane, in calling order."""
        lanes: dict[str, list[Ticket]] = {}
        for ticket in self.waiting:
            if ticket.callable:
                lanes.setdefault(ticket.lane, []).append(ticket)
        return {lane: tuple(tickets) for lane, tickets in lanes.items()}

    @cached_property
    def lane_calls(self) -> Mapping[str, Sequence[Call]]:
        """Today's calls by lane, oldest first."""
        return calls_by_lane(self.calls)

    def ahead(self, ticket: Ticket) -> int:
        """How many stand before this ticket in its lane, whatever their class."""
        return sum(other.order < ticket.order for other in self.by_lane.get(ticket.lane, ()))

    def lanes_of(self, window: WindowView) -> tuple[str, ...]:
        """The lanes a window serves now."""
        planned = self.plan.window.get(window.number)
        return window.lanes or (planned.lanes if planned else ())

    def serves(self, window: WindowView, lane: str, class_: str) -> bool:
        """Whether a ticket of this lane and class may be called to this window now."""
        if lane == f"@{window.number}":
            return True
        planned = self.plan.window.get(window.number)
        classes = planned.classes if planned else ()
        return lane in self.lanes_of(window) and (not classes or class_ in classes)

    @cached_property
    def open_by_lane(self) -> Mapping[str, Sequence[WindowView]]:
        """The open windows of each lane, whatever class they call."""
        # A large hall has hundreds of windows, and hundreds of phones ask for those of their lane.
        lanes: dict[str, list[WindowView]] = {}
        for window in self.windows.values():
            if window.state == "open":
                for lane in (*self.lanes_of(window), f"@{window.number}"):
                    lanes.setdefault(lane, []).append(window)
        return lanes

    def open_windows(self, lane: str, class_: str) -> Iterator[WindowView]:
        """The windows that are open for a lane and class (a paused one is not)."""
        for window in self.open_by_lane.get(lane, ()):
            if self.serves(window, lane, class_):
                yield window

    def queue(self, window: WindowView) -> tuple[Ticket, ...]:
        """Everybody this window may call, by counts_from (its reserve is not in it)."""
        return tuple(
            ticket
            for ticket in self.waiting
            if ticket.callable and self.serves(window, ticket.lane, ticket.class_)
        )

    def unprinted(self, now: int) -> tuple[Ticket, ...]:
        """Live tickets whose slip is not on paper, oldest first: a printer said so, or one is known
        in this hall and has said nothing for `PRINTED_WITHIN` (ms, real) of its kiosk's ticket."""
        printers = any(device.sort == "printer" for device in self.devices.values())
        late = now - PRINTED_WITHIN * self.speed
        return tuple(
            t
            for t in self.tickets.values()
            if t.state.live
            and not t.printed
            and (
                t.print_error
                or (printers and t.source.partition("-")[0] in ON_PAPER and t.taken < late)
            )
        )

    def count(self, *states: State) -> int:
        """How many tickets are in one of these states."""
        return sum(ticket.state in states for ticket in self.tickets.values())


def _mended(waiting: tuple[Ticket, ...], draft: Draft) -> tuple[Ticket, ...]:
    """Those who wait, in calling order, after what a draft has changed."""
    kept = [ticket for ticket in waiting if ticket.number not in draft.touched]
    for number in draft.touched:
        ticket = draft.tickets[number]
        if ticket.state is State.WAITING:
            insort(kept, ticket, key=_order)
    return tuple(kept)
