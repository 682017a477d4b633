"""Old sealed days leave Redis, with every key of theirs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from queue_server import engine
from queue_server.archive.database import Database
from queue_server.archive.expiry import gone, may_go
from queue_server.archive.history import History
from queue_server.domain.hall import Position
from queue_server.engine import keys
from queue_server.engine.connection import Connection
from queue_server.engine.expiry import PARTS, first_day, let_go
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import LONG_AFTER, archiving, caught_up, whole_day
from tests.conftest import Clock
from tests.engine.stories import open_windows, take

pytestmark = pytest.mark.anyio


async def test_redis_lets_go_of_old_sealed_days(
    hall: RedisHall, database: Database, clock: Clock, connection: Connection
) -> None:
    """Every key of the old day, and nothing of the new one; who follows from the old one's place
    gets the start of the present day."""
    async with archiving(hall, database, clock) as archivist:
        old = await whole_day(hall, clock)
        await caught_up(archivist, hall)
        clock.pass_(minutes=24 * 60)
        await hall.open_day()
        await open_windows(hall, "1")
        await caught_up(archivist, hall)
        await archivist.seal()
    new = (await hall.view()).day
    later = clock() + LONG_AFTER

    (found,) = may_go(database, hall.id, 30, later)
    assert may_go(database, hall.id, 30, clock()) == []
    assert "present day" in await let_go(connection, hall.root, new, 2)
    assert "events" in await let_go(connection, hall.root, old, found[1] + 1)
    assert await let_go(connection, hall.root, *found) == ""
    gone(database, hall.id, found[0], later)

    left = await connection.call("KEYS", f"{hall.root}*")
    assert [key for key in left if key.startswith(keys.day_root(hall.root, old))] == []
    assert keys.events(keys.day_root(hall.root, new)) in left
    assert await let_go(connection, hall.root, *found) == ""
    assert may_go(database, hall.id, 30, later) == []
    assert await first_day(connection, hall.root) == Position(new, 0)
    async with asyncio.timeout(20):
        async for events in hall.follow(Position(old, 3)):
            assert [event.seq for event in events] == [1, 2]
            assert events[0].day == new
            break
    await take(hall, "G1")
    assert len(History(database).day_events(hall.id, old)) == found[1]


def test_every_key_of_a_day_is_known() -> None:
    """What the Lua library keeps below a day's root is what expires."""
    folder = Path(engine.__file__).parent / "lua"
    spelled = {
        name
        for file in folder.glob("*.lua")
        for name in re.findall(r"root \.\. ':([a-z_]+):?'", file.read_text("utf-8"))
    }
    # `days` is the hall's.
    assert spelled - {"events", "lane", "days"} == set(PARTS)
