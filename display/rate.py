"""Whom a window's tablet may ask for a rating: the picture `rate:3`.

Pure, and public as every exhibit: it says which number was served last and has no rating yet.
Scores never stand in a picture; a rated number is simply not asked for any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from queue_server.domain.calling import MINUTE
from queue_server.domain.layout import Window
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]
#: So long after a visit its visitor may still stand there (ms, real).
ASKED_FOR = 3 * MINUTE
#: Nobody further back at a window can have left just now.
LOOKED_AT = 3


def rate(view: HallView, name: str, now: int) -> Json:
    """A window's tablet at `now` (Unix ms); raises LookupError."""
    window = _window(view, name)
    return {
        "today": {"day": view.day, "state": view.state, "speed": view.speed},
        "window": name,
        "name": window.name,
        "name_en": window.name_en,
        "ask": _asked(view, name, now),
    }


def _window(view: HallView, number: str) -> Window:
    nameless = Window(number=number, name="", kinds=(), lanes=())
    if view.layout is None or number in view.windows:
        return view.plan.window.get(number, nameless) if view.layout else nameless
    if number not in view.layout.window:
        raise LookupError(f"There is no window {number}.")
    return view.layout.window[number]


def _asked(view: HallView, window: str, now: int) -> Json | None:
    """The visitor who has just left, unless the next one sits there already."""
    for ticket in islice(_lately(view, window), LOOKED_AT):
        if ticket.window != window or ticket.state is State.CALLED:
            continue
        if ticket.state is State.SERVED and not ticket.score:
            until = ticket.ended + ASKED_FOR * view.speed
            return {"ticket": ticket.number, "until": until} if now < until else None
        if ticket.state in (State.SERVING, State.SERVED):
            return None
    return None


def _lately(view: HallView, window: str) -> Iterator[Ticket]:
    """Who was called to a window, newest call first."""
    return (view.tickets[call.ticket] for call in reversed(view.calls) if call.window == window)
