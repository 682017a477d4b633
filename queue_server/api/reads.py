"""The questions: the hall now, one window, one ticket, events, and which halls there are.

Everybody with a role in a hall may ask about it; an auditor may do nothing else.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api import summary
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.commands import DESKS, LEADERS, STAFF
from queue_server.api.pictures import Subject, picture, visit
from queue_server.api.problems import JSON, NotAllowed
from queue_server.api.state import ServerState
from queue_server.archive.principals import Role
from queue_server.domain.codec import to_dict
from queue_server.domain.events import Event, TicketRated
from queue_server.domain.hall import Position
from queue_server.domain.links import Links
from queue_server.domain.refusals import Invalid, NoHall, NoTicket, Unavailable
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

ANYBODY = frozenset(Role)
#: Who may see a window's queue with its notes, and who else the bare queue.
WINDOW_READERS = STAFF | {Role.AUDITOR}
LINK_HOLDERS = DESKS | {Role.PRINTER}
#: A clerk's colleagues and screens don't see what visitors thought of him.
RATING_READERS = LEADERS | {Role.AUDITOR}
MOST_EVENTS = 1000
PATIENCE = 2.0
_DAY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Reads:
    """The routes that change nothing."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper, links: Links) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._links = links

    def routes(self) -> list[Route]:
        """Where they are."""
        hall = "/api/v1/halls/{hall}"
        return [
            Route("/api/v1/halls", self.halls, methods=["GET"]),
            Route(hall, self.hall, methods=["GET"]),
            Route(f"{hall}/devices", self.devices, methods=["GET"]),
            Route(f"{hall}/salt", self.salt, methods=["GET"]),
            Route(f"{hall}/position", self.position, methods=["GET"]),
            Route(f"{hall}/events", self.events, methods=["GET"]),
            Route(f"{hall}/windows/{{window}}", self.window, methods=["GET"]),
            Route(f"{hall}/tickets/{{ticket}}", self.ticket, methods=["GET"]),
        ]

    async def halls(self, request: Request) -> Response:
        """The halls in which I have a role."""
        headers = dict(request.scope["headers"])
        who = await self._doorkeeper.caller(request.scope, headers, unsafe=False)
        entries = await asyncio.to_thread(self._state.configuration.halls)
        mine = who.principal.halls(ANYBODY)
        return JSON(
            {
                "halls": [
                    {"hall": e.id, "name": e.name, "name_en": e.name_en, "version": e.version}
                    for e in entries
                    if mine is None or e.id in mine
                ]
            }
        )

    async def hall(self, request: Request) -> Response:
        """The hall now: windows, lanes with waits and expectations, totals."""
        hall, _ = await self._asked(request)
        view, now = await current(hall), await hall.now()
        return JSON({"now": now, **summary.hall_now(view, hall.id, now)})

    async def devices(self, request: Request) -> Response:
        """The devices with their state, and what did not reach people: slips and calls."""
        hall, who = await self._asked(request)
        if not who.may(WINDOW_READERS, hall.id):
            raise NotAllowed
        view, now = await current(hall), await hall.now()
        return JSON({"now": now, "seq": view.seq, **summary.deliveries(view, now)})

    async def salt(self, request: Request) -> Response:
        """Today's salt for the keyed hash of a person's number, for kiosks and guides."""
        hall, who = await self._asked(request)
        if not who.may(DESKS, hall.id):
            raise NotAllowed
        view = await current(hall)
        return JSON({"day": view.day, "salt": (await hall.salt()).hex()})

    async def position(self, request: Request) -> Response:
        """Where the hall's events are now, and what time it is there."""
        hall, _ = await self._asked(request)
        view, now = await current(hall), await hall.now()
        return JSON({"now": now, **{key: getattr(view, key) for key in ("day", "seq", "speed")}})

    async def events(self, request: Request) -> Response:
        """Up to `limit` events after a position."""
        hall, who = await self._asked(request)
        after = position(request.query_params.get("after", ""))
        limit = _limit(request.query_params.get("limit", str(MOST_EVENTS)))
        if after is None:
            after = Position((await current(hall)).day, 0)
        events = await hall.events(after, limit) if after.day else []
        shown = may_see_ratings(who, hall.id)
        return JSON({"events": [told(event, shown) for event in events]})

    async def window(self, request: Request) -> Response:
        """One window with its queue in calling order and each ticket's reason."""
        hall, who = await self._asked(request)
        number = request.path_params["window"]
        inside = who.may(WINDOW_READERS, hall.id, number)
        view, now = await current(hall), await hall.now()
        subject = Subject("window", number, inside)
        return JSON({"now": now, "seq": view.seq, **picture(view, hall.id, subject, now)})

    async def ticket(self, request: Request) -> Response:
        """One ticket with the people ahead of it and the expected range."""
        hall, who = await self._asked(request)
        number = request.path_params["ticket"]
        view, now = await current(hall), await hall.now()
        if (found := view.tickets.get(number)) is None:
            raise NoTicket(f"There is no ticket {number[:32]} today.")
        answer: dict[str, Any] = {"now": now, "day": view.day, "seq": view.seq}
        answer |= visit(view, found, now)
        if not may_see_ratings(who, hall.id):
            del answer["score"]
        if who.may(LINK_HOLDERS, hall.id):
            answer["link"] = self._links.path(hall.id, view.day, number)
        return JSON(answer)

    async def _asked(self, request: Request) -> tuple[RedisHall, Caller]:
        headers = dict(request.scope["headers"])
        who = await self._doorkeeper.caller(request.scope, headers, unsafe=False)
        hall = await self._state.hall(request.path_params["hall"])
        if hall is None:
            raise NoHall
        if not who.may(ANYBODY, hall.id):
            raise NotAllowed
        return hall, who


async def current(hall: RedisHall) -> HallView:
    """The view, or `Unavailable` when it cannot be had in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await hall.view()
    except TimeoutError:
        raise Unavailable from None


def position(text: str) -> Position | None:
    """The `after` of a request; None when there is none. Raises `Invalid`."""
    if not text:
        return None
    try:
        after = Position.parse(text)
    except ValueError as wrong:
        raise Invalid(f"after: {wrong}.", "after") from None
    if not _DAY.fullmatch(after.day) or after.seq >= 2**53:
        raise Invalid("after: there cannot be such a position.", "after")
    return after


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_EVENTS):
        raise Invalid(f"limit: must be a whole number from 1 to {MOST_EVENTS}.", "limit")
    return int(text)


def may_see_ratings(who: Caller, hall: str) -> bool:
    """Whether ratings are told to somebody."""
    return who.may(RATING_READERS, hall)


def told(event: Event, ratings: bool) -> dict[str, Any]:
    """An event as JSON. In the place of one that is not for this reader stands its position, so
    that nobody takes it for a gap; readers pass over a kind they don't know."""
    if isinstance(event, TicketRated) and not ratings:
        return {"kind": "hidden", "day": event.day, "seq": event.seq, "at": event.at}
    return to_dict(event)
