"""Let a telling hear an event: which function it is for each kind."""

from __future__ import annotations

from queue_server.domain import events as told
from queue_server.domain.fold import fold
from queue_server.domain.hall_tellings import HALL_TELLINGS
from queue_server.domain.telling import Telling, Tellings
from queue_server.domain.ticket_tellings import TICKET_TELLINGS

TELLINGS: Tellings = TICKET_TELLINGS | HALL_TELLINGS
# What devices say, and what is said to everybody, changes nothing that is remembered.
PASSED_OVER = (
    *(told.Delivered, told.TicketUndelivered, told.TicketPrinted, told.TicketPrintFailed),
    *(told.ReprintAsked, told.DeviceSeen, told.Broadcast, told.ModeSet, told.DayReopened),
)


def hear(telling: Telling, event: told.Event) -> None:
    """One event more; raises LookupError when it has no beginning."""
    if isinstance(event, PASSED_OVER):
        return
    fold(telling.hall, event)
    if isinstance(event, told.TicketEvent):
        telling.note(event.ticket)
    if change := TELLINGS.get(type(event)):
        change(telling, event)
    for number in (getattr(event, "window", ""), getattr(event, "from_window", "")):
        if number:
            telling.look_at(number, event)
