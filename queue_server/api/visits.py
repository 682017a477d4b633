"""`/api/v1/tickets/{token}`: what a visitor may see and say with the link of one ticket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.auth import Doorkeeper
from queue_server.api.bodies import json_body
from queue_server.api.commands import BY_LINK, COMMANDS
from queue_server.api.doorway import how
from queue_server.api.limits import Buckets
from queue_server.api.pictures import Subject, picture
from queue_server.api.problems import JSON, NotFound
from queue_server.api.reads import current
from queue_server.api.state import ServerState
from queue_server.audit.explain import explain
from queue_server.domain import events as told
from queue_server.domain.codec import to_dict
from queue_server.domain.events import Event
from queue_server.domain.hall import Events, Position
from queue_server.domain.links import Links, Visit
from queue_server.domain.refusals import NoTicket
from queue_server.domain.tickets import Ticket
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

#: What a visitor is not told of his visit: opinions, and how our devices are.
UNTOLD = (told.TicketRated, told.TicketUndelivered, told.TicketPrintFailed)
_WITH_REASON = told.TicketTaken | told.TicketHeld | told.TicketCancelled | told.TicketReclassified
AT_ONCE = 500


class Visits:
    """The routes of ticket links."""

    def __init__(
        self,
        state: ServerState,
        doorkeeper: Doorkeeper,
        buckets: Buckets,
        links: Links,
    ) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._buckets = buckets
        self._links = links
        # A story reads many events; one after the other, they never slow down a call.
        self._telling = asyncio.Semaphore(1)

    def routes(self) -> list[Route]:
        """Where they are."""
        ticket = "/api/v1/tickets/{token}"
        return [
            Route(ticket, self.see, methods=["GET"]),
            Route(f"{ticket}/story", self.story, methods=["GET"]),
            *(
                Route(f"{ticket}/{name}", self.say, methods=["POST"], name=f"{name} by link")
                for name in BY_LINK
            ),
        ]

    async def see(self, request: Request) -> Response:
        """The visitor's ticket: people ahead, expected range, where to go."""
        hall, visit = await self._visited(request)
        view, now = await current(hall), await hall.now()
        told = picture(view, hall.id, Subject("ticket", visit.ticket), now)
        return JSON({"now": now, "seq": view.seq, **told})

    async def story(self, request: Request) -> Response:
        """Why not me? What happened to the visitor's ticket and who was called before it."""
        hall, visit = await self._visited(request)
        view = await current(hall)
        if (ticket := view.tickets.get(visit.ticket)) is None:
            raise NotFound("This link leads to no ticket.")
        language = request.query_params.get("language", "en")
        async with self._telling:
            events = [event async for event in _during(hall, view, ticket)]
            sentences = explain(events, ticket.number, language)
        return JSON({"ticket": ticket.number, "seq": view.seq, "sentences": sentences})

    async def say(self, request: Request) -> Response:
        """Cancel, step out, come back or rate, as the visitor."""
        hall, visit = await self._visited(request)
        command = COMMANDS[request.url.path.rpartition("/")[2]]
        headers = dict(request.scope["headers"])
        words = command.read_by_link(await json_body(headers, request.receive, 4096))
        said = how(headers, f"link:{visit.ticket}")
        words |= {"ticket": visit.ticket}
        if command.name == "rate":
            words["source"] = "phone"
        events: Events = await command.verb(hall, **words, **said, by="visitor")
        return JSON({"events": [to_dict(event) for event in events]})

    async def _visited(self, request: Request) -> tuple[RedisHall, Visit]:
        address = self._doorkeeper.addresses.of(request.scope)
        self._buckets.take("link", address, self._state.limits.link)
        visit = self._links.read(request.path_params["token"])
        hall = await self._state.hall(visit.hall) if visit else None
        if visit is None or hall is None:
            raise NotFound("This link leads to no ticket.")
        if (await current(hall)).day != visit.day:
            raise NoTicket("The day of this ticket is over.")
        return hall, visit


async def _during(hall: RedisHall, view: HallView, ticket: Ticket) -> AsyncIterator[Event]:
    """The events from a visit's beginning to its end, or to now, as its visitor may hear them."""
    before = [call.seq for call in view.calls if call.at < ticket.taken]
    seq = before[-1] if before else 0
    # Its names and its clock; the plan itself may have come long before.
    yield told.LayoutChanged(day=view.day, seq=seq, at=ticket.taken, layout=view.plan.to_json())
    while seq < view.seq and (batch := await hall.events(Position(view.day, seq), AT_ONCE)):
        for event in batch:
            if ticket.ended and event.at > ticket.ended:
                return
            if not isinstance(event, UNTOLD):
                yield _without_reason(event)
        seq = batch[-1].seq


def _without_reason(event: Event) -> Event:
    """A clerk's own words are for colleagues."""
    if isinstance(event, _WITH_REASON):
        return replace(event, reason="")
    return event
