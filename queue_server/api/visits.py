"""`/api/v1/tickets/{token}`: what a visitor may see and say with the link of one ticket."""

from __future__ import annotations

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
from queue_server.domain.codec import to_dict
from queue_server.domain.hall import Events
from queue_server.domain.links import Links, Visit
from queue_server.domain.refusals import NoTicket
from queue_server.engine.redis_hall import RedisHall


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

    def routes(self) -> list[Route]:
        """Where they are."""
        ticket = "/api/v1/tickets/{token}"
        return [
            Route(ticket, self.see, methods=["GET"]),
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
