"""The auditor hears one event after another; here is what all kinds of events share.

What is particular to a kind stands in `audit_kinds.py`. What a ticket may do next comes from the
lifecycle's own table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from queue_server.audit.order import Order
from queue_server.audit.picture import Picture, Visit
from queue_server.audit.places import Places
from queue_server.domain import events as told
from queue_server.domain.layout import Layout
from queue_server.domain.lifecycle import FOLLOWS
from queue_server.domain.tickets import State

Prove = Callable[..., bool]
Hears = Callable[["Auditor", Any], None]


@dataclass(frozen=True, slots=True)
class Late:
    """A ticket that joins its lane only after its window's next word: the window went first."""

    visit: Visit
    window: str
    seq: int


class Auditor:
    """Judges a day's events in order; everything there is to say goes to `prove`."""

    def __init__(self, layout: Layout, prove: Prove) -> None:
        self.prove = prove
        self.picture = Picture(layout)
        self.places = Places(prove)
        self.order = Order(self.picture, prove)
        self.state, self.seq, self.at = "closed", 0, 0
        self.times: dict[int, int] = {}
        self.late: Late | None = None

    def hear(self, event: Any, hears: Hears | None) -> None:
        """One event more, and the function for its kind."""
        self._in_sequence(event)
        if self.late and not self._goes_first(self.late, event):
            self._join_late(self.late)
        if hears:
            hears(self, event)
        if self.late and self.late.seq < event.seq:
            self._join_late(self.late)

    def _in_sequence(self, event: told.Event) -> None:
        due = self.seq + 1 + (event.gap if isinstance(event, told.DayReopened) else 0)
        said = f"event {event.seq} came when {due} was due"
        self.prove("gapless", event.seq == due, said, event)
        said = f"event {event.seq} is {self.at - event.at} ms older than the one before"
        self.prove("time", event.at >= self.at, said, event)
        self.seq, self.at = event.seq, max(self.at, event.at)
        self.times[event.seq] = event.at

    # --- who joins its lane when

    @staticmethod
    def _goes_first(late: Late, event: told.Event) -> bool:
        """Whether this is the window's own word, which was decided before the ticket joined."""
        return (
            isinstance(event, told.TicketCalled | told.WindowAsked)
            and event.window == late.window
            and event.seq == late.seq + 1
        )

    def _join_late(self, late: Late) -> None:
        self.late = None
        if self.picture.visits[late.visit.number] is late.visit and late.visit.stands:
            self.picture.join(late.visit)

    def put(self, event: told.Event, visit: Visit, after: str = "") -> None:
        """A ticket's new version; it joins its lane when window `after` has gone first."""
        moved = isinstance(event, told.TicketMoved | told.TicketReclassified)
        self.picture.put(event.seq, visit, stand=not after, anew=not moved)
        if after:
            self.late = Late(visit, after, event.seq)

    # --- what the small functions below share

    def known(self, event: told.TicketEvent) -> Visit | None:
        """The ticket of an event; there must be one."""
        visit = self.picture.visits.get(event.ticket)
        said = f"{event.kind} of {event.ticket}, which nobody took"
        self.prove("lifecycle", visit is not None, said, event)
        return visit

    def move(
        self, event: told.TicketEvent, to: State, window: str = "", **changes: Any
    ) -> Visit | None:
        """A ticket goes from one state to another, and from its `window` if it was at one."""
        if not (visit := self.known(event)):
            return None
        said = f"{event.ticket} was {visit.state} and cannot be {to} by {event.kind}"
        self.prove("lifecycle", to in FOLLOWS[visit.state], said, event)
        if visit.at_window or window:
            self.was_at(event, visit, window)
        return replace(visit, state=to, **changes)

    def was_at(self, event: told.TicketEvent, visit: Visit, window: str) -> None:
        """The ticket was at this window and the window had it."""
        here = visit.at_window and visit.window == window
        said = f"{event.kind} at window {window!r}, but {visit.number} was at {visit.window!r}"
        self.prove("one_window", here, said, event)
        has = self.picture.seat(window).ticket
        said = f"{event.kind} of {visit.number} at window {window}, which had {has or 'nobody'}"
        self.prove("one_ticket", has == visit.number, said, event)

    def seat(self, event: told.Event, number: str, **changes: Any) -> None:
        """A window changes."""
        self.picture.set_seat(event.seq, replace(self.picture.seat(number), **changes))

    def free(self, event: told.Event, number: str) -> None:
        """The window has nobody."""
        if number:
            self.seat(event, number, ticket="")

    def waits(self, event: told.Placed, window: str = "", after: str = "", **changes: Any) -> None:
        """A ticket comes to wait, with the place that the event gives."""
        visit = self.move(event, State.WAITING, window, since=event.at, **changes)
        if visit:
            self.places.place(event, visit, self.picture)
            self.free(event, window)
            self.put(event, placed(event, replace(visit, window="", calls=0, called=0)), after)

    def goes_first(self, number: str) -> str:
        """A window that calls by itself takes the next before its own ticket is back in line."""
        seat = self.picture.seat(number)
        return number if seat.auto and seat.state == "open" else ""


def placed(event: told.Placed, visit: Visit) -> Visit:
    """The ticket with the place that the event gives."""
    return replace(
        visit,
        lane=event.lane,
        class_=event.class_,
        entered=event.entered,
        counts_from=event.counts_from,
        entry=event.entry,
    )
