"""A courier's office: the memory of a hall, a receiver, and a courier between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ops.jobs.courier import Courier
from ops.jobs.post import Networks, Post
from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import Deliveries
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.archive.archiving import archiving, caught_up
from tests.conftest import Clock
from tests.databases import with_tables
from tests.ops.jobs.receiver import Receiver


@dataclass
class Office:
    """A receiver, a courier who goes when he is told, and what is on its way."""

    hall: RedisHall
    known: Configuration
    clock: Clock
    receiver: Receiver
    url: str

    def __post_init__(self) -> None:
        self.hooks = Webhooks(self.known.database)
        self.deliveries = Deliveries(self.known.database)
        self.post = Post(Networks(["127.0.0.0/8"]))
        self.courier = self.new_courier()

    def new_courier(self) -> Courier:
        return Courier(self.hooks, self.deliveries, self.post, self.clock)

    def hook(self, *kinds: str, **words: Any) -> HookEntry:
        where = words or {"hall": self.hall.id}
        return self.hooks.add(f"{self.url}/in", kinds or ("*",), self.clock(), **where)

    async def archive(self, hall: RedisHall | None = None) -> None:
        async with archiving(hall or self.hall, self.known.database, self.clock) as archivist:
            await caught_up(archivist, hall or self.hall)

    async def go(self, courier: Courier | None = None) -> None:
        """Archive what happened, and bring what can be brought now."""
        await self.archive()
        await self.round(courier)

    async def round(self, courier: Courier | None = None) -> None:
        courier = courier or self.courier
        await courier.work()
        await courier.settled()

    def ids(self) -> list[str]:
        return [one.id for one in self.receiver.taken]

    def seqs(self) -> list[int]:
        return [one.told["seq"] for one in self.receiver.taken]

    def states(self, hook: HookEntry) -> dict[str, int]:
        return {state: n for (id_, state), n in self.deliveries.counts().items() if id_ == hook.id}


@asynccontextmanager
async def office_of(
    hall: RedisHall, layout: Layout, folder: Path, clock: Clock
) -> AsyncIterator[Office]:
    receiver = Receiver()
    with _known(layout, folder, clock) as known:
        async with running(receiver.app) as url:
            made = Office(hall, known, clock, receiver, url)
            yield made
            receiver.hanging.set()
            await made.post.close()


@contextmanager
def _known(layout: Layout, folder: Path, clock: Clock) -> Iterator[Configuration]:
    """The test's hall, and another one of the same tenant."""
    with closing(Configuration(with_tables(f"sqlite:///{folder}/memory.db"))) as opened:
        opened.migrate()
        opened.publish(layout, Calendar.always(), "test", clock())
        opened.publish(replace(layout, hall="other"), Calendar.always(), "test", clock())
        yield opened
