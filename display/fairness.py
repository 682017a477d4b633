"""Is it fair today? The picture `fairness:today`: waits, who was passed, what reached people.

Pure: everything comes from a view, and nothing in it is about anybody in particular. How each
number is counted is said here and, in the same words, on the page.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator
from typing import Any

from queue_server.domain.facts import Call
from queue_server.domain.percentiles import percentiles
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]
#: The only one there is: other days are in the archive.
TODAY = "today"


def fairness(view: HallView, name: str, now: int) -> Json:
    """Today's fairness at `now` (Unix ms); raises LookupError."""
    if name != TODAY:
        raise LookupError("There is fairness of today only.")
    return {
        "today": {"day": view.day, "state": view.state, "speed": view.speed},
        "waits": waits(view),
        "passed": passed(view),
        "delivered": delivered(view, now),
    }


def waits(view: HallView) -> Json:
    """Half of all calls came within p50, nine of ten within p90 (ms; type 7, linear).

    A wait begins with the number, or with the present stop of a visit with several, and ends with
    the call; a recall is no call of its own.
    """
    found = percentiles(call.wait for call in view.calls)
    return {"calls": len(view.calls), "p50": found.p50, "p90": found.p90}


def passed(view: HallView) -> Json:
    """How often somebody was passed: the most, and how many people were at all.

    Passed is who still waits, or was called, after somebody else of the same lane who had come
    later. Whoever stepped out meanwhile is counted too: it is the most it can have been.
    """
    counts = (
        [count for lane in view.plan.lane for count in _passes(view, lane)] if view.layout else []
    )
    return {
        "most": max(counts, default=0),
        "people": sum(count > 0 for count in counts),
        "allowed": view.plan.rule.max_overtaken if view.layout else None,
    }


def _passes(view: HallView, lane: str) -> Iterator[int]:
    """For each who was called or waits in a lane: who had come later and was called before."""
    called: list[int] = []
    for call in view.lane_calls.get(lane, ()):
        came = _came(view.tickets[call.ticket], call)
        yield len(called) - bisect_right(called, came)
        # Nearly in order already, so this is quick.
        insort(called, came)
    for ticket in view.by_lane.get(lane, ()):
        yield len(called) - bisect_right(called, ticket.entered)


def _came(ticket: Ticket, call: Call) -> int:
    """When who was called had come; a missed call may have given him a later place since."""
    return min(ticket.entered, call.at - call.wait)


def delivered(view: HallView, now: int) -> Json | None:
    """Of the newest call of every number, how many a screen showed and a voice said; calls younger
    than `confirm_within` are not counted yet. None where no device confirms calls."""
    plan = view.layout
    if plan is None or not plan.confirm_within or not plan.confirmed_by:
        return None
    before = now - plan.confirm_within * view.speed
    newest = [t for t in view.tickets.values() if t.call_seq and t.called <= before]
    told: Json = {"calls": len(newest), "all": sum(_reached(t, plan.confirmed_by) for t in newest)}
    if "screen" in plan.confirmed_by:
        told["shown"] = sum(t.shown for t in newest)
    if "voice" in plan.confirmed_by:
        told["announced"] = sum(t.announced for t in newest)
    return told


def _reached(ticket: Ticket, sorts: tuple[str, ...]) -> bool:
    has = {"screen": ticket.shown, "voice": ticket.announced}
    return all(has[sort] for sort in sorts)
