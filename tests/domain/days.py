"""What a hall has told today."""

from __future__ import annotations

from queue_server.domain.events import Event
from queue_server.domain.hall import Position
from queue_server.engine.redis_hall import RedisHall


async def events_of(hall: RedisHall) -> list[Event]:
    """All events of the day so far."""
    return await hall.events(Position((await hall.view()).day, 0), 10_000)
