"""Do the two other ways to the past agree: the fold that screens use, and undo?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from queue_server.audit.order import Order
from queue_server.audit.picture import Picture, Seat, Visit
from queue_server.domain.events import Event, WindowUndone
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

Prove = Callable[..., bool]

_SAME = ("state", "lane", "class_", "entered", "counts_from", "entry")


def agree(picture: Picture, events: Sequence[Event], prove: Prove) -> None:
    """The fold of all events is the auditor's own picture, and fits together."""
    try:
        view = HallView().after(events)
    except (LookupError, ValueError, TypeError) as error:
        prove("fold", False, f"the events cannot be folded: {error!r}", events[-1])
        return
    for number, visit in picture.visits.items():
        ticket = view.tickets.get(number)
        same = ticket is not None and all(
            getattr(ticket, name) == getattr(visit, name) for name in (*_SAME, "away")
        )
        prove("fold", same, f"the fold has {number} differently: {ticket}", events[-1])
        if ticket and ticket.state in (State.CALLED, State.SERVING):
            window = view.windows.get(ticket.window)
            there = window is not None and window.ticket == number
            prove("fold", there, f"{number} is at a window that does not have it", events[-1])
    for number, seat in picture.seats.items():
        known = view.windows.get(number)
        same = known is not None and (known.state, known.ticket) == (seat.state, seat.ticket)
        prove("fold", same, f"the fold has window {number} differently: {known}", events[-1])


def undo(picture: Picture, order: Order, event: WindowUndone, done_at: int, prove: Prove) -> None:
    """Everything is as it was before `since`; `done_at` (Unix ms) is when that was."""
    within = picture.layout.rule.undo_within
    said = f"{event.undone} was undone {event.at - done_at} ms later"
    prove("undo", 0 < event.since < event.seq and event.at - done_at <= within, said, event)
    restored = json.loads(event.restored)
    for number in dict(restored["tickets"]):
        order.undone(number, event.since)
    for number, image in dict(restored["tickets"]).items():
        was = picture.visit_before(number, event.since)
        said = f"{number} is not restored to what it was before {event.undone}"
        if prove("undo", was is not None and _is_like(was, image, event.at), said, event) and was:
            # A ticket that was put off may have come back in silence before the command.
            picture.put(event.seq, replace(was, due=image.get("due", 0)), anew=False)
    for number, image in dict(restored["windows"]).items():
        seat = picture.seat_before(number, event.since)
        said = f"window {number} is not restored to what it was before {event.undone}"
        prove("undo", _is_like_seat(seat, image), said, event)
        picture.set_seat(event.seq, seat)


def _is_like(was: Visit, image: dict[str, Any], at: int) -> bool:
    due = image.get("due", 0)
    return (
        all(getattr(was, name) == image.get(name.rstrip("_")) for name in _SAME)
        and was.away == image.get("away", False)
        and (due == was.due or (due == 0 and was.due <= at))
        and (not was.at_window or was.window == image.get("window"))
    )


def _is_like_seat(was: Seat, image: dict[str, Any]) -> bool:
    return was.state == image.get("state") and was.ticket == image.get("ticket", "")
