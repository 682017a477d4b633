"""`/api/v1/jobs`: the jobs, for admins: how far each is, and cancel or begin anew.

The page gets its list over a line that tells it whenever it reads differently; all who look share
one look at Redis a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

from pydantic_core import to_json
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from ops.jobs.queue import JobEntry, Jobs
from queue_server.api.auth import Caller, Doorkeeper
from queue_server.api.limits import Buckets
from queue_server.api.line import frame
from queue_server.api.problems import JSON, NotAllowed, NotFound, NotSignedIn
from queue_server.api.sockets import Sockets, Stream
from queue_server.api.state import ServerState
from queue_server.archive.errors import Unknown, Used
from queue_server.archive.principals import Role
from queue_server.domain.refusals import Refused, Unavailable

EVERY = 1.0
#: After so long without news, a word that all is as it was (s).
STILL = 10.0

Json = dict[str, Any]


class JobEnded(Refused):
    """This job has come to its end already, or has not yet."""

    code = "JOB_ENDED"


class Panel:
    """The routes of jobs."""

    def __init__(self, state: ServerState, jobs: Jobs) -> None:
        buckets = Buckets()
        self._jobs = jobs
        self._doorkeeper = Doorkeeper(state, buckets)
        self._sockets = Sockets(state, self._doorkeeper, buckets)
        self._look = Look(jobs, state.clock)

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        path = "/api/v1/jobs"
        return [
            Route(path, self.jobs, methods=["GET"]),
            WebSocketRoute(path + "/follow", self.follow),
            Route(path + "/{id}", self.job, methods=["GET"]),
            Route(path + "/{id}/cancel", self.cancel, methods=["POST"], name="cancel_job"),
            Route(path + "/{id}/retry", self.retry, methods=["POST"], name="retry_job"),
        ]

    async def jobs(self, request: Request) -> Response:
        """The newest jobs, newest first."""
        await self._admit(request)
        return JSON({"jobs": list(map(told, await _said(self._jobs.listed)))})

    async def job(self, request: Request) -> Response:
        """One job."""
        await self._admit(request)
        return await self._told(request)

    async def cancel(self, request: Request) -> Response:
        """A job that waits is never begun; one that runs stops at its next step."""
        await self._admit(request, unsafe=True)
        await _said(self._jobs.cancel, request.path_params["id"])
        return await self._told(request)

    async def retry(self, request: Request) -> Response:
        """Begin a job anew that failed or was cancelled."""
        await self._admit(request, unsafe=True)
        await _said(self._jobs.again, request.path_params["id"])
        return await self._told(request)

    async def follow(self, socket: WebSocket) -> None:
        """The list, whenever it changes."""
        await self._sockets.serve(socket, Looker(self._look))

    async def _told(self, request: Request) -> Response:
        return JSON({"job": told(await _said(self._jobs.job, request.path_params["id"]))})

    async def _admit(self, request: Request, unsafe: bool = False) -> None:
        headers = dict(request.scope["headers"])
        admit(await self._doorkeeper.caller(request.scope, headers, unsafe))


def admit(who: Caller | None) -> None:
    """Jobs tell of all halls at once: raises `Refused` for whoever is no admin of them all."""
    if who is None:
        raise NotSignedIn
    if not who.principal.may(Role.ADMIN, ""):
        raise NotAllowed


async def _said(ask: Callable[..., Any], *words: Any) -> Any:
    """What Redis says, asked in a thread; in the words of HTTP when it says no."""
    try:
        return await asyncio.to_thread(ask, *words)
    except Unknown:
        raise NotFound("There is no such job.") from None
    except Used:
        raise JobEnded from None
    except RedisError:
        raise Unavailable from None


def told(job: JobEntry) -> Json:
    """A job as the API tells it; times in Unix ms, 0 for not yet."""
    return asdict(job) | {"link": str(job.result.get("link", ""))}


class Look:
    """The list as it was at most a second ago."""

    def __init__(self, jobs: Jobs, clock: Callable[[], int]) -> None:
        self.now = clock
        self._jobs = jobs
        self._turn = asyncio.Lock()
        self._read = float("-inf")
        self._list: list[Json] = []

    async def list(self) -> list[Json]:
        """All jobs."""
        async with self._turn:
            if time.monotonic() - self._read > EVERY / 2:
                self._list = list(map(told, await _said(self._jobs.listed)))
                self._read = time.monotonic()
            return self._list


class Looker(Stream):
    """One who looks at the list."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def admit(self, who: Caller | None) -> None:
        """Whether this one may; asked again now and then."""
        admit(who)

    async def frames(self) -> AsyncIterator[bytes]:
        """The list now, and whenever it has changed."""
        last: list[Json] | None = None
        sent = 0.0
        while True:
            found = await self._look.list()
            if found != last:
                yield frame(to_json({"picture": "jobs", "now": self._look.now(), "jobs": found}))
                last, sent = found, time.monotonic()
            elif time.monotonic() - sent >= STILL:
                yield frame(to_json({"same": 0, "now": self._look.now()}))
                sent = time.monotonic()
            await asyncio.sleep(EVERY)
