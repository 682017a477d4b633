"""An archivist at work, for as long as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any

from sqlalchemy import select

from queue_server.archive.archivist import Archivist, Pace
from queue_server.archive.database import Database
from queue_server.archive.ledger import SHELVES
from queue_server.domain.hall import Events, Position
from queue_server.domain.story import Story
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import called, open_windows, serve, take

#: No rest, and sealing only when a test says so.
QUICK = Pace(linger=0, seal_every=3600, first_pause=0.02, longest_pause=0.1)
PATIENCE = 40
#: When every day may go (ms).
LONG_AFTER = 400 * 24 * 3600 * 1000


def archivist_of(
    hall: RedisHall, database: Database, clock: Callable[[], int] | None = None, **named: Any
) -> Archivist:
    return Archivist(hall, database, hall.events, clock or Clock(), **({"pace": QUICK} | named))


@asynccontextmanager
async def archiving(
    hall: RedisHall, database: Database, clock: Callable[[], int] | None = None, **named: Any
) -> AsyncIterator[Archivist]:
    """It works in the background; afterwards it is killed without a goodbye."""
    archivist = archivist_of(hall, database, clock, **named)
    work = asyncio.create_task(archivist.run())
    try:
        yield archivist
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def caught_up(archivist: Archivist, hall: RedisHall) -> None:
    """Until everything that was told is written."""
    view = await hall.view()
    async with asyncio.timeout(PATIENCE):
        while archivist.position != (view.day, view.seq):
            await asyncio.sleep(0.01)


async def stream_of(hall: RedisHall, day: str = "") -> Events:
    """All events of a day, from Redis."""
    found: Events = []
    day = day or (await hall.view()).day
    while more := await hall.events(Position(day, found[-1].seq if found else 0), 1000):
        found += more
    return found


def shelves(database: Database, hall: str, day: str) -> dict[str, dict[Any, Any]]:
    """What SQL has of a day, by table and key, as plain values."""
    found: dict[str, dict[Any, Any]] = {}
    with database.reading() as session:
        for shelf in SHELVES:
            at = shelf.table.c
            rows = session.execute(
                select(*(at[name] for name in shelf.columns)).where(at.hall == hall, at.day == day)
            )
            found[shelf.name] = {
                tuple(row._mapping[name] for name in shelf.key[2:]): dict(row._mapping)
                for row in rows
            }
    return found


def told(story: Story) -> dict[str, dict[Any, Any]]:
    """The same of a story."""
    return {
        shelf.name: {
            key if isinstance(key, tuple) else (key,): {
                one.name: getattr(record, one.name) for one in fields(record)
            }
            for key, record in getattr(story, shelf.name).items()
        }
        for shelf in SHELVES
    }


async def some_day(hall: RedisHall, clock: Clock) -> None:
    """A little of everything."""
    await open_windows(hall, "1", "3", "4")
    for code in ("G1", "P1", "S1", "T1", "G1"):
        await take(hall, code, **({"booking": "b1"} if code == "P1" else {}))
        clock.pass_(minutes=2)
    first = await serve(hall, "1")
    await hall.rate(first, 5)
    await called(hall, "3")
    await hall.transfer("3", lane="social")
    await hall.undo("3")
    await hall.recall("3")
    clock.pass_(minutes=5)
    await hall.no_show("3")
    await called(hall, "4")
    await hall.hold("4")


async def whole_day(hall: RedisHall, clock: Clock) -> str:
    """The same, and closed."""
    await some_day(hall, clock)
    await hall.close_day("force")
    return (await hall.view()).day
