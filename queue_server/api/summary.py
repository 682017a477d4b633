"""The hall now, in numbers that anybody may see. Pure: view and time in, JSON's own types out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from queue_server.domain.facts import WindowView
from queue_server.domain.layout import Lane, Layout
from queue_server.domain.layout import Window as PlannedWindow
from queue_server.domain.percentiles import percentiles as percentiles_of
from queue_server.domain.predictors import Estimate, for_newcomer
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

Json = dict[str, Any]


def hall_now(view: HallView, hall: str, now: int) -> Json:
    """What `GET /halls/{hall}` tells: the day, its plan, windows, lanes and totals."""
    return {
        "hall": hall,
        **day(view),
        "layout": plan(view.layout),
        "windows": [window(view, planned) for planned in windows(view)],
        "lanes": [
            lane(view, planned, now) for planned in (view.layout.lanes if view.layout else ())
        ],
        "totals": totals(view),
    }


def day(view: HallView) -> Json:
    """The day itself; `at` is when something last happened (Unix ms)."""
    return {
        "day": view.day,
        "seq": view.seq,
        "at": view.at,
        "speed": view.speed,
        "state": view.state,
        "mode": view.mode,
        "notice": view.notice,
        "broadcast": broadcast(view),
    }


def broadcast(view: HallView) -> Json | None:
    """The latest announcement to everybody."""
    said = view.broadcast
    if said is None:
        return None
    return {"at": said.at, "text": said.text, "zone": said.zone, "until": said.due}


def plan(layout: Layout | None) -> Json | None:
    """What a newcomer must know of the plan: names, classes, hours and services."""
    if layout is None:
        return None
    return {
        "digest": layout.digest,
        "name": layout.name,
        "name_en": layout.name_en,
        "timezone": layout.timezone,
        "languages": layout.languages,
        "complaint_phone": layout.complaint_phone,
        "classes": [
            {"id": c.id, "name": c.name, "name_en": c.name_en, "head_start": c.head_start}
            for c in layout.classes
        ],
        "services": len(layout.services),
    }


def windows(view: HallView) -> Sequence[PlannedWindow]:
    """The planned windows in their order, then those that a new plan left out but still work."""
    if view.layout is None:
        return ()
    left = [w for w in view.windows.values() if w.number not in view.plan.window and w.ticket]
    return (*view.plan.windows, *map(_left_out, left))


def plan_of(view: HallView, seen: WindowView) -> PlannedWindow | None:
    """The plan of one of these windows; None when it is not among them."""
    known = view.plan.window.get(seen.number)
    return known or (_left_out(seen) if seen.ticket else None)


def _left_out(seen: WindowView) -> PlannedWindow:
    return PlannedWindow(number=seen.number, name=seen.number, kinds=(), lanes=seen.lanes)


def window(view: HallView, planned: PlannedWindow) -> Json:
    """A window as the public may see it."""
    seen = view.windows.get(planned.number) or WindowView(number=planned.number)
    ticket = view.tickets.get(seen.ticket)
    return {
        "window": planned.number,
        "name": planned.name,
        "name_en": planned.name_en,
        "zone": planned.zone,
        "kinds": planned.kinds,
        "lanes": view.lanes_of(seen),
        "state": seen.state,
        "since": seen.since,
        "ticket": seen.ticket,
        "ticket_state": ticket.state if ticket else "",
        "calls": ticket.calls if ticket else 0,
        "call": ticket.call_seq if ticket else 0,
    }


def lane(view: HallView, planned: Lane, now: int) -> Json:
    """A lane: who waits, today's waits (ms; quantiles by linear interpolation, type 7), and the
    range in minutes that a newcomer should expect (null when no window is open for it)."""
    waiting = view.by_lane.get(planned.id, ())
    calls = view.lane_calls.get(planned.id, ())
    return {
        "lane": planned.id,
        "name": planned.name,
        "name_en": planned.name_en,
        "prefix": planned.prefix,
        "waiting": len(waiting),
        "oldest_wait": max((max(now - ticket.since, 0) for ticket in waiting), default=0),
        "called": len(calls),
        **percentiles([call.wait for call in calls]),
        "expected": minutes(for_newcomer(view, planned.id, now)),
    }


def percentiles(waits: Sequence[int]) -> Json:
    """p50, p90 and p95 in ms, null when nobody was called; defined in `percentiles.py`."""
    return percentiles_of(waits)._asdict()


def minutes(estimate: Estimate | None) -> Json | None:
    """A range as people see it, rounded outward."""
    if estimate is None:
        return None
    low, high = estimate.outward()
    return {"low": low, "high": high}


def deliveries(view: HallView, now: int) -> Json:
    """Devices, and what is not on paper, not on a screen or was not heard; times in Unix ms."""
    return {
        "devices": [
            {field.name: getattr(device, field.name) for field in fields(device)}
            for device in sorted(view.devices.values(), key=lambda one: one.id)
        ],
        "unprinted": [
            {"ticket": t.number, "taken": t.taken, "source": t.source, "error": t.print_error}
            for t in view.unprinted(now)
        ],
        "undelivered": [
            {"ticket": t.number, "window": t.window, "call": t.call_seq, "missing": sorts}
            for t in view.tickets.values()
            if (sorts := t.undelivered.split()) and t.state in (State.CALLED, State.SERVING)
        ],
    }


def totals(view: HallView) -> Json:
    """How many tickets are in which state, and windows open."""
    return {
        "taken": len(view.tickets),
        **{state.value: view.count(state) for state in State},
        "open_windows": sum(w.state == "open" for w in view.windows.values()),
        "quick": sum(w.quick for w in view.windows.values()),
    }
