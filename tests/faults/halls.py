"""Halls on a Redis that a test may ill-treat."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.redis_server import RedisServer


@contextmanager
def own_redis(fsync: str = "always", folder: Path | None = None) -> Iterator[RedisServer]:
    """A redis-server that keeps its log, for one test only."""
    home = folder or Path(tempfile.mkdtemp(prefix="jh-"))
    server = RedisServer(home, durable=True, fsync=fsync).start()
    try:
        yield server
    finally:
        server.kill()
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def process(
    url: str, layout: Layout, clock: Callable[[], int] = wall_clock
) -> AsyncIterator[RedisHall]:
    """The hall as one server process has it: a connection and a feed of its own."""

    async def published() -> Layout:
        return layout

    connection, feed = Connection(Address.parse(url), prepare=load), Feed(Address.parse(url))
    await connection.open()
    await feed.open()
    hall = RedisHall(connection, feed, layout.tenant, layout.hall, published, clock)
    try:
        yield hall
    finally:
        await hall.close()
        await feed.close()
        await connection.close()


def log_of(server: RedisServer) -> Path:
    """The file to which Redis appends what it was told."""
    (path,) = (server.folder / "appendonlydir").glob("*.incr.aof")
    return path


def size_of_log(server: RedisServer) -> int:
    """How much (bytes) of what it was told is in its log: all of it."""
    server.written()
    return log_of(server).stat().st_size


def lose_since(server: RedisServer, size: int) -> None:
    """A power cut after which the disk knows only the first `size` bytes of the log."""
    server.kill()
    with log_of(server).open("r+b") as file:
        file.truncate(size)
    server.start()


class Cable:
    """A network line to Redis that can be cut without anybody being told (half-open)."""

    def __init__(self, server: RedisServer) -> None:
        self._socket = str(server.socket)
        self._ends: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        self.url = ""

    async def _plugged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._ends += [writer, back]
        for task in (self._carry(reader, back), self._carry(there, writer)):
            self._tasks.add(asyncio.create_task(task))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if writer not in self._dead:
                    writer.write(data)
                    await writer.drain()
            if writer not in self._dead:
                writer.close()

    def cut(self) -> None:
        """What is connected now says nothing any more, and hears nothing; new lines are good."""
        self._dead.update(self._ends)

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[Cable]:
        listener = await asyncio.start_server(self._plugged, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listener.close()
            for writer in self._ends:
                writer.close()
            for task in self._tasks:
                task.cancel()
