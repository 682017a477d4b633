"""How fast a ticket is taken over HTTP, against an empty route on the same server.

One server process (uvicorn, uvloop, httptools) with SQLite and Redis; both figures are taken in
turns in one run. `python -m loadtest.bench_http` prints them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loadtest.figures import Figure, figure
from loadtest.processes import free_port
from ops.sample_hall import sample_calendar, sample_hall, sample_place
from ops.supervisor import server_of
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import RedisHall

CONNECTIONS = 64
ROUNDS, SECONDS = 7, 1.0
TARGET = 0.45


class Asker(asyncio.Protocol):
    """One kept-alive connection that asks the same thing again and again."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._heard = b""
        self._transport: asyncio.Transport | None = None
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

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
            raise RuntimeError(self._heard.decode())
        self.answers += 1
        self._heard = b""
        if self._transport is not None:
            self._transport.write(self._request)

    def stop(self) -> None:
        """Ask no more."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


async def rate(port: int, request: bytes) -> float:
    """Answers per second to one request over many connections."""
    loop = asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: Asker(request), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.2)
    began, before = time.perf_counter(), sum(one.answers for one in askers)
    await asyncio.sleep(SECONDS)
    answered = sum(one.answers for one in askers) - before
    seconds = time.perf_counter() - began
    for one in askers:
        one.stop()
    return answered / seconds


async def run() -> list[Figure]:
    """Take tickets and ask the empty route in turns; the figure of the median round."""
    with tempfile.TemporaryDirectory(prefix="jh-") as name:
        folder = Path(name)
        token = _prepare(folder)
        # As in bench_engine: what is measured is our work, not this machine's disk.
        redis = PrivateRedis(folder, durable=False)
        redis.start()
        port = free_port()
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "loadtest.bench_http", "serve", name, redis.url, str(port)
        )
        try:
            return await _measure(port, token, redis)
        finally:
            server.terminate()
            await server.wait()
            redis.stop()


async def _forget(redis: PrivateRedis) -> None:
    connection = Connection(Address.parse(redis.url))
    await connection.open()
    await connection.call("FLUSHALL")
    await connection.close()


async def _measure(port: int, token: str, redis: PrivateRedis) -> list[Figure]:
    take = _post("take", token, b'{"service": "511F09014002"}')
    # The very same request, so that the ratio is what our own work costs.
    empty = take.replace(b"/api/v1/halls/demo/take", b"/empty")
    rounds = []
    for _ in range(ROUNDS):
        # A day of its own for each round: no hall has a hundred thousand waiting in one lane.
        await _forget(redis)
        await _until_up(port, _post("open_day", token, b"{}"))
        rounds.append((await rate(port, empty), await rate(port, take)))
    floor, value = (median(one) for one in zip(*rounds, strict=True))
    return [figure("HTTP take ÷ an empty route", value, floor, "requests/s", f">= {TARGET}")]


def _post(command: str, token: str, body: bytes) -> bytes:
    return (
        f"POST /api/v1/halls/demo/{command} HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def _until_up(port: int, request: bytes) -> None:
    for _ in range(200):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.write(request)
        status = await reader.readline()
        writer.close()
        if b" 200 " not in status:
            raise RuntimeError(f"the hall does not open: {status.decode()}")
        return
    raise RuntimeError("the server does not come up")


def _prepare(folder: Path) -> str:
    configuration = Configuration(f"sqlite:///{folder}/configuration.db")
    configuration.migrate()
    now = time.time_ns() // 1_000_000
    configuration.publish(sample_hall(), sample_calendar(), "bench", now, sample_place())
    token = configuration.tokens.issue("admin", "demo", now)
    configuration.close()
    return token


async def _empty(_request: Request) -> Response:
    return Response()


async def serve(folder: str, redis: str, port: int) -> None:
    """The server process: the hall, and beside it an application with one empty route."""
    configuration = Configuration(f"sqlite:///{folder}/configuration.db")
    connection = Connection(Address.parse(redis), prepare=load)
    await connection.open()
    feed = Feed(Address.parse(redis))
    await feed.open()

    async def published() -> Layout:
        return configuration.layout("demo")

    hall = RedisHall(connection, feed, "sample", "demo", published)

    async def find(id_: str) -> RedisHall | None:
        return hall if id_ == "demo" else None

    async def ready() -> bool:
        return connection.connected

    app = create_app(
        ServerState(hall=find, configuration=configuration, secret=bytes(32), redis_ready=ready)
    )
    plain = Starlette(routes=[Route("/empty", _empty, methods=["POST"])])

    async def either(scope: Any, receive: Any, send: Any) -> None:
        # An application of its own, so that the floor does not pay for our routes.
        await (plain if scope.get("path") == "/empty" else app)(scope, receive, send)

    await server_of(either, port).serve()


if __name__ == "__main__":
    import uvloop

    if sys.argv[1:2] == ["serve"]:
        uvloop.run(serve(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        print(uvloop.run(run()))
