"""Whether the fold of a hall's events says what Redis says."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from queue_server.domain.records import ticket_of, window_of
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

# What devices report stands in the events only; Redis keeps what decides.
REPORTED: dict[str, Any] = {
    "printed": False,
    "print_error": "",
    "announced": False,
    "shown": False,
    "undelivered": "",
}


async def differences(hall: RedisHall) -> list[str]:
    """Each field in which view and state differ, in words; empty when all is well."""
    view, state = await hall.view(), await hall.state()
    found = [
        f"{name}: told {getattr(view, name)!r}, kept {state[name]!r}"
        for name in ("state", "mode", "seq", "at")
        if getattr(view, name) != state[name]
    ]
    found += _apart(
        {n: asdict(replace(t, **REPORTED)) for n, t in view.tickets.items()},
        {n: asdict(ticket_of(image)) for n, image in state["tickets"].items()},
    )
    found += _apart(
        {n: asdict(window) for n, window in view.windows.items()},
        {n: asdict(window_of(image)) for n, image in state["windows"].items()},
    )
    return found + _live(view, state) + _waiting(view)


def _waiting(view: HallView) -> list[str]:
    """A view mends who waits from the view before; sorted anew it must be the same."""
    anew = replace(view).waiting
    return [] if view.waiting == anew else ["waiting: mended and sorted differ"]


def _apart(told: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    found = [f"only one side knows {number}" for number in told.keys() ^ kept.keys()]
    for number in told.keys() & kept.keys():
        for name, value in told[number].items():
            if value != kept[number][name]:
                found.append(f"{number}.{name}: told {value!r}, kept {kept[number][name]!r}")
    return found


def _live(view: HallView, state: dict[str, Any]) -> list[str]:
    live = sum(ticket.state.live for ticket in view.tickets.values())
    return [] if live == state["live"] else [f"live: told {live}, kept {state['live']}"]
