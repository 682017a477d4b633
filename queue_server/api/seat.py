"""What a clerk's page must know beyond the queue: who was put aside, left behind, or asks for help.

Pure: view in, JSON out, times in Unix ms. For the hall's people only, and without anybody's rating.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from queue_server.api.newest import Newest
from queue_server.domain.facts import WindowView
from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

Json = dict[str, Any]
#: So many missed numbers are shown, the newest.
MISSED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a window's tickets; each newest first."""

    held: tuple[Ticket, ...] = ()
    missed: tuple[Ticket, ...] = ()
    served: tuple[Ticket, ...] = ()


def _done(view: HallView) -> dict[str, Done]:
    windows: dict[str, dict[State, list[Ticket]]] = {}
    for ticket in view.tickets.values():
        if ticket.window and ticket.state in (State.HELD, State.NO_SHOW, State.SERVED):
            windows.setdefault(ticket.window, {}).setdefault(ticket.state, []).append(ticket)
    return {
        number: Done(*(_newest(of.get(s, ())) for s in (State.HELD, State.NO_SHOW, State.SERVED)))
        for number, of in windows.items()
    }


def _newest(tickets: Iterable[Ticket]) -> tuple[Ticket, ...]:
    return tuple(sorted(tickets, key=lambda t: (-(t.ended or t.called), t.number)))


_DONE: Newest[HallView, dict[str, Done]] = Newest(_done)
_DIGESTS: Newest[Layout, str] = Newest(lambda layout: layout.digest)


def done_at(view: HallView, window: str) -> Done:
    """What became of a window's tickets."""
    return _DONE.of(view.plan, view).get(window, Done())


def seat(view: HallView, seen: WindowView, waiting: Sequence[Ticket]) -> Json:
    """What stands in a window's picture for its staff; `waiting` is its queue."""
    done = done_at(view, seen.number)
    return {
        "clerk": seen.clerk,
        "auto": seen.auto,
        "asking": seen.asking,
        "lost": seen.lost,
        "lease": seen.lease,
        "assist": seen.assist,
        "helper": seen.helper,
        "quick": seen.quick,
        "plan": _DIGESTS.of(view.plan, view.plan),
        "undo_within": view.plan.rule.undo_within,
        "serves": _lanes(view, seen, waiting),
        "held": [_held(view, ticket) for ticket in done.held],
        "missed": [_missed(view, ticket) for ticket in done.missed[:MISSED_SHOWN]],
        "served": len(done.served),
        "last": _last(done.served),
        "left": [_left(view, ticket) for ticket in _left_behind(view, seen)],
        "assists": [_assist(w) for w in view.windows.values() if w.assist and w is not seen],
    }


def _lanes(view: HallView, seen: WindowView, waiting: Sequence[Ticket]) -> list[Json]:
    """The lanes of this window, and how many wait in each for it; `oldest` is since when (0)."""
    found = []
    for id_ in (*view.lanes_of(seen), f"@{seen.number}"):
        entered = [ticket.entered for ticket in waiting if ticket.lane == id_]
        if id_ in view.plan.lane or entered:
            found.append({"lane": id_, "waiting": len(entered), "oldest": min(entered, default=0)})
    return found


def _held(view: HallView, ticket: Ticket) -> Json:
    told = {"reason": ticket.reason, "due": ticket.due}
    return _named(view, ticket) | told


def _missed(view: HallView, ticket: Ticket) -> Json:
    again = ticket.misses <= view.plan.rule.misses_allowed
    return _named(view, ticket) | {"ended": ticket.ended, "again": again}


def _left(view: HallView, ticket: Ticket) -> Json:
    return _named(view, ticket) | {"window": ticket.window, "state": ticket.state}


def _named(view: HallView, ticket: Ticket) -> Json:
    return {
        "ticket": ticket.number,
        "class": ticket.class_,
        "lane": ticket.lane,
        "services": services(view, ticket.services),
    }


def services(view: HallView, codes: Iterable[str]) -> list[Json]:
    """Services with their names; one that is not in the plan any more goes by its code."""
    named = view.plan.service
    return [
        {
            "service": code,
            "name": named[code].name if code in named else code,
            "name_en": named[code].name_en if code in named else "",
        }
        for code in codes
    ]


def _last(served: Sequence[Ticket]) -> Json | None:
    if not served:
        return None
    return {"ticket": served[0].number, "outcome": served[0].outcome, "ended": served[0].ended}


def _left_behind(view: HallView, seen: WindowView) -> list[Ticket]:
    """Tickets at windows whose clerk's machine fell silent, which this window could take."""
    return [
        ticket
        for window in view.windows.values()
        if window.lost and window.number != seen.number
        if (ticket := view.tickets.get(window.ticket)) is not None
        if view.serves(seen, ticket.lane, ticket.class_)
    ]


def _assist(window: WindowView) -> Json:
    return {"window": window.number, "assist": window.assist, "helper": window.helper}


def at_seat(view: HallView, ticket: Ticket) -> Json:
    """What a clerk must know of the ticket before him. `miss` says when it may be recorded as
    missed: after so many `calls`, and `grace` ms after the last; `missing` are the sorts of device
    that did not confirm the call in time, `awaited` all that should."""
    plan = view.plan
    return {
        "note": ticket.note,
        "on_behalf": ticket.on_behalf,
        "language": ticket.language,
        "taken": ticket.taken,
        "entered": ticket.entered,
        "booking": bool(ticket.booking),
        "misses": ticket.misses,
        "come_back_to": ticket.come_back_to,
        "step": ticket.step,
        "steps": [
            {
                "lane": step.lane,
                "services": services(view, step.services),
                "done": ticket.done[at : at + 1] == "1",
            }
            for at, step in enumerate(ticket.steps)
        ],
        "awaited": plan.confirmed_by if plan.confirm_within else (),
        "missing": ticket.undelivered.split(),
        "miss": {
            "calls": _setting(view, ticket, "min_calls"),
            "grace": _setting(view, ticket, "grace"),
        },
    }


def _setting(view: HallView, ticket: Ticket, name: str) -> int:
    """A missed-call number: that of the ticket's first service, or else the hall's."""
    service = view.plan.service.get(ticket.services[0]) if ticket.services else None
    own: int | None = getattr(service, name, None)
    hall: int = getattr(view.plan.rule, name)
    return hall if own is None else own
