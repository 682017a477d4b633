"""The alerts of a hall over HTTP, and who has seen them; the manager's picture is painted here.

Acknowledgements stand in SQL. They are remembered for a moment, so that painting asks no database;
whoever acknowledges here sees it in the next picture, other server processes a few seconds later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.bodies import form
from queue_server.api.commands import LEADERS
from queue_server.api.manage import alert as told
from queue_server.api.manage import hall_row, manage
from queue_server.api.problems import JSON, NotAllowed, NotFound
from queue_server.api.reads import current
from queue_server.api.state import ServerState
from queue_server.archive.principals import Role
from queue_server.domain.alerts import SEEN_FOR, Limits, Seen, alerts
from queue_server.domain.refusals import NoHall
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

#: Who may look at a hall as its manager does; an auditor looks only.
MANAGERS = LEADERS | {Role.AUDITOR}
#: What was read from SQL is believed so long (s).
FRESH = 2.0
NAMES_FRESH = 30.0
MOST_KEPT = 5000


class Kept(NamedTuple):
    """What was read of a hall-day, and when (monotonic s)."""

    read: float
    day: str
    seen: Mapping[str, Seen]


class Acknowledged(BaseModel):
    """Which alert was seen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    alert: Annotated[str, Field(min_length=1, max_length=200)]


class Alarms:
    """The routes of alerts, and the painter of `manage`."""

    def __init__(
        self, state: ServerState, doorkeeper: Doorkeeper, limits: Limits | None = None
    ) -> None:
        self.limits = limits or Limits()
        self._state = state
        self._doorkeeper = doorkeeper
        self._kept: dict[str, Kept] = {}
        self._names: tuple[float, Mapping[str, str]] = (float("-inf"), {})

    def routes(self) -> list[Route]:
        """Where they are."""
        hall = "/api/v1/halls/{hall}"
        return [
            Route(f"{hall}/alerts", self.alerts, methods=["GET"]),
            Route(f"{hall}/alerts/acknowledge", self.acknowledge, methods=["POST"]),
        ]

    async def alerts(self, request: Request) -> Response:
        """What is to be looked at in this hall now, the gravest first, and who has seen it."""
        hall, _ = await asked(self._state, self._doorkeeper, request, MANAGERS)
        view, now = await current(hall), await hall.now()
        await self.refresh(hall.id, view.day)
        seen = self._seen(hall.id, view.day)
        found = [told(one, seen.get(one.id), now) for one in alerts(view, now, self.limits)]
        return JSON({"now": now, "seq": view.seq, "alerts": found})

    async def acknowledge(self, request: Request) -> Response:
        """I have seen this alert; whoever said so first stays."""
        hall, who = await asked(self._state, self._doorkeeper, request, LEADERS, unsafe=True)
        wanted = (await form(request, Acknowledged)).alert
        view, now = await current(hall), await hall.now()
        found = {one.id: one for one in alerts(view, now, self.limits)}
        if wanted not in found:
            raise NotFound("There is no such alert any more.")
        mine = Seen(who.id, who.principal.name, now)
        note = self._state.configuration.acknowledgements.note
        first = await asyncio.to_thread(note, hall.id, view.day, wanted, mine, now - SEEN_FOR + 1)
        self._kept.pop(hall.id, None)
        await self.refresh(hall.id, view.day)
        return JSON({"alert": told(found[wanted], first, now)})

    async def refresh(self, hall: str, day: str) -> None:
        """Read what was seen of a hall-day, unless that was done just now; names now and then."""
        kept, now = self._kept.get(hall), time.monotonic()
        configuration = self._state.configuration
        if now - self._names[0] > NAMES_FRESH:
            self._names = (now, self._names[1])
            self._names = (now, await asyncio.to_thread(configuration.people.names))
        if kept and kept.day == day and now - kept.read < FRESH:
            return
        seen = await asyncio.to_thread(configuration.acknowledgements.of, hall, day)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[hall] = Kept(now, day, seen)

    def paint(self, view: HallView, _name: str, now: int) -> dict[str, Any]:
        """The picture `manage` of a hall."""
        seen = self._seen(view.layout.hall, view.day) if view.layout else {}
        return manage(view, now, self.limits, seen, self._names[1])

    def row(self, view: HallView, now: int) -> dict[str, Any]:
        """A hall in one line, as the level above sees it."""
        seen = self._seen(view.layout.hall, view.day) if view.layout else {}
        return hall_row(view, now, self.limits, seen)

    def _seen(self, hall: str, day: str) -> Mapping[str, Seen]:
        kept = self._kept.get(hall)
        return kept.seen if kept and kept.day == day else {}


async def asked(
    state: ServerState,
    doorkeeper: Doorkeeper,
    request: Request,
    roles: frozenset[Role],
    unsafe: bool = False,
) -> tuple[RedisHall, Caller]:
    """The hall of a request, and who asks; raises unless one of these roles is held there."""
    headers = dict(request.scope["headers"])
    who = await doorkeeper.caller(request.scope, headers, unsafe=unsafe)
    hall = await state.hall(request.path_params["hall"])
    if hall is None:
        raise NoHall
    if not who.may(roles, hall.id):
        raise NotAllowed
    return hall, who
