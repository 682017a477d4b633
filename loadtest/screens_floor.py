"""The least that a call on a screen can cost: the three things that cannot be left out.

One FCALL of `call_next` (in a hall that nobody watches), one wake of a blocked XREAD, one echo
over a WebSocket of the same make as the server's (uvicorn, Starlette). Each is measured by
itself, from one process to the next and back; `python -m loadtest.screens_floor PORT` is the
server that echoes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from typing import NamedTuple

import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from loadtest.bench_stage import SERVICE
from loadtest.screens import Line, connect
from ops.sample_hall import sample_hall
from ops.supervisor import server_of
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall, wall_clock

STREAM = "{floor}:stream"
#: Windows that serve what everybody comes for, to all classes.
WINDOWS = ("1", "2", "3")
# A blocked reader must be asleep before it is woken.
ASLEEP = 0.01


class Sample(NamedTuple):
    """One time each, in µs."""

    fcall: float
    wake: float
    echo: float


class Floor:
    """Measures the three, one after the other."""

    def __init__(self, calling: Connection, blocking: Connection, hall: RedisHall) -> None:
        self._calling = calling
        self._blocking = blocking
        self._hall = hall
        self._windows = cycle(WINDOWS)
        self._root = ""
        self._turn = 0
        self._last = "0-0"
        self._line: Line | None = None
        self._echoed: asyncio.Future[int] | None = None

    async def prepare(self, echo: str, waiting: int) -> None:
        """Open the floor's own hall, with as many waiting, and the line that echoes."""
        day = (await self._hall.open_day())[0].day
        self._root = f"{self._hall.root}:{day}"
        for window in WINDOWS:
            await self._hall.open_window(window)
        for _ in range(waiting):
            await self._hall.take(SERVICE)
        self._line = await connect(echo, "", self._heard)

    async def sample(self) -> Sample:
        """Measure each once."""
        return Sample(await self._fcall(), await self._wake(), await self._echo())

    async def _fcall(self) -> float:
        window = next(self._windows)
        await self._hall.take(SERVICE)
        words = ("now", wall_clock(), "command", f"floor-{self._turn}", "window", window)
        self._turn += 1
        began = time.perf_counter_ns()
        await self._calling.call("FCALL", "jiaohao_call_next", 1, self._root, *words)
        spent = _since(began)
        await self._hall.finish(window)
        return spent

    async def _wake(self) -> float:
        woken = self._blocking.call("XREAD", "BLOCK", 5000, "STREAMS", STREAM, self._last)
        await asyncio.sleep(ASLEEP)
        began = time.perf_counter_ns()
        self._calling.call("XADD", STREAM, "*", "kind", "ticket.called", "ticket", "A001")
        told = await woken
        spent = _since(began)
        self._last = told[0][1][-1][0]
        return spent

    async def _echo(self) -> float:
        assert self._line is not None
        self._echoed = asyncio.get_running_loop().create_future()
        began = time.perf_counter_ns()
        self._line.send(b'{"window": "1"}')
        return (await self._echoed - began) / 1000

    def _heard(self, at: int, _text: bytes) -> None:
        if self._echoed is not None and not self._echoed.done():
            self._echoed.set_result(at)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


def _since(began: int) -> float:
    return (time.perf_counter_ns() - began) / 1000


@asynccontextmanager
async def floor(redis: str, echo: str, waiting: int) -> AsyncIterator[Floor]:
    """A floor on this Redis and this address that echoes, ready to be measured."""
    address = Address.parse(redis)
    calling, blocking = Connection(address, prepare=load), Connection(address, patience=10)
    plan = replace(sample_hall(), tenant="floor")

    async def published() -> Layout:
        return plan

    await calling.open()
    await blocking.open()
    hall = RedisHall(calling, Feed(address), plan.tenant, plan.hall, published)
    found = Floor(calling, blocking, hall)
    try:
        await found.prepare(echo, waiting)
        yield found
    finally:
        found.close()
        await calling.close()
        await blocking.close()


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


async def serve(port: int) -> None:
    """Echo until told to stop."""
    app = Starlette(routes=[WebSocketRoute("/echo", _echo)])
    await server_of(app, port).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
