"""Whole pictures for screens: the hall's board, a zone's board, a window's sign.

Pure: view and time in, JSON's own types out. Public data only: numbers, never a name, a note or
a reason. Who serves them adds which picture it is, of which hall, and when. What rating
tablets and the public page need besides is in `rate.py` and `fairness.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from display.calls import Visit, visits
from display.fairness import fairness
from display.rate import rate
from display.words import functions
from queue_server.domain.facts import WindowView
from queue_server.domain.layout import Lane, Window
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]

MOST_CALLS = 40
MOST_ASIDE = 20


def board(view: HallView, _name: str, now: int) -> Json:
    """The whole hall: recent calls, windows, lanes, who missed the call, who is held."""
    lanes = view.layout.lanes if view.layout else ()
    return _board(view, "", _windows(view), lanes, now)


def zone(view: HallView, name: str, now: int) -> Json:
    """The same for one zone: its windows, and the lanes these serve. Raises LookupError."""
    windows = [window for window in _windows(view) if window.zone == name]
    if view.layout and not windows:
        raise LookupError(f"There is no zone {name}.")
    served = {lane for window in windows for lane in _lanes_of(view, window)}
    lanes = [lane for lane in (view.layout.lanes if view.layout else ()) if lane.id in served]
    return _board(view, name, windows, lanes, now)


def sign(view: HallView, name: str, now: int) -> Json:
    """One window, as it hangs above it. Raises LookupError."""
    window = planned(view, name)
    seen = _seen(view, window)
    return {
        "today": _today(view, window.zone, now),
        "window": window.number,
        "name": window.name,
        "name_en": window.name_en,
        "kinds": [str(kind) for kind in window.kinds],
        "functions": functions(window.kinds),
        "state": seen.state,
        "since": seen.since,
        "call": _call_at(view.tickets.get(seen.ticket)),
    }


#: kind of picture → who paints it: `(view, name of what it is of, now in Unix ms)`
PAINTERS: Mapping[str, Callable[[HallView, str, int], Json]] = {
    "board": board,
    "zone": zone,
    "sign": sign,
    "rate": rate,
    "fairness": fairness,
}


def planned(view: HallView, number: str) -> Window:
    """A window of today's plan, or one that it left out and that still works."""
    for window in _windows(view):
        if window.number == number:
            return window
    if view.layout is None:
        return _left_out(WindowView(number=number))
    raise LookupError(f"There is no window {number}.")


def _board(
    view: HallView, name: str, windows: Collection[Window], lanes: Collection[Lane], now: int
) -> Json:
    layout = view.layout
    numbers = {window.number for window in windows}
    return {
        "today": _today(view, name, now),
        "name": layout.name if layout else "",
        "name_en": layout.name_en if layout else "",
        "languages": list(layout.languages) if layout else [],
        "zone": name,
        "calls": [
            _call(view, visit) for visit in visits(view, MOST_CALLS, numbers if name else None)
        ],
        "windows": [_window(view, window) for window in windows],
        "lanes": [_lane(view, lane) for lane in lanes],
        **_aside(view, {lane.id for lane in lanes} | {f"@{number}" for number in numbers}),
    }


def _today(view: HallView, zone_name: str, now: int) -> Json:
    return {
        "day": view.day,
        "state": view.state,
        "mode": view.mode,
        "notice": view.notice,
        "speed": view.speed,
        "broadcast": broadcast(view, zone_name, now),
    }


def broadcast(view: HallView, zone_name: str, now: int) -> Json | None:
    """What is being announced to a zone (to any, for the whole hall) and has not run out."""
    said = view.broadcast
    if said is None or (said.due and now > said.due):
        return None
    if said.zone and zone_name and said.zone != zone_name:
        return None
    return {"at": said.at, "text": said.text, "zone": said.zone, "until": said.due}


def _call(view: HallView, visit: Visit) -> Json:
    window = view.plan.window.get(visit.window)
    return {
        "at": visit.at,
        "call": visit.seq,
        "ticket": visit.ticket,
        "window": visit.window,
        "window_name": window.name if window else "",
        "window_name_en": window.name_en if window else "",
        "lane": visit.lane,
        "class": visit.class_,
        "calls": visit.calls,
        "state": str(visit.state),
    }


def _call_at(ticket: Ticket | None) -> Json | None:
    if ticket is None:
        return None
    return {
        "ticket": ticket.number,
        "call": ticket.call_seq,
        "at": ticket.called,
        "calls": ticket.calls,
        "state": str(ticket.state),
    }


def _windows(view: HallView) -> list[Window]:
    if view.layout is None:
        return []
    left = [w for w in view.windows.values() if w.number not in view.plan.window and w.ticket]
    return [*view.plan.windows, *map(_left_out, left)]


def _left_out(seen: WindowView) -> Window:
    return Window(number=seen.number, name=seen.number, kinds=(), lanes=seen.lanes)


def _seen(view: HallView, window: Window) -> WindowView:
    return view.windows.get(window.number) or WindowView(number=window.number)


def _lanes_of(view: HallView, window: Window) -> tuple[str, ...]:
    return view.lanes_of(_seen(view, window))


def _window(view: HallView, window: Window) -> Json:
    seen = _seen(view, window)
    ticket = view.tickets.get(seen.ticket)
    return {
        "window": window.number,
        "name": window.name,
        "name_en": window.name_en,
        "zone": window.zone,
        "kinds": [str(kind) for kind in window.kinds],
        "lanes": list(_lanes_of(view, window)),
        "state": seen.state,
        "since": seen.since,
        "ticket": seen.ticket,
        "ticket_state": str(ticket.state) if ticket else "",
        "calls": ticket.calls if ticket else 0,
        "call": ticket.call_seq if ticket else 0,
    }


def _lane(view: HallView, lane: Lane) -> Json:
    return {
        "lane": lane.id,
        "name": lane.name,
        "name_en": lane.name_en,
        "prefix": lane.prefix,
        "waiting": len(view.by_lane.get(lane.id, ())),
    }


def _aside(view: HallView, lanes: Collection[str]) -> Json:
    """The numbers of those who did not come and of those who were put aside, newest first."""
    missed, held = [], []
    for ticket in view.tickets.values():
        # State first: nearly all tickets of a long day are in neither.
        if ticket.state is State.NO_SHOW and ticket.lane in lanes:
            missed.append((ticket.ended, ticket.number))
        elif ticket.state is State.HELD and ticket.lane in lanes:
            held.append((ticket.called, ticket.number))
    return {"missed": _newest(missed), "held": _newest(held)}


def _newest(timed: list[tuple[int, str]]) -> list[str]:
    return [number for _, number in sorted(timed, reverse=True)[:MOST_ASIDE]]
