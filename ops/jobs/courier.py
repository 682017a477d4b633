"""Carries letters to their receivers: in order on each line, many lines at once.

A line is one hook and one hall: its next letter goes out when the one before it was taken or is
dead. One courier works at a time, whoever holds the lease; another takes over when it dies, and
may then say the last letter once more (the receiver knows it by its id).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from ops.jobs.outbox import Outbox
from ops.jobs.post import Answer
from queue_server.archive.deliveries import DEAD, Deliveries, Delivery
from queue_server.archive.errors import Unknown
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.engine.connection import Away, RedisError
from queue_server.engine.lease import Lease

#: How often the log is looked at (s); a line that is under way does not wait for it.
EVERY = 0.5
#: Lines on their way at once, altogether and of one hook.
TOGETHER, OF_ONE = 50, 10
#: So long (ms) after a courier has died another one goes on.
LEASE = 6_000

log = logging.getLogger(__name__)


class Sender(Protocol):
    """Whoever brings a letter to its receiver."""

    def send(self, url: str, secret: str, name: str, body: str, at: int) -> Awaitable[Answer]:
        """Send one letter."""


class Courier:
    """Brings everything where it belongs, for as long as it runs."""

    def __init__(
        self,
        webhooks: Webhooks,
        deliveries: Deliveries,
        sender: Sender,
        clock: Callable[[], int],
        lease: Lease | None = None,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._outbox = Outbox(webhooks, deliveries)
        self._sender = sender
        self._clock = clock
        self._lease = lease
        self._lines: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._all = asyncio.Semaphore(TOGETHER)
        #: Whether SQL was away when it was last asked; that is said once.
        self._away = False
        self._each: dict[int, asyncio.Semaphore] = {}

    async def run(self) -> None:
        """For ever."""
        try:
            while True:
                await self._once()
                await asyncio.sleep(EVERY)
        finally:
            await self._stop()
            if self._lease:
                with suppress(Away, RedisError):
                    await self._lease.leave()

    async def _once(self) -> None:
        try:
            if await self._on_duty():
                await self.work()
            else:
                await self._stop()
            self._away = False
        except DBAPIError as error:
            if not self._away:
                log.warning("webhooks wait for the database: %s", error.orig)
            self._away = True
        except Exception:
            # One bad moment must not stop the post for ever.
            log.exception("the courier stumbled")

    async def _on_duty(self) -> bool:
        try:
            return self._lease is None or await self._lease.hold()
        except (Away, RedisError) as error:
            log.debug("the lease: %s", error)
            return False

    async def work(self) -> None:
        """Write down what is new, and set off where something is to be brought."""
        await asyncio.to_thread(self._outbox.gather, self._clock())
        for line in await asyncio.to_thread(self._deliveries.lines, self._clock()):
            if line not in self._lines:
                task = asyncio.create_task(self._line(*line), name=f"hook {line[0]} {line[1]}")
                self._lines[line] = task
                task.add_done_callback(partial(self._ended, line))

    async def settled(self) -> None:
        """Until nobody is on the way any more."""
        while self._lines:
            await asyncio.gather(*self._lines.values(), return_exceptions=True)
            await asyncio.sleep(0)

    def _ended(self, line: tuple[int, str], task: asyncio.Task[None]) -> None:
        self._lines.pop(line, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s: %s", task.get_name(), error, exc_info=error)

    async def _stop(self) -> None:
        tasks = list(self._lines.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _line(self, hook: int, hall: str) -> None:
        each = self._each.setdefault(hook, asyncio.Semaphore(OF_ONE))
        async with each, self._all:
            with suppress(Unknown):  # It was removed meanwhile.
                entry = await asyncio.to_thread(self._webhooks.hook, hook)
                # Other lines of this hook want their turn, too.
                for letter in await asyncio.to_thread(self._deliveries.next, hook, hall):
                    if not await self._bring(entry, letter):
                        return

    async def _bring(self, hook: HookEntry, letter: Delivery) -> bool:
        """Whether the next letter of the line may go out now."""
        now = self._clock()
        if letter.next_try > now:
            return False
        answer = await self._sender.send(hook.url, hook.secret, letter.event, letter.body, now)
        post, then = self._deliveries, self._clock()
        if answer.taken:
            await asyncio.to_thread(post.took, letter.id, then, answer.status)
            return True
        state = await asyncio.to_thread(post.failed, letter.id, then, answer.status, answer.error)
        if state == DEAD:
            log.error("hook %s: %s is a dead letter: %s", hook.id, letter.event, answer.error)
        return state == DEAD
