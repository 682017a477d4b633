"""`POST /api/v1/halls/{hall}/{command}`: every command comes in here, and nothing else.

In front of the routes, without request and response objects in between: this is the path a kiosk
takes, and half of what an empty route costs is routing. Most commands come by `short_way.py`.
"""

from __future__ import annotations

import time
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from queue_server.api.auth import Doorkeeper, Headers
from queue_server.api.bodies import json_body
from queue_server.api.bookings import Bookings
from queue_server.api.commands import COMMANDS, Command
from queue_server.api.metrics import DELIVERIES, Metrics
from queue_server.api.problems import JSON, NotAllowed, NotFound, WrongMethod, bug, refused
from queue_server.api.state import ServerState
from queue_server.domain.hall import How
from queue_server.domain.links import Links
from queue_server.domain.refusals import Invalid, NoHall, Refused

LONGEST_KEY = 128
HALLS = "/api/v1/halls/"
READS = frozenset({"events", "position"})


class Doorway:
    """Answers commands."""

    def __init__(
        self,
        state: ServerState,
        doorkeeper: Doorkeeper,
        bookings: Bookings,
        links: Links,
        metrics: Metrics,
    ) -> None:
        self._state = state
        self._doorkeeper = doorkeeper
        self._bookings = bookings
        self._links = links
        self._metrics = metrics

    async def answer(self, scope: Any, receive: Any) -> bytes | Response:
        """What to answer to a command: what was told, as JSON, with 200; or a refusal."""
        hall, _, name = scope["path"][len(HALLS) :].partition("/")
        command, began, outcome = COMMANDS.get(name), time.perf_counter(), "bug"
        try:
            if command is None:
                raise WrongMethod("GET") if name in READS else NotFound("There is no such command.")
            told = await self._carry_out(command, hall, scope, receive)
            outcome = "ok"
            return told
        except Refused as refusal:
            outcome = refusal.code
            return refused(Request(scope), refusal)
        except Exception as error:
            return bug(Request(scope), error)
        finally:
            if command is not None:
                self._metrics.command(name, outcome, time.perf_counter() - began)

    async def _carry_out(self, command: Command, hall_id: str, scope: Any, receive: Any) -> bytes:
        headers: Headers = dict(scope["headers"])
        who = await self._doorkeeper.caller(scope, headers)
        hall = await self._state.hall(hall_id)
        if hall is None:
            raise NoHall
        if not who.may(command.roles, hall_id):
            raise not_allowed(command)
        words = command.read(await json_body(headers, receive, command.largest))
        if not command.allowed(who, hall_id, words):
            raise not_allowed(command)
        if command.name == "take":
            await self._bookings.fill(hall, who, words)
        events = await command.say(hall, words, who, how(headers, who.id))
        if command.name == "take":
            await self._bookings.used(hall_id, words, events[0]["day"], events[0]["ticket"])
        elif command.name in DELIVERIES:
            self._metrics.delivered(command.name, words.get("delay", 0))
        return self._told(command, hall_id, events)

    def _told(self, command: Command, hall: str, events: list[dict[str, Any]]) -> bytes:
        told: dict[str, Any] = {"events": events}
        if command.name == "take":
            told["link"] = self._links.path(hall, events[0]["day"], events[0]["ticket"])
        return to_json(told)


class CommandsFirst:
    """ASGI middleware: commands are answered by the doorway, everything else passes."""

    def __init__(self, app: ASGIApp, doorway: Doorway) -> None:
        self._app = app
        self._doorway = doorway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "POST" or not _command(scope["path"]):
            await self._app(scope, receive, send)
            return
        answer = await self._doorway.answer(scope, receive)
        if isinstance(answer, bytes):
            answer = JSON(answer)
        await answer(scope, receive, send)


def _command(path: str) -> bool:
    hall, slash, name = path[len(HALLS) :].partition("/")
    return bool(slash and hall and "/" not in name and path.startswith(HALLS))


def not_allowed(command: Command) -> NotAllowed:
    """The refusal of a command, with who may say it."""
    allowed = ", ".join(sorted(command.roles))
    return NotAllowed(f"{command.name} may be said here by: {allowed}; or not at this window.")


def how(headers: Headers, who: str) -> How:
    """The command's id from the `Idempotency-Key`, in a namespace of whoever says it."""
    key = headers.get(b"idempotency-key")
    if not key:
        return How()
    text = key.decode("latin-1")
    if len(text) > LONGEST_KEY or not (text.isascii() and text.isprintable()):
        raise Invalid(
            f"Idempotency-Key: must be at most {LONGEST_KEY} printable ASCII characters.",
            "Idempotency-Key",
        )
    return How(command=f"{who}/{text}")
