"""Look at everything a hall stands on, and say what is wrong and what to do."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
from rich.console import Console
from rich.table import Table

from ops import devices, redis_checks
from ops.auditing import halls_now, read_day
from ops.configured import configuration
from ops.settings import Settings
from ops.supervisor import redis_now
from ops.terminal import settings_with_log
from queue_server.archive.history import History
from queue_server.domain.refusals import Unavailable
from queue_server.domain.view import HallView
from queue_server.engine.connection import Away
from queue_server.engine.private_redis import CannotStart
from queue_server.engine.redis_hall import RedisHall

ROOM = 1 << 30


@dataclass(frozen=True, slots=True)
class Result:
    """How one thing is."""

    what: str
    well: bool
    words: str


def command() -> None:
    """Look at Redis, SQL, the disk, the clock and the server, and say what is wrong."""
    table = Table("what", "how it is")
    results = asyncio.run(everything(settings_with_log()))
    for one in results:
        table.add_row(one.what, f"[{'green' if one.well else 'red'}]{one.words}")
    Console().print(table)
    if not all(one.well for one in results):
        raise SystemExit(1)


async def everything(settings: Settings) -> list[Result]:
    """All checks, in the order in which things build on each other."""
    looks: list[tuple[str, Callable[[Settings], AsyncIterator[Result]]]] = [
        ("disk", _disk),
        ("SQL", _sql),
        ("Redis", _redis),
        ("server", _server),
        ("archive", _archive),
        ("devices", _devices),
    ]
    found = []
    for what, look in looks:
        try:
            found += [one async for one in look(settings)]
        except (OSError, CannotStart, Away, ValueError) as error:
            found.append(Result(what, False, str(error)))
    return found


async def _disk(settings: Settings) -> AsyncIterator[Result]:
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    words = f"{free / 2**30:.1f} GiB free in {settings.data}"
    yield Result("disk", free > ROOM, words if free > ROOM else words + "; make room")


async def _sql(settings: Settings) -> AsyncIterator[Result]:
    halls = configuration(settings).halls()
    yield Result("SQL", True, f"{len(halls)} hall(s) published")


async def _redis(settings: Settings) -> AsyncIterator[Result]:
    async with redis_now(settings) as url:
        for one in await redis_checks.everything(url, settings.jobs):
            yield Result(*one)


async def _archive(settings: Settings) -> AsyncIterator[Result]:
    for day in History(configuration(settings).database).days(troubled=True):
        yield Result("archive", False, f"{day.hall} {day.day}: {day.trouble}")


async def _devices(settings: Settings) -> AsyncIterator[Result]:
    file = settings.devices_file
    if file and file.exists():
        found = devices.read(file, settings.data)
        yield Result("devices", True, f"{len(found.names)} named in {file}")
    async with halls_now(settings) as halls:
        away = set()
        for hall in await halls.every():
            if hall.redis in away:
                continue  # Said of one of its halls already.
            try:
                for one in await _devices_of(hall):
                    yield one
            except Unavailable as error:
                away.add(hall.redis)
                yield Result(hall.id, False, str(error))


async def _devices_of(hall: RedisHall) -> list[Result]:
    opening = await hall.opening()
    if opening is None:
        return []
    found = []
    for one in HallView().after(await read_day(hall, opening.day)).devices.values():
        words = f"{one.sort} in {hall.id}: {one.state} {one.error}".rstrip()
        found.append(Result(one.id, one.state in ("ok", "warning"), words))
    return found


async def _server(settings: Settings) -> AsyncIterator[Result]:
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(f"{settings.server}/readyz")
        yield Result("server", answer.status_code == 200, f"{settings.server}: {answer.text}")
    except httpx.HTTPError:
        yield Result("server", True, f"not running at {settings.server}")
