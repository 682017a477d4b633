"""What a visitor was told to expect with the number, on the very hall of that moment.

Pure. The estimate is that of `predictors.py`; only the view that it looks at is laid out here, of
what it reads and no more, since a day has thousands of such moments.
"""

from __future__ import annotations

from queue_server.domain.calling import MINUTE
from queue_server.domain.events import TicketTaken
from queue_server.domain.predictors import for_ticket
from queue_server.domain.remembered import Estimate
from queue_server.domain.telling import Telling
from queue_server.domain.view import HallView


def expected(telling: Telling, event: TicketTaken) -> Estimate | None:
    """The range in ms of who has just been taken; None when nobody could know."""
    hall, setting = telling.hall, telling.here
    ticket = hall.tickets[event.ticket]
    view = HallView(opened=hall.opened, layout=telling.layout, windows=hall.windows)
    lane = ticket.lane
    # These are what the view would work out of every ticket, call and window of the day.
    vars(view)["by_lane"] = {lane: [t for t in telling.standing.values() if t.lane == lane]}
    vars(view)["lane_calls"] = {lane: telling.lane_calls.get(lane, ())}
    vars(view)["open_by_lane"] = {
        lane: [
            window
            for window in hall.windows.values()
            if window.state == "open" and lane in view.lanes_of(window)
        ]
    }
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
