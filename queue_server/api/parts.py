"""What a picture is made of: while its parts are the same, so is the picture.

A busy hall tells something several times a second, and of its hundreds of windows one has changed.
Comparing a few parts of a view is a hundred times quicker than painting the picture again. Only
the pictures of which a hall has many are known here; all others are painted whenever the hall
has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from queue_server.api.pictures import Subject
from queue_server.api.reasons import OWN_WINDOWS
from queue_server.api.seat import done_at
from queue_server.domain.facts import WindowView
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

Made = tuple[object, ...]
#: What hangs where calls are waited for: the newest call of the hall presses.
_FOR_CALLS = frozenset({"board", "zone", "hall", "lane"})


class Parts:
    """The parts of one view, for all its pictures."""

    def __init__(self, view: HallView) -> None:
        self.view = view

    def of(self, subject: Subject) -> Made | None:
        """What a picture is made of (but for the time of day); None: nobody knows."""
        known = _PARTS.get(subject.kind)
        return known(self, subject.name) if known else None

    def presses(self, subject: Subject, before: HallView | None) -> bool:
        """Whether what has changed since then must be shown at once."""
        view, name = self.view, subject.name
        if before is None or before.day != view.day:
            return True
        if subject.kind in _FOR_CALLS:
            return view.last_call > before.last_call
        if subject.kind == "ticket":
            return _stage(view, name) != _stage(before, name)
        if subject.kind in ("sign", "window", "rate"):
            return self._at(name) != Parts(before)._at(name)
        return False

    def _at(self, window: str) -> Made:
        seen = self.view.windows.get(window)
        return (seen, self.view.tickets.get(seen.ticket) if seen else None)

    @cached_property
    def _today(self) -> Made:
        view = self.view
        words = (view.day, view.state, view.mode, view.notice, view.speed)
        return (*words, view.broadcast, view.layout)

    @cached_property
    def _neighbours(self) -> Made:
        windows = self.view.windows.values()
        lost = tuple((w, self.view.tickets.get(w.ticket)) for w in windows if w.lost)
        asking = tuple(w for w in windows if w.assist)
        return (lost, asking, OWN_WINDOWS.of(self.view.plan, self.view))

    def _sign(self, name: str) -> Made:
        return (*self._today, *self._at(name))

    def _window(self, name: str) -> Made:
        view = self.view
        if view.layout is None:
            return self._today
        seen = view.windows.get(name) or WindowView(number=name)
        lanes = tuple(view.by_lane.get(lane) for lane in (*view.lanes_of(seen), f"@{name}"))
        return (*self._today, *self._at(name), *self._neighbours, *lanes, done_at(view, name))

    def _ticket(self, name: str) -> Made | None:
        view, ticket = self.view, self.view.tickets.get(name)
        if ticket is None:
            return None
        if ticket.state is not State.WAITING:
            return (*self._today, ticket)
        windows = tuple(view.open_windows(ticket.lane, ticket.class_))
        calls = len(view.lane_calls.get(ticket.lane, ()))
        return (*self._today, ticket, view.by_lane.get(ticket.lane), windows, calls)


_PARTS: dict[str, Callable[[Parts, str], Made | None]] = {
    "sign": Parts._sign,
    "window": Parts._window,
    "ticket": Parts._ticket,
}


def _stage(view: HallView, number: str) -> tuple[State, int] | None:
    ticket = view.tickets.get(number)
    return (ticket.state, ticket.call_seq) if ticket else None
