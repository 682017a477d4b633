"""The picture `kiosk`: what somebody who is about to take a number has to know. Pure.

Public data only. Whether a number is given is the hall's decision (`take`); what stands here about
quotas and hours says beforehand what it would answer, in the same codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from queue_server.domain.calling import SECOND
from queue_server.domain.civil import date_of, moment
from queue_server.domain.layout import Class, Kind, Lane, Service
from queue_server.domain.predictors import for_newcomer
from queue_server.domain.refusals import OutOfHours, Quota
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import ON_PAPER, PRINTED_WITHIN, HallView

Json = dict[str, Any]

#: Whoever took a number this long ago (ms, real) has left the kiosk.
AT_KIOSK = 180 * SECOND
PAPER_OUT = "缺纸"


def kiosk(view: HallView, _name: str, now: int) -> Json:
    """The day, the lanes, the services that are not simply to be had, and the newest slips."""
    layout = view.layout
    return {
        "today": _today(view, now),
        "name": layout.name if layout else "",
        "name_en": layout.name_en if layout else "",
        "languages": list(layout.languages) if layout else [],
        "phone": layout.complaint_phone if layout else "",
        "classes": [_class(one) for one in layout.classes] if layout else [],
        "guides": [w.number for w in layout.windows if Kind.GUIDE in w.kinds] if layout else [],
        "lanes": [_lane(view, lane, now) for lane in layout.lanes] if layout else [],
        "services": services(view, now) if layout else {},
        "printer": _printer(view),
        "slips": _slips(view, now),
    }


def _today(view: HallView, now: int) -> Json:
    said = view.broadcast
    heard = said and not (said.due and now > said.due)
    return {
        "day": view.day,
        "state": view.state,
        "mode": view.mode,
        "notice": view.notice,
        "speed": view.speed,
        "broadcast": said.text if said and heard else "",
    }


def _class(class_: Class) -> Json:
    return {"class": class_.id, "name": class_.name, "name_en": class_.name_en}


def _lane(view: HallView, lane: Lane, now: int) -> Json:
    """`windows` are those of the plan by class, `open` how many of them call at present."""
    classes = [class_.id for class_ in view.plan.classes]
    states = [w.state for w in view.windows.values() if lane.id in view.lanes_of(w)]
    return {
        "lane": lane.id,
        "waiting": len(view.by_lane.get(lane.id, ())),
        "open": states.count("open"),
        "paused": states.count("paused"),
        "windows": {
            class_: [w.number for w in view.plan.windows if w.serves(lane.id, class_)]
            for class_ in classes
        },
        "expected": {class_: _expected(view, lane.id, now, class_) for class_ in classes},
    }


def _expected(view: HallView, lane: str, now: int, class_: str) -> Json | None:
    """A range in minutes; None when no window is open for this class."""
    estimate = for_newcomer(view, lane, now, class_)
    if estimate is None:
        return None
    low, high = estimate.outward()
    return {"low": low, "high": high}


# --- services with a quota or with hours


def services(view: HallView, now: int) -> Json:
    """By code: how many numbers are `left` (null: any), and `why` there is none now (QUOTA,
    OUT_OF_HOURS, or nothing); `opens` is when its next hours begin today (Unix ms, 0: not)."""
    limited = [one for one in view.plan.services if one.quota or one.slots]
    if not limited:
        return {}
    taken = _taken(view, {service.code for service in limited})
    return {service.code: _service(view, service, taken[service.code], now) for service in limited}


def _taken(view: HallView, codes: set[str]) -> Mapping[str, list[int]]:
    """When each of these services was taken today; who went to another lane counts all the same."""
    found: dict[str, list[int]] = {code: [] for code in codes}
    for ticket in view.tickets.values():
        for code in codes.intersection(ticket.services):
            found[code].append(ticket.taken)
    return found


def _service(view: HallView, service: Service, taken: list[int], now: int) -> Json:
    left = [service.quota - len(taken)] if service.quota else []
    hours, opens = list(_hours(view, service, now)), 0
    present = [one for one in hours if one[0] <= now < one[1]]
    left += [quota - sum(a <= at < b for at in taken) for a, b, quota in present if quota]
    why = Quota.code if left and min(left) <= 0 else ""
    if hours and not present:
        why = OutOfHours.code
        opens = min((begins for begins, _, _ in hours if begins > now), default=0)
    return {"left": max(min(left), 0) if left else None, "why": why, "opens": opens}


def _hours(view: HallView, service: Service, now: int) -> Iterator[tuple[int, int, int]]:
    zone = view.plan.zone()
    day = date_of(now, zone)
    for slot in service.slots:
        yield moment(day, slot.begins, zone), moment(day, slot.ends, zone), slot.quota


# --- slips


def _printer(view: HallView) -> str:
    """`none`, `ok` or `failed`: whether paper is to be had here at all."""
    states = Counter(d.state for d in view.devices.values() if d.sort == "printer")
    if not states:
        return "none"
    return "ok" if states["ok"] or states["warning"] else "failed"


def _slips(view: HallView, now: int) -> dict[str, str]:
    """The newest tickets and what became of their slips: printed, pending, no_paper or failed."""
    return {ticket.number: _slip(view, ticket, now) for ticket in _at_kiosk(view, now)}


def _at_kiosk(view: HallView, now: int) -> Iterable[Ticket]:
    oldest = now - AT_KIOSK * view.speed
    for ticket in reversed(tuple(view.tickets.values())):
        if ticket.taken < oldest:
            return
        if ticket.source.partition("-")[0] in ON_PAPER:
            yield ticket


def _slip(view: HallView, ticket: Ticket, now: int) -> str:
    if ticket.printed:
        return "printed"
    if PAPER_OUT in ticket.print_error:
        return "no_paper"
    late = ticket.taken < now - PRINTED_WITHIN * view.speed
    return "failed" if ticket.print_error or late else "pending"
