"""What a ticket and a hall cost, for whoever must know how large a machine to buy.

A ticket is a whole visit (`take`, `call_next`, `start`, `finish`) over HTTP, archive included:
processor time of server (its archive is a process of its own, and counted) and Redis, bytes that
stay in Redis (until the day has been archived and kept long enough) and in SQL (SQLite here). A
hall is open with three windows, and nobody is there: memory of the server and processor time for
each second that passes. There is no floor: the ratio is to one.
`python -m loadtest.bench_prices` prints them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis

from loadtest.bench_servers import idle
from loadtest.bench_stage import HALL, SERVICE, Clerk, Server, Stage, many_windows, opened, stage
from loadtest.figures import Figure, figure
from loadtest.processes import family, resident, worked


@dataclass(frozen=True)
class Load:
    """So many visits, at so many windows; so many halls, looked at for so many seconds. After
    `settled` (s) whatever comes late has begun."""

    visits: int = 4000
    windows: int = 20
    halls: int = 200
    seconds: float = 20.0
    settled: float = 6.0


SHORT = Load(400, 10, 20, 8.0)
#: So many visits there are before anything is measured.
FIRST = 40


class Meters(NamedTuple):
    """Processor time (s) of server and Redis, bytes in Redis and in SQL."""

    server: float
    redis: float
    kept: float
    written: float


async def run(load: Load | None = None) -> list[Figure]:
    """Tickets first, then halls, each on a stage of its own."""
    load = load or Load()
    return [*await _tickets(load), *await _halls(load)]


async def _tickets(load: Load) -> list[Figure]:
    plan = many_windows(HALL, load.windows)
    async with stage([plan]) as halls, halls.server() as server:
        windows = [str(number) for number in range(1, load.windows + 1)]
        clerks = [halls.clerk(server) for _ in windows]
        # The first of everything is dearer: connections, plans, tables.
        await opened(clerks[0], windows, FIRST)
        before = await _meters(halls, server, load, clerks[0])
        each = load.visits // load.windows
        await asyncio.gather(
            *(_serve(clerk, window, each) for clerk, window in zip(clerks, windows, strict=True))
        )
        after = await _meters(halls, server, load, clerks[0])
        for clerk in clerks:
            clerk.close()
    spent = [(b - a) / (each * load.windows) for a, b in zip(before, after, strict=True)]
    names = ("server, processor", "Redis, processor", "bytes in Redis", "bytes in SQL")
    units, scales = ("µs", "µs", "bytes", "bytes"), (1e6, 1e6, 1, 1)
    return [
        figure(f"price of a ticket: {name}", value * scale, 1, unit)
        for name, value, scale, unit in zip(names, spent, scales, units, strict=True)
    ]


async def _serve(clerk: Clerk, window: str, visits: int) -> None:
    for _ in range(visits):
        await clerk.told("take", service=SERVICE)
        await clerk.told("call_next", window=window)
        await clerk.told("start", window=window)
        await clerk.told("finish", window=window)


async def _meters(halls: Stage, server: Server, load: Load, clerk: Clerk) -> Meters:
    await asyncio.sleep(load.settled)
    # What is owed to the archive belongs to the tickets.
    await halls.archived(clerk)
    await idle([server])
    async with Redis.from_url(halls.redis.url) as redis:
        cpu, memory = await redis.info("cpu"), await redis.info("memory")
    return Meters(
        _worked(server),
        cpu["used_cpu_user"] + cpu["used_cpu_sys"],
        memory["used_memory"],
        _written(halls.folder / "jiaohao.sqlite"),
    )


def _worked(server: Server) -> float:
    return sum(worked(pid) for pid in family(server.pid))


def _resident(server: Server) -> float:
    return sum(resident(pid) for pid in family(server.pid))


def _written(file: Path) -> int:
    """How large a database is, with what has not come from its log into the file yet."""
    with closing(sqlite3.connect(file)) as database:
        pages, size = (
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
    return int(pages * size)


async def _halls(load: Load) -> list[Figure]:
    plans = [many_windows(f"hall{number:03}", 3) for number in range(load.halls + 1)]
    async with stage(plans) as halls, halls.server() as server:
        first, *others = [halls.clerk(server, plan.hall) for plan in plans]
        await opened(first, "123", 5)
        await asyncio.sleep(load.settled)
        before = _resident(server)
        for clerk in others:
            await opened(clerk, "123", 5)
            clerk.close()
        await asyncio.sleep(load.settled)
        after, began = _resident(server), _worked(server)
        await asyncio.sleep(load.seconds)
        spent = _worked(server) - began
        first.close()
    return [
        figure("price of an open hall: memory", (after - before) / load.halls, 1, "kB"),
        figure("price of an open hall: processor", spent / load.seconds / load.halls * 1e3, 1, "‰"),
    ]


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
