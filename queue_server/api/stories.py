"""What happened to a ticket and why, in sentences; today and on days that are archived.

Everybody with a role in a hall may ask about its day of now; about earlier days, its managers and
auditors.
"""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.alarms import MANAGERS, asked
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.days import Days
from queue_server.api.problems import JSON, NotAllowed
from queue_server.api.reads import ANYBODY, current, may_see_ratings
from queue_server.api.state import ServerState
from queue_server.audit.explain import explain
from queue_server.audit.why import why
from queue_server.domain.events import TicketRated
from queue_server.domain.hall import Events
from queue_server.domain.refusals import Invalid
from queue_server.engine.redis_hall import RedisHall

DAY = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMBER = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Stories:
    """The routes of explanations."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper, days: Days) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._days = days
        # A long day is told one at a time: it is a lot of memory.
        self._telling = asyncio.Semaphore(2)

    def routes(self) -> list[Route]:
        """Where they are."""
        hall = "/api/v1/halls/{hall}"
        return [
            Route(f"{hall}/explain", self.why, methods=["GET"]),
            Route(f"{hall}/tickets/{{ticket}}/explain", self.explain, methods=["GET"]),
        ]

    async def explain(self, request: Request) -> Response:
        """What happened to a ticket and why, in sentences; today, or on the `day` that is named."""
        hall, who = await asked(self._state, self._doorkeeper, request, ANYBODY)
        ticket, day = request.path_params["ticket"], await _day(request, hall, who)
        async with self._telling:
            events = await self._days.with_ticket(hall, day, ticket)
            told = events if may_see_ratings(who, hall.id) else _without_ratings(events)
            sentences = await asyncio.to_thread(explain, told, ticket, _language(request))
        return JSON({"ticket": ticket, "day": day, "sentences": sentences})

    async def why(self, request: Request) -> Response:
        """Why one ticket was called before another, in sentences."""
        hall, who = await asked(self._state, self._doorkeeper, request, ANYBODY)
        first, second = _number(request, "first"), _number(request, "second")
        if first == second:
            raise Invalid("second: must be another ticket.", "second")
        day = await _day(request, hall, who)
        async with self._telling:
            events = await self._days.with_ticket(hall, day, first, second)
            sentences = await asyncio.to_thread(why, events, first, second, _language(request))
        return JSON({"first": first, "second": second, "day": day, "sentences": sentences})


def _language(request: Request) -> str:
    return request.query_params.get("language", "en")


def _number(request: Request, name: str) -> str:
    said = request.query_params.get(name, "")
    if not NUMBER.fullmatch(said):
        raise Invalid(f"{name}: must be the number of a ticket, such as A045.", name)
    return said


async def _day(request: Request, hall: RedisHall, who: Caller) -> str:
    now = (await current(hall)).day
    day = request.query_params.get("day", "") or now
    if not DAY.fullmatch(day):
        raise Invalid("day: must be a day such as 2026-03-02.", "day")
    if day != now and not who.may(MANAGERS, hall.id):
        raise NotAllowed("Days that are over are for the hall's managers and auditors.")
    return day


def _without_ratings(events: Events) -> Events:
    return [event for event in events if not isinstance(event, TicketRated)]
