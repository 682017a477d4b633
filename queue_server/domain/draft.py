"""A view in the making: what one batch of events changes, before it is frozen again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from queue_server.domain.events import Event
from queue_server.domain.facts import Call, DeviceView, WindowView
from queue_server.domain.tickets import Ticket


@dataclass
class Draft:
    """Copies of a view's parts; `changes` is what else the view will have, `touched` are the
    numbers of the tickets that are not what they were."""

    seq: int
    at: int
    opened: int
    tickets: dict[str, Ticket]
    windows: dict[str, WindowView]
    devices: dict[str, DeviceView]
    calls: list[Call]
    changes: dict[str, Any] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def ticket(self, number: str, **changes: Any) -> None:
        """Change a ticket."""
        self.put(replace(self.tickets[number], **changes))

    def put(self, ticket: Ticket) -> None:
        """A new ticket, or a ticket as it is now."""
        self.tickets[ticket.number] = ticket
        self.touched.add(ticket.number)

    def window(self, number: str, **changes: Any) -> None:
        """Change a window."""
        known = self.windows.get(number) or WindowView(number=number)
        self.windows[number] = replace(known, **changes)

    def free(self, number: str, at: int) -> None:
        """The window has no ticket any more."""
        self.window(number, ticket="", since=at)

    def device(self, id_: str, **changes: Any) -> None:
        """Change a device."""
        self.devices[id_] = replace(self.devices.get(id_) or DeviceView(id=id_), **changes)


#: event class → what it changes
Folds = dict[type[Event], Callable[[Draft, Any], None]]
