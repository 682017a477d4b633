"""Read one hall-day's stream, from Redis or through a server, and let the auditor judge it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import typer
from rich.console import Console

from ops.configured import configuration
from ops.halls import Halls
from ops.settings import Settings
from ops.supervisor import redis_now
from ops.terminal import settings_with_log
from queue_server.archive.errors import Invalid, Unknown
from queue_server.audit.auditor import Verdict, audit
from queue_server.domain.hall import Events, Position
from queue_server.engine.homes import Homes
from queue_server.engine.redis_hall import RedisHall

AT_ONCE = 1000


def command(
    hall: Annotated[str, typer.Option(help="which hall")] = "demo",
    day: Annotated[str, typer.Option(help="which day; the newest if none")] = "",
) -> None:
    """Prove or refute, from a day's events alone, everything that the hall promises."""
    verdict = asyncio.run(audit_day(settings_with_log(), hall, day))
    for line in verdict.lines():
        Console().print(line, markup=False, highlight=False, soft_wrap=True)
    if not verdict.clean:
        raise SystemExit(1)


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
        homes = Homes(await stack.enter_async_context(redis_now(settings)))
        stack.push_async_callback(homes.close)
        await homes.open()
        yield Halls(known, homes.of)


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
