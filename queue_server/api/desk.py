"""What the guide desk sees: today's tickets, what did not reach people, and who asks for help.

Pure. For the people at the desk only: notes and reasons are in it, and nobody's rating.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from queue_server.api import summary
from queue_server.domain.facts import DeviceView, WindowView
from queue_server.domain.layout import Lane
from queue_server.domain.layout import Window as PlannedWindow
from queue_server.domain.predictors import for_newcomer
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]
#: Of the visits that are over, the newest; older ones are found by their number.
ENDED_SHOWN = 100
#: What stands in a row as the ticket has it.
_PLAIN = (
    *("state", "lane", "taken", "since", "window", "called", "started", "ended", "calls"),
    *("misses", "away", "due", "reason", "note", "outcome", "on_behalf", "booking"),
    *("class_reason", "source", "language", "printed", "print_error", "step"),
)
#: These change with every call and slip, though nobody at the desk needs them.
_TOO_BUSY = ("delivered", "delay")


def desk(view: HallView, _name: str, now: int) -> Json:
    """The picture: times in Unix ms; what is empty, nought or false is left out of a ticket."""
    told = summary.day(view)
    today = ("day", "state", "mode", "notice", "broadcast", "speed")
    return {
        "today": {name: told[name] for name in today},
        "plan": summary.plan(view.layout),
        "lanes": [_lane(view, lane, now) for lane in (view.layout.lanes if view.layout else ())],
        "windows": [_window(view, planned) for planned in summary.windows(view)],
        "tickets": tickets(view),
        "unprinted": [ticket.number for ticket in view.unprinted(now)],
        "devices": [_device(one) for one in sorted(view.devices.values(), key=lambda d: d.id)],
        "totals": summary.totals(view),
    }


def tickets(view: HallView) -> list[Json]:
    """Everybody the hall still owes something, who was missed, and the newest of the others."""
    over = (t for t in view.tickets.values() if not (t.state.live or t.state is State.NO_SHOW))
    old = {t.number for t in sorted(over, key=lambda t: (-t.ended, -t.entry))[ENDED_SHOWN:]}
    ahead = {
        ticket.number: place
        for waiting in view.by_lane.values()
        for place, ticket in enumerate(waiting)
    }
    return [row(view, t, ahead) for t in view.tickets.values() if t.number not in old]


def row(view: HallView, ticket: Ticket, ahead: Mapping[str, int]) -> Json:
    """A ticket; `ahead` only while it stands in its lane, `again` if it may be reinstated."""
    told = {name: getattr(ticket, name) for name in _PLAIN}
    told |= {
        "services": [_service(view, code) for code in ticket.services],
        "steps": len(ticket.steps),
        # Whoever came all the same needs no one to call him.
        "undelivered": ticket.undelivered.split() if ticket.state is State.CALLED else [],
        "again": ticket.state is State.NO_SHOW and ticket.misses <= view.plan.rule.misses_allowed,
    }
    shown: Json = {"ticket": ticket.number, "class": ticket.class_}
    shown |= {name: value for name, value in told.items() if value}
    return shown | {"ahead": ahead[ticket.number]} if ticket.number in ahead else shown


def _service(view: HallView, code: str) -> Json:
    known = view.plan.service.get(code)
    return {
        "service": code,
        "name": known.name if known else code,
        "name_en": known.name_en if known else "",
    }


def _lane(view: HallView, lane: Lane, now: int) -> Json:
    return {
        "lane": lane.id,
        "name": lane.name,
        "name_en": lane.name_en,
        "prefix": lane.prefix,
        "waiting": len(view.by_lane.get(lane.id, ())),
        "expected": summary.minutes(for_newcomer(view, lane.id, now)),
    }


def _window(view: HallView, planned: PlannedWindow) -> Json:
    seen = view.windows.get(planned.number) or WindowView(number=planned.number)
    told = summary.window(view, planned)
    return told | {"reason": seen.reason, "assist": seen.assist, "helper": seen.helper}


def _device(device: DeviceView) -> Json:
    names = (field.name for field in fields(device) if field.name not in _TOO_BUSY)
    return {name: getattr(device, name) for name in names}
