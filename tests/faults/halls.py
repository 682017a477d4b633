"""Halls on a Redis that a test may ill-treat."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
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


def lose_since(server: RedisServer, size: int) -> None:
    """A power cut after which the disk knows only the first `size` bytes of the log."""
    server.kill()
    with log_of(server).open("r+b") as file:
        file.truncate(size)
    server.start()
