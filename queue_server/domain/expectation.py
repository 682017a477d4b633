"""What a visitor was told to expect with the number, on the very hall of that moment.

Pure. The estimate is that of `predictors.py`; only the view that it looks at is laid out here, of
what it reads and no more, since a day has thousands of such moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from queue_server.domain.calling import HOUR, MINUTE
from queue_server.domain.draft import Draft
from queue_server.domain.events import TicketTaken
from queue_server.domain.facts import Call
from queue_server.domain.layout import Layout
from queue_server.domain.predictors import for_ticket
from queue_server.domain.remembered import Estimate
from queue_server.domain.stages import Setting
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import HallView

#: The estimate looks at the last five calls, and at those of the last hour.
LAST = 5


def expected(
    hall: Draft, layout: Layout, standing: Iterable[Ticket], event: TicketTaken, setting: Setting
) -> Estimate | None:
    """The range in ms; `standing` are all who could be called. None when nobody could know."""
    ticket = hall.tickets[event.ticket]
    lane = [other for other in standing if other.lane == ticket.lane]
    view = HallView(opened=hall.opened, layout=layout, windows=hall.windows)
    # These are what the view would work out of every ticket and call of the day.
    vars(view)["by_lane"] = {ticket.lane: tuple(lane)}
    vars(view)["lane_calls"] = {ticket.lane: _recent(hall.calls, ticket.lane, event.at)}
    range_ = for_ticket(view, ticket, event.at)
    if range_ is None:
        return None
    return Estimate(
        hall=setting.hall,
        day=setting.day,
        ticket=event.ticket,
        date=setting.date,
        at=event.at,
        lane=event.lane,
        class_=event.class_,
        ahead=view.ahead(ticket),
        low=round(range_.low * MINUTE),
        middle=round(range_.minutes * MINUTE),
        high=round(range_.high * MINUTE),
    )


def _recent(calls: Sequence[Call], lane: str, now: int) -> tuple[Call, ...]:
    found: list[Call] = []
    for call in reversed(calls):
        if call.at <= now - HOUR and len(found) >= LAST:
            break
        if call.lane == lane:
            found.append(call)
    return tuple(reversed(found))
