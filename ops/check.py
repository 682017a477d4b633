"""Look at everything a hall stands on, and say what is wrong and what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx

from ops import devices
from ops.auditing import halls_now, read_day
from ops.compose import configuration
from ops.settings import Settings
from ops.supervisor import redis_now
from queue_server.archive.history import History
from queue_server.domain.view import HallView
from queue_server.engine.connection import Address, Away, Connection
from queue_server.engine.private_redis import CannotStart
from queue_server.engine.redis_hall import wall_clock

ROOM = 1 << 30
OFF_BY = 2000


@dataclass(frozen=True, slots=True)
class Result:
    """How one thing is."""

    what: str
    well: bool
    words: str


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
        connection = Connection(Address.parse(url))
        await connection.open()
        try:
            yield await _redis_version(connection.call)
            words = "every write is on disk before it is answered"
            weak = "a crash can lose its last second (appendfsync is not always)"
            yield Result("Redis log", True, words if connection.durable else weak)
            seconds, micros = await connection.call("TIME")
            off = abs(wall_clock() - int(seconds) * 1000 - int(micros) // 1000)
            yield Result("clock", off < OFF_BY, f"{off} ms between this machine and Redis")
        finally:
            await connection.close()


async def _redis_version(call: Callable[..., Awaitable[str]]) -> Result:
    told = await call("INFO", "server")
    version = told.partition("redis_version:")[2].partition("\r\n")[0]
    new_enough = int(version.partition(".")[0]) >= 7
    words = f"version {version}" + ("" if new_enough else "; it must be 7.0 or newer")
    return Result("Redis", new_enough, words)


async def _archive(settings: Settings) -> AsyncIterator[Result]:
    for day in History(configuration(settings).database).days(troubled=True):
        yield Result("archive", False, f"{day.hall} {day.day}: {day.trouble}")


async def _devices(settings: Settings) -> AsyncIterator[Result]:
    file = settings.devices_file
    if file and file.exists():
        found = devices.read(file, settings.data)
        yield Result("devices", True, f"{len(found.names)} named in {file}")
    async with halls_now(settings) as halls:
        for hall in await halls.every():
            if opening := await hall.opening():
                view = HallView().after(await read_day(hall, opening.day))
                for one in view.devices.values():
                    words = f"{one.sort} in {hall.id}: {one.state} {one.error}".rstrip()
                    yield Result(one.id, one.state in ("ok", "warning"), words)


async def _server(settings: Settings) -> AsyncIterator[Result]:
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(f"{settings.server}/readyz")
        yield Result("server", answer.status_code == 200, f"{settings.server}: {answer.text}")
    except httpx.HTTPError:
        yield Result("server", True, f"not running at {settings.server}")
