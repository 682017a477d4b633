"""Follow one hall and write everything down: nothing is missed, nothing stands there twice.

An edge follower. What has been written, and how far, is one transaction; whatever happens to this
process or to SQL, it goes on from there, and the stream keeps everything meanwhile. SQL is only
ever spoken to in a thread. When a day is closed and quiet it is sealed (`sealing.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from queue_server.archive.database import Database
from queue_server.archive.ledger import Elsewhere, Ledger, folded
from queue_server.archive.sealing import Read, Sealed, of_stream, seal, to_seal
from queue_server.domain.hall import Events, Hall, Position
from queue_server.domain.refusals import Refused
from queue_server.domain.story import Story

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the archivist goes about it, in seconds.

    After a batch it rests for `linger`, so that what comes meanwhile is one transaction; but not
    after one of `many` events, behind which there are more. It looks every `seal_every` for days
    to seal. Where SQL is away it tries again after `first_pause`, then each time twice as long, up
    to `longest_pause`.
    """

    linger: float = 0.5
    many: int = 400
    seal_every: float = 60.0
    first_pause: float = 0.1
    longest_pause: float = 5.0


class Archivist:
    """The archive's follower of one hall.

    `read` gives a stretch of a day's stream, for sealing. `start` is where an archive that knows
    nothing of the hall begins; without it, with the present day. `sealed` is called with each day
    that is sealed, in the transaction that seals it.
    """

    def __init__(
        self,
        hall: Hall,
        database: Database,
        read: Read,
        clock: Callable[[], int],
        *,
        start: Position | None = None,
        sealed: Sealed | None = None,
        threads: Executor | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.hall = hall
        self.pace = pace or Pace()
        self._start = start or Position("", 0)
        #: Up to where everything is written.
        self.position = self._start
        self._ledger = Ledger(database, hall.id)
        self._read, self._clock, self._sealed = read, clock, sealed
        self._threads = threads
        self._story = Story()
        self._away = False

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._seal_in_time())

    async def _follow(self) -> None:
        while True:
            try:
                await self._patiently(self._resume)
                async for events in self.hall.follow(self.position):
                    await self._patiently(partial(self._keep, events))
                    if len(events) < self.pace.many:
                        await asyncio.sleep(self.pace.linger)
            except Elsewhere as elsewhere:
                log.warning("%s; going to where SQL is", elsewhere)

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it, again and again while SQL is away; nothing else waits for this."""
        pause = self.pace.first_pause
        while True:
            try:
                await work()
            except Elsewhere:
                raise
            except Exception as error:
                self._complain(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, self.pace.longest_pause)
            else:
                self._recover()
                return

    def _complain(self, error: Exception) -> None:
        # A bug shall not lose anything either: it is said each time, and tried again.
        if not isinstance(error, (DBAPIError, OSError)):
            log.error("the archive of %s stumbles", self.hall.id, exc_info=error)
        elif not self._away:
            log.warning("the archive of %s waits for SQL: %s", self.hall.id, error)
        self._away = True

    def _recover(self) -> None:
        if self._away:
            log.info("the archive of %s goes on", self.hall.id)
        self._away = False

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **named))

    async def _resume(self) -> None:
        position = await self._in_thread(self._ledger.position)
        self.position = position or self._start
        self._story = await self._in_thread(self._ledger.story, self.position.day)

    async def _keep(self, events: Events) -> None:
        self._story = await self._in_thread(self._write, self._story, events)
        self.position = Position(events[-1].day, events[-1].seq)

    def _write(self, story: Story, events: Events) -> Story:
        day = events[0].day
        if story.day != day:
            story = self._ledger.story(day)
        after, touched = folded(story, events)
        self._ledger.write(events, after, touched, story.seq)
        return after

    # --- sealing

    async def _seal_in_time(self) -> None:
        while True:
            await asyncio.sleep(self.pace.seal_every)
            try:
                await self.seal()
            except (DBAPIError, OSError, Refused) as away:
                log.info("the days of %s are sealed later: %s", self.hall.id, away)
            except Exception:
                log.exception("the days of %s could not be sealed", self.hall.id)

    async def seal(self) -> list[str]:
        """Seal every closed day that may be; answers what is wrong with the others."""
        wrong = []
        for day in await self._in_thread(to_seal, self._ledger.database, self.hall.id):
            stream = await of_stream(self._read, day)
            if self.position.day == day and self.position.seq < stream.seq:
                continue  # It is about to be written.
            work = partial(seal, self._ledger, day, stream, self._clock(), self._sealed)
            if said := await self._in_thread(work):
                wrong.append(f"{day}: {said}")
        return wrong
