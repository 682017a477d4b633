"""Whole pictures for pages and programs that work with a hall. Pure: view and time in, JSON out.

What screens exhibit to everybody is painted by `display`. Hall and lane show public data only: no
notes, no reasons, nobody's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from queue_server.api import summary
from queue_server.api.problems import NotFound
from queue_server.api.reasons import Queue
from queue_server.api.seat import at_seat, seat, services
from queue_server.api.state import Painter
from queue_server.domain.facts import WindowView
from queue_server.domain.predictors import for_ticket
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]
NEXT_SHOWN = 50
#: Kinds of which a hall has one; all others are of something, and say of what.
ONE_EACH = ("board", "catalogue", "desk", "hall", "kiosk", "manage")


class Subject(NamedTuple):
    """What a picture is of: `hall`, `lane:police`, `window:3`, `ticket:A045`.

    `inside` adds to a window what only its staff may see.
    """

    kind: str
    name: str = ""
    inside: bool = False


def picture(view: HallView, hall: str, subject: Subject, now: int) -> Json:
    """The picture of a subject; raises `NotFound` when the plan of the day has no such thing."""
    return {"picture": subject.kind, "hall": hall, **_PAINTERS[subject.kind](view, subject, now)}


def painted(
    exhibits: Mapping[str, Painter], hall: str, subject: Subject, view: HallView, now: int
) -> Json:
    """A picture, by whoever paints its kind; raises `NotFound` when there is no such thing."""
    painter = exhibits.get(subject.kind)
    if painter is None:
        return picture(view, hall, subject, now)
    try:
        content = painter(view, subject.name, now)
    except LookupError as unknown:
        raise NotFound(str(unknown.args[0])) from None
    return {"picture": subject.kind, "hall": hall, **content}


def _today(view: HallView) -> Json:
    told = summary.day(view)
    return {name: told[name] for name in ("day", "state", "mode", "notice", "broadcast", "speed")}


def _hall(view: HallView, subject: Subject, now: int) -> Json:
    told = summary.hall_now(view, subject.name, now)
    # These change with every event or second, though nothing to be seen has changed.
    for name in ("seq", "at", "hall"):
        del told[name]
    for lane in told["lanes"]:
        del lane["oldest_wait"]
    return told


def _lane(view: HallView, subject: Subject, now: int) -> Json:
    planned = view.layout.lane.get(subject.name) if view.layout else None
    if planned is None:
        raise NotFound(f"There is no lane {subject.name}.")
    told = summary.lane(view, planned, now)
    del told["oldest_wait"]
    waiting = view.by_lane.get(planned.id, ())
    told["next"] = [{"ticket": t.number, "class": t.class_} for t in waiting[:NEXT_SHOWN]]
    told["windows"] = [
        w.number
        for w in view.windows.values()
        if w.state == "open" and planned.id in view.lanes_of(w)
    ]
    return {"today": _today(view), **told}


def window_of(view: HallView, number: str) -> WindowView:
    """A window as it is now; raises `NotFound` when the plan has none of that number."""
    if view.layout is None or (number not in view.windows and number not in view.plan.window):
        raise NotFound(f"There is no window {number}.")
    return view.windows.get(number) or WindowView(number=number)


def _window(view: HallView, subject: Subject, now: int) -> Json:
    seen = window_of(view, subject.name)
    planned = summary.plan_of(view, seen)
    queue = Queue(view, seen, now)
    waiting = queue.in_order()
    told: Json = {
        "today": _today(view),
        **(summary.window(view, planned) if planned else {"window": seen.number}),
        "reason": seen.reason,
        "serving": _at_window(view, view.tickets.get(seen.ticket), subject.inside),
        "waiting": len(waiting),
        "queue": [waiting_ticket(view, queue, ticket) for ticket in waiting[:NEXT_SHOWN]],
    }
    if subject.inside:
        told |= seat(view, seen, waiting)
    return told


def _at_window(view: HallView, ticket: Ticket | None, inside: bool) -> Json | None:
    if ticket is None:
        return None
    told: Json = {
        "ticket": ticket.number,
        "state": ticket.state,
        "class": ticket.class_,
        "lane": ticket.lane,
        "services": services(view, ticket.services),
        "called": ticket.called,
        "started": ticket.started,
        "calls": ticket.calls,
        "call": ticket.call_seq,
        "announced": ticket.announced,
        "shown": ticket.shown,
    }
    return told | at_seat(view, ticket) if inside else told


def waiting_ticket(view: HallView, queue: Queue, ticket: Ticket) -> Json:
    """A ticket in a window's queue, with its reason."""
    return {
        "ticket": ticket.number,
        "lane": ticket.lane,
        "class": ticket.class_,
        "services": services(view, ticket.services),
        "reason": queue.reason(ticket),
    }


def _ticket(view: HallView, subject: Subject, now: int) -> Json:
    if (ticket := view.tickets.get(subject.name)) is None:
        raise NotFound(f"There is no ticket {subject.name} today.")
    return {"today": _today(view), **visit(view, ticket, now)}


def visit(view: HallView, ticket: Ticket, now: int) -> Json:
    """A ticket as its own visitor may see it. `ahead` is null when it does not wait; `expected`
    is a range in minutes, null when nobody knows."""
    lane = view.plan.lane.get(ticket.lane)
    planned = view.plan.window.get(ticket.window)
    return {
        "ticket": ticket.number,
        "state": ticket.state,
        "class": ticket.class_,
        "lane": ticket.lane,
        "lane_name": lane.name if lane else "",
        "lane_name_en": lane.name_en if lane else "",
        "services": services(view, ticket.services),
        "taken": ticket.taken,
        "entered": ticket.entered,
        "counts_from": ticket.counts_from,
        "away": ticket.away,
        "due": ticket.due,
        "ahead": view.ahead(ticket) if ticket.state is State.WAITING else None,
        "expected": summary.minutes(for_ticket(view, ticket, now)),
        "window": ticket.window,
        "window_name": planned.name if planned else "",
        "window_name_en": planned.name_en if planned else "",
        "called": ticket.called,
        "call": ticket.call_seq,
        "calls": ticket.calls,
        "misses": ticket.misses,
        "step": ticket.step,
        "steps": [
            {"lane": s.lane, "services": s.services, "done": ticket.done[i : i + 1] == "1"}
            for i, s in enumerate(ticket.steps)
        ],
        "score": ticket.score,
    }


#: kind of picture → who paints it, besides what screens exhibit
_PAINTERS: dict[str, Callable[[HallView, Subject, int], Json]] = {
    "hall": _hall,
    "lane": _lane,
    "window": _window,
    "ticket": _ticket,
}
KINDS = frozenset(_PAINTERS)
