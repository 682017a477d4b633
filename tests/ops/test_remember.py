"""One process remembers for all, and old sealed days leave Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.remember import Memory, Remember, expire
from queue_server.archive.database import Database
from queue_server.archive.history import History
from queue_server.engine.connection import Connection
from queue_server.engine.lease import Lease
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import QUICK, stream_of
from tests.conftest import Clock
from tests.databases import with_tables
from tests.engine.stories import open_windows, serve, take

pytestmark = pytest.mark.anyio

DAY = 24 * 3_600_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(with_tables(f"sqlite:///{tmp_path}/hall.db"))
    opened.migrate()
    yield opened
    opened.close()


async def test_of_two_processes_one_remembers(
    hall: RedisHall, database: Database, connection: Connection, clock: Clock
) -> None:
    """The other takes its place when it goes; old days are let go by whoever it is."""

    async def halls() -> list[RedisHall]:
        return [hall]

    await connection.call("DEL", Lease(connection, "archive").key)
    memory = Memory(keep_days=1, pace=QUICK)
    one, two = (Remember(halls, database, connection, memory=memory, clock=clock) for _ in range(2))
    first = asyncio.create_task(one.run())
    async with asyncio.timeout(20):
        while not one.archivists:
            await asyncio.sleep(0.01)
    second = asyncio.create_task(two.run())
    await open_windows(hall, "1")
    await take(hall, "G1")
    await serve(hall, "1")
    assert two.archivists == {}
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await hall.close_day("wait")
    day = (await hall.view()).day
    stream = await stream_of(hall)
    history = History(database)
    async with asyncio.timeout(30):
        while history.day_events(hall.id, day) != stream:
            await asyncio.sleep(0.05)
    assert await two.archivists[hall.id].seal() == []

    clock.pass_(minutes=3 * 24 * 60)
    await hall.open_day()
    async with asyncio.timeout(30):
        while len(history.days(hall.id)) < 2:
            await asyncio.sleep(0.05)
    assert await two.expire() == []
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert await stream_of(hall, day) == []
    assert history.day_events(hall.id, day) == stream
    assert await expire(hall, connection, database, 1, clock()) == []
