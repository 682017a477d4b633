"""The engine's own records of tickets and windows, read as what views are made of."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from queue_server.domain.facts import WindowView
from queue_server.domain.tickets import State, Step, Ticket


def ticket_of(image: dict[str, Any]) -> Ticket:
    """A ticket from the engine's own record of it."""
    known = {f.name: image[name] for f in fields(Ticket) if (name := f.name.rstrip("_")) in image}
    known["state"] = State(image["state"])
    known["services"] = tuple(image["services"].split())
    known["steps"] = tuple(
        Step(s["lane"], tuple(s["services"]), int(s["minutes"]), tuple(int(i) for i in s["after"]))
        for s in image.get("steps", ())
    )
    return Ticket(**known)


def window_of(image: dict[str, Any]) -> WindowView:
    """A window from the engine's own record of it."""
    known = {f.name: image[f.name] for f in fields(WindowView) if f.name in image}
    return WindowView(**known | {"lanes": tuple(image.get("lanes", ()))})
