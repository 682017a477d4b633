"""Simulated visitors: each comes, takes a number, perhaps steps out or gives up, and rates."""

from __future__ import annotations

from ops.behaviour import Visitor
from ops.floor import Floor
from queue_server.domain.events import TicketTaken
from queue_server.domain.layout import APPOINTMENT, GREEN, ORDINARY
from queue_server.domain.refusals import Refused
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView

_OVER = (State.SERVED, State.CANCELLED, State.EXPIRED, State.NO_SHOW)


async def visit(floor: Floor, visitor: Visitor) -> None:
    """One visit from the door to the door."""
    await floor.sleep_until(floor.of_day(visitor.arrives))
    try:
        number = await _take(floor, visitor)
    except Refused:
        return
    if visitor.marked_by_guide:
        await floor.try_to(
            lambda id_: floor.hall.reclassify(number, GREEN, "aged 80", by="guide", command=id_)
        )
    if visitor.away_after:
        await _step_out(floor, visitor, number)
    if visitor.cancels_after:
        await floor.sleep(visitor.cancels_after)
        await floor.try_to(lambda id_: floor.hall.cancel(number, "no time left", command=id_))
    if visitor.score:
        await _rate(floor, visitor, number)


async def _take(floor: Floor, visitor: Visitor) -> str:
    class_ = ORDINARY if visitor.marked_by_guide else visitor.class_
    booked = class_ == APPOINTMENT
    told = await floor.say(
        lambda id_: floor.hall.take(
            visitor.service,
            class_=class_,
            person=f"person-{visitor.index}",
            booking=f"booking-{visitor.index}" if booked else "",
            appointed=floor.of_day(visitor.appointed) if booked else 0,
            source="guide" if visitor.marked_by_guide else "kiosk",
            command=id_,
        )
    )
    taken = next(event for event in told if isinstance(event, TicketTaken))
    floor.introduce(taken.ticket, visitor)
    return taken.ticket


async def _step_out(floor: Floor, visitor: Visitor, number: str) -> None:
    await floor.sleep(visitor.away_after)
    if await floor.try_to(lambda id_: floor.hall.away(number, command=id_)):
        await floor.sleep(visitor.away_for)
        await floor.try_to(lambda id_: floor.hall.back(number, command=id_))


async def _rate(floor: Floor, visitor: Visitor, number: str) -> None:
    def over(view: HallView) -> bool:
        return view.state == "closed" or view.tickets[number].state in _OVER

    await floor.until(lambda view: number in view.tickets and over(view))
    if floor.view.tickets[number].state is State.SERVED:
        await floor.try_to(
            lambda id_: floor.hall.rate(number, visitor.score, source="phone", command=id_)
        )


async def come_back(floor: Floor, visitor: Visitor, number: str) -> None:
    """A missed visitor turns up at the guide desk after all."""
    await floor.sleep(visitor.returns_after)
    await floor.try_to(lambda id_: floor.hall.reinstate(number, by="guide", command=id_))
