"""Keep the memory: an archivist for every hall, in one server process, and old streams let go.

Every process may run this; the one that holds the lease writes. Should two believe for a moment
that they do, nothing is written twice (`archive/ledger.py`); it only costs work. All halls share
one thread for SQL, which has one writer at a time anyway, so that a slow database never takes the
threads of others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import DBAPIError

from queue_server.archive.archivist import Archivist, Pace
from queue_server.archive.database import Database
from queue_server.archive.expiry import gone, may_go
from queue_server.archive.sealing import Sealed
from queue_server.domain.refusals import Unavailable
from queue_server.engine.connection import Away, Connection, RedisError
from queue_server.engine.expiry import first_day, let_go
from queue_server.engine.lease import Lease
from queue_server.engine.redis_hall import RedisHall, wall_clock

#: Seconds between two looks at who writes and which halls there are; and at what may go.
EVERY = 4.0
#: Transactions of all halls together: each costs far more than one more event in it.
MOST_A_SECOND = 20
SOON, EXPIRE_EVERY = 60.0, 3600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """How long Redis keeps a sealed day (in days), and the archivists' pace."""

    keep_days: int = 30
    pace: Pace = field(default_factory=Pace)


class Remember:
    """The archivists of all halls; `redis` keeps the lease. `sealed` is called with each sealed
    day, in its transaction."""

    def __init__(
        self,
        halls: Callable[[], Awaitable[list[RedisHall]]],
        database: Database,
        redis: Connection,
        *,
        memory: Memory | None = None,
        sealed: Sealed | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        self.archivists: dict[str, Archivist] = {}
        self._halls, self._database = halls, database
        self._memory, self._sealed, self._clock = memory or Memory(), sealed, clock
        self._lease = Lease(redis, "archive")
        self._threads = ThreadPoolExecutor(1, "archive")
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        expiring = asyncio.create_task(self._expire_in_time(), name="expiry")
        try:
            while True:
                try:
                    await self._tend()
                except (Away, Unavailable, RedisError, DBAPIError, OSError) as away:
                    # Whoever writes goes on; there is nothing to do about it here.
                    log.info("the memory is looked after later: %s", away)
                except Exception:
                    log.exception("the memory stumbled")
                await asyncio.sleep(EVERY)
        finally:
            expiring.cancel()
            await self._stop()
            with suppress(Away, RedisError, TimeoutError):
                async with asyncio.timeout(1):
                    await self._lease.leave()
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _tend(self) -> None:
        if not await self._lease.hold():
            await self._stop()
            return
        halls = await self._halls()
        pace = self._memory.pace
        pace = replace(pace, linger=max(pace.linger, len(halls) / MOST_A_SECOND))
        for hall in halls:
            task = self._tasks.get(hall.id)
            if task is None or task.done():
                if task and not task.cancelled() and (error := task.exception()):
                    log.error("the archivist of %s begins again", hall.id, exc_info=error)
                with suppress(Away):  # It begins later, and the others' go on.
                    await self._begin(hall, pace)

    async def _begin(self, hall: RedisHall, pace: Pace) -> None:
        archivist = self.archivists[hall.id] = Archivist(
            hall,
            self._database,
            hall.events,
            self._clock,
            start=await first_day(hall.redis, hall.root),
            sealed=self._sealed,
            threads=self._threads,
            pace=pace,
        )
        self._tasks[hall.id] = asyncio.create_task(archivist.run(), name=f"archive of {hall.id}")

    async def _stop(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self.archivists.clear()

    async def _expire_in_time(self) -> None:
        while True:
            await asyncio.sleep(SOON)
            try:
                if self._tasks:
                    await self.expire()
            except Exception:
                log.exception("old days could not be let go")
            await asyncio.sleep(EXPIRE_EVERY)

    async def expire(self) -> list[str]:
        """Let Redis go of old sealed days; answers what spoke against any."""
        days, wrong = self._memory.keep_days, []
        for hall in await self._halls():
            try:
                wrong += await expire(hall, hall.redis, self._database, days, self._clock())
            except Away as away:
                wrong.append(f"{hall.id}: {away}")
        return wrong


async def expire(
    hall: RedisHall, redis: Connection, database: Database, days: int, now: int
) -> list[str]:
    """Delete what Redis has of the days of a hall that were sealed more than `days` days ago;
    answers what spoke against any of them."""
    wrong = []
    for day, count in await asyncio.to_thread(may_go, database, hall.id, days, now):
        if said := await let_go(redis, hall.root, day, count):
            log.error("%s %s stays in Redis: %s", hall.id, day, said)
            wrong.append(f"{hall.id} {day}: {said}")
        else:
            await asyncio.to_thread(gone, database, hall.id, day, now)
    return wrong
