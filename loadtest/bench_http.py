"""How fast visits are carried through over HTTP, against an empty route on the same server.

One server process (uvicorn, uvloop, httptools) with SQLite and Redis. Each of many connections
has a window of its own and goes in turns: `take`, `call_next`, `finish`, since a window that has
somebody is refused the next. The floor is the very same requests, bodies and all, to an empty
route of a plain Starlette application in the same process, so that it does not pay for our routes
and the ratio is what our own work costs. Both are taken in turns in one run; besides the answers
per second there are those per second of the server's own processor, which others on the machine
do not touch.
`python -m loadtest.bench_http` prints them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loadtest.bench_stage import HALL, SERVICE, Clerk, Server, Stage, many_windows, posted, stage
from loadtest.figures import Figure, figure
from loadtest.processes import answering, child, free_port, worked
from ops.collecting import collect_seldom
from ops.supervisor import server_of
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall

WINDOWS = 64
TARGET = 0.55


@dataclass(frozen=True)
class Load:
    """So many rounds of so many seconds each."""

    rounds: int = 7
    seconds: float = 1.0


SHORT = Load(3, 1.0)


class Asker(asyncio.Protocol):
    """One kept-alive connection that asks the same things in turns, again and again."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = cycle(requests)
        self._heard = b""
        self._transport: asyncio.Transport | None = None
        self._stopping = False
        self._turn = len(requests)
        self.answers = 0
        self.stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and ask again; anything but a 200 ends the run."""
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._heard.index(b"content-length: ") + 16
        length = int(self._heard[at : self._heard.index(b"\r", at)])
        if len(self._heard) < head + 4 + length:
            return
        if not self._heard.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(self._heard.decode()))
            return
        self.answers += 1
        self._heard = b""
        if self._stopping and self.answers % self._turn == 0:
            self._end(None)
        elif self._transport is not None:
            self._transport.write(next(self._requests))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody answers any more."""
        self._end(exc or ConnectionError("the server hung up"))

    def _end(self, wrong: Exception | None) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        if not self.stopped.done():
            self.stopped.set_exception(wrong) if wrong else self.stopped.set_result(None)

    def stop(self) -> None:
        """Ask no more once all was asked as often; `stopped` tells when, or what went wrong."""
        self._stopping = True


async def asking(port: int, everyone: Sequence[Sequence[bytes]]) -> list[Asker]:
    """A connection for each who asks."""
    loop = asyncio.get_running_loop()
    return [
        (await loop.create_connection(lambda one=one: Asker(one), "127.0.0.1", port))[1]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        for one in everyone
    ]


class Rate(NamedTuple):
    """Answers per second, and per second of the server's processor."""

    clock: float
    processor: float


async def rate(server: Server, everyone: Sequence[Sequence[bytes]], seconds: float) -> Rate:
    """How fast a server answers when each of these asks its requests in turns."""
    askers = await asking(server.port, everyone)
    await asyncio.sleep(0.2)
    began, before = _now(server), sum(one.answers for one in askers)
    await asyncio.sleep(seconds)
    answered = sum(one.answers for one in askers) - before
    found = Rate(*(answered / (now - was) for now, was in zip(_now(server), began, strict=True)))
    await stopped(askers)
    return found


async def stopped(askers: Sequence[Asker]) -> None:
    """Until nobody asks any more; raises what went wrong first."""
    for one in askers:
        one.stop()
    ended = await asyncio.gather(*(one.stopped for one in askers), return_exceptions=True)
    for wrong in filter(None, ended):
        raise wrong


def _now(server: Server) -> tuple[float, float]:
    return time.perf_counter(), worked(server.pid)


def visit(token: str, window: str, hall: str = HALL) -> list[bytes]:
    """What the clerk of a window and a kiosk say in turns."""
    words = {"take": {"service": SERVICE}, "call_next": {"window": window}}
    words["finish"] = {"window": window}
    return [
        posted(f"/api/v1/halls/{hall}/{name}", token, json.dumps(body).encode())
        for name, body in words.items()
    ]


def emptied(requests: Sequence[bytes]) -> list[bytes]:
    """The very same requests to the empty route."""
    return [b"POST /empty " + one.partition(b" ")[2].partition(b" ")[2] for one in requests]


async def run(load_: Load | None = None) -> list[Figure]:
    """Visits and the empty route in turns; the figure of the median round."""
    async with AsyncExitStack() as stack:
        halls = await stack.enter_async_context(stage([many_windows(HALL, WINDOWS)]))
        port = free_port()
        words = ("serve", str(halls.folder), halls.redis.url, str(port))
        process = await stack.enter_async_context(child("loadtest.bench_http", *words))
        return await _measure(halls, Server(process, port), load_ or Load())


async def _measure(halls: Stage, server: Server, load_: Load) -> list[Figure]:
    visits = [visit(halls.admin, str(number)) for number in range(1, WINDOWS + 1)]
    empty = [emptied(one) for one in visits]
    (await answering(server.port, server.process))[1].close()
    await open_all(halls.clerk(server), WINDOWS)
    floors, values = [], []
    for _ in range(load_.rounds):
        floors.append(await rate(server, empty, load_.seconds))
        values.append(await rate(server, visits, load_.seconds))
    floor, value = (Rate(*map(median, zip(*one, strict=True))) for one in (floors, values))
    name = "HTTP take, call_next, finish ÷ an empty route"
    return [
        figure(name, value.clock, floor.clock, "requests/s", f">= {TARGET}"),
        figure(f"{name}, by processor", value.processor, floor.processor, "requests/s"),
    ]


async def open_all(clerk: Clerk, windows: int) -> None:
    """Open the day and all windows."""
    await clerk.say("open_day")
    for number in range(1, windows + 1):
        await clerk.told("open_window", window=str(number))
    clerk.close()


async def _empty(_request: Request) -> Response:
    return Response()


async def serve(folder: str, redis: str, port: int) -> None:
    """The server process: the hall, and beside it an application with one empty route."""
    known = Configuration(f"sqlite:///{folder}/jiaohao.sqlite")
    connection = Connection(Address.parse(redis), prepare=load)
    await connection.open()
    feed = Feed(Address.parse(redis))
    await feed.open()

    async def published() -> Layout:
        return known.layout(HALL)

    hall = RedisHall(connection, feed, "sample", HALL, published)

    async def find(id_: str) -> RedisHall | None:
        return hall if id_ == HALL else None

    async def ready() -> bool:
        return connection.connected

    app = create_app(
        ServerState(hall=find, configuration=known, secret=bytes(32), redis_ready=ready)
    )
    plain = Starlette(routes=[Route("/empty", _empty, methods=["POST"])])

    async def either(scope: Any, receive: Any, send: Any) -> None:
        # An application of its own, so that the floor does not pay for our routes.
        await (plain if scope.get("path") == "/empty" else app)(scope, receive, send)

    collecting = asyncio.create_task(collect_seldom())
    await server_of(either, port, app.doorway).serve()
    collecting.cancel()


if __name__ == "__main__":
    import uvloop

    if sys.argv[1:2] == ["serve"]:
        uvloop.run(serve(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        print(uvloop.run(run()))
