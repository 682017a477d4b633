"""A day that has left Redis: its events stand in the archive, and nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any

from queue_server.archive.configuration import Configuration
from queue_server.archive.entries import COLUMNS, entry
from queue_server.archive.memory import DayRow, EventRow
from queue_server.domain.hall import Position
from queue_server.engine import keys
from queue_server.engine.connection import Connection
from queue_server.engine.redis_hall import RedisHall


async def archive(
    configuration: Configuration, connection: Connection, hall: RedisHall, day: str
) -> None:
    """Move all events of a day into the archive."""
    events = await hall.events(Position(day, 0), 100_000)
    entries: list[dict[str, Any]] = [
        dict(zip(COLUMNS, entry(hall.id, one), strict=True)) for one in events
    ]
    known = DayRow(hall=hall.id, day=day, date=day, opened=events[0].at, seq=events[-1].seq)

    def write() -> None:
        with configuration.database.writing() as session:
            session.add(known)
            session.add_all(EventRow(**one) for one in entries)

    await asyncio.to_thread(write)
    await connection.call("DEL", keys.events(keys.day_root(hall.root, day)))
