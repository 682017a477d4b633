"""A window's queue in the order in which it will be called, and each ticket's reason in words.

Pure. Lua decides among the heads of lanes (`engine/lua/_calling.lua`); this is the same rule over
the whole queue, as it looks now. Passing too often (`max_overtaken`) is counted only in Redis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from queue_server.api.newest import Newest
from queue_server.domain.calling import MINUTE, clock
from queue_server.domain.facts import WindowView
from queue_server.domain.layout import GREEN
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import HallView


class Queue:
    """Everybody a window may call, at `now` (Unix ms)."""

    def __init__(self, view: HallView, window: WindowView, now: int) -> None:
        self._rule = view.plan.rule
        self._head_start = view.plan.head_start
        self._offset = view.plan.offset(now)
        self._now = now
        flexible = len(view.lanes_of(window)) > 1
        self._held_back = OWN_WINDOWS.of(view.plan, view) if flexible else frozenset()
        self._waiting = view.queue(window)

    def in_order(self) -> list[Ticket]:
        """The next one first."""
        return sorted(self._waiting, key=self._place)

    def reason(self, ticket: Ticket) -> dict[str, Any]:
        """Why a ticket stands where it stands here: numbers in ms, and a sentence."""
        return {
            "entered": ticket.entered,
            "counts_from": ticket.counts_from,
            "head_start": self._head_start.get(ticket.class_, 0),
            "handicap": self._handicap(ticket),
            "rule": self._by(ticket),
            "words": "; ".join(self._words(ticket)) + ".",
        }

    def _by(self, ticket: Ticket) -> str:
        """The rule that gives it its place, by the names of `domain.calling.RULES`."""
        if ticket.lane.startswith("@"):
            return "sent"
        if self._late(ticket):
            return "ceiling"
        return "green_promise" if self._promised(ticket) else "order"

    def _handicap(self, ticket: Ticket) -> int:
        held_back = (ticket.lane, ticket.class_) in self._held_back
        return self._rule.reserve if held_back else 0

    def _late(self, ticket: Ticket) -> bool:
        return ticket.entered < self._now - self._rule.ceiling

    def _promised(self, ticket: Ticket) -> bool:
        return ticket.class_ == GREEN and ticket.entered < self._now - self._rule.green_promise

    def _place(self, ticket: Ticket) -> tuple[int, int, int, int]:
        if self._late(ticket):
            return (0, ticket.entered, *ticket.order)
        if self._promised(ticket):
            return (1, ticket.entered, *ticket.order)
        return (2, ticket.counts_from + self._handicap(ticket), *ticket.order)

    def _words(self, ticket: Ticket) -> Iterator[str]:
        yield f"counts from {clock(ticket.counts_from, self._offset)}"
        if head_start := self._head_start.get(ticket.class_, 0):
            yield f"its class counts as if it had come {head_start // MINUTE} min earlier"
        if handicap := self._handicap(ticket):
            yield f"{handicap // MINUTE} min later here, as its lane has a window of its own"
        if self._late(ticket):
            yield "it has waited longer than the ceiling and goes first"
        elif self._promised(ticket):
            yield "it has waited longer than the green channel promises and goes first"


def lanes_with_own_window(view: HallView) -> frozenset[tuple[str, str]]:
    """Lanes and classes for which a window is open that serves nothing else."""
    return frozenset(
        (lanes[0], class_.id)
        for window in view.windows.values()
        if window.state == "open" and len(lanes := view.lanes_of(window)) == 1
        for class_ in view.plan.classes
        if view.serves(window, lanes[0], class_.id)
    )


#: The same, worked out once for each view.
OWN_WINDOWS: Newest[HallView, frozenset[tuple[str, str]]] = Newest(lanes_with_own_window)
