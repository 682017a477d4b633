"""Read one hall-day's stream, from Redis or through a server, and let the auditor judge it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from ops.compose import Halls, configuration
from ops.settings import Settings
from ops.supervisor import redis_now
from queue_server.archive.errors import Invalid, Unknown
from queue_server.audit.auditor import Verdict, audit
from queue_server.domain.hall import Events, Position
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall

AT_ONCE = 1000


async def read_day(hall: RedisHall, day: str) -> Events:
    """All events of one day."""
    found: Events = []
    while more := await hall.events(Position(day, found[-1].seq if found else 0), AT_ONCE):
        found += more
    return found


@asynccontextmanager
async def halls_now(settings: Settings) -> AsyncIterator[Halls]:
    """The halls as Redis has them, for a look; nothing is followed."""
    async with AsyncExitStack() as stack:
        known = configuration(settings)
        stack.callback(known.close)
        address = Address.parse(await stack.enter_async_context(redis_now(settings)))
        redis = Connection(address, prepare=load)
        await redis.open()
        stack.push_async_callback(redis.close)
        yield Halls(known, redis, Feed(address))


async def audit_day(settings: Settings, hall: str, day: str = "") -> Verdict:
    """The verdict on a hall-day (the newest when none is named); raises `Unknown`."""
    async with halls_now(settings) as halls:
        found = await halls.hall(hall)
        if found is None:
            raise Unknown("hall", hall)
        opening = await found.opening()
        if opening is None:
            raise Invalid("day", f"{hall} has not been opened yet")
        events = await read_day(found, day or opening.day)
    if not events:
        raise Unknown("day", day or opening.day)
    return audit(events)
