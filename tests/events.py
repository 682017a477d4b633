"""The one event of a kind among those that a command told."""

from __future__ import annotations

from typing import TypeVar

from queue_server.domain.events import Event
from queue_server.domain.hall import Events

E = TypeVar("E", bound=Event)


def only(events: Events, kind: type[E]) -> E:
    """The event of this kind; there is exactly one."""
    (found,) = [event for event in events if isinstance(event, kind)]
    return found
