"""The home of a tenant's halls: a line for commands and a reader, both to where its keys are.

One Redis is the home of all tenants. In a cluster each tenant has a home of its own, three
connections to the primary of its slot: whatever becomes of another primary, it is not in their
way, and a blocking read is of one slot, as a cluster wants it.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from queue_server.engine.cluster import Cluster, is_cluster, seeds
from queue_server.engine.connection import Away, Connection, RedisError
from queue_server.engine.feed import Feed
from queue_server.engine.library import load, source
from queue_server.engine.redis_hall import PATIENCE

#: So long (s) Redis may take to answer when somebody is to begin.
OPENED_WITHIN = 2.5


class Home(NamedTuple):
    """Where a tenant's keys are: for commands, and for reading."""

    redis: Connection
    feed: Feed


class Homes:
    """The homes of all tenants, each opened when it is first asked for; `url` names one Redis or a
    cluster. A Redis that is away is waited for in the background."""

    def __init__(self, url: str) -> None:
        nodes = seeds(url)
        self._address = nodes[0]
        self._cluster = Cluster(nodes) if is_cluster(url) else None
        self._homes: dict[str, Home] = {}
        self._opening: list[asyncio.Task[None]] = []

    def of(self, tenant: str) -> Home:
        """The home of a tenant; it may still be on its way there."""
        name = tenant if self._cluster else ""
        if name not in self._homes:
            where = self._cluster.where(tenant) if self._cluster else self._address
            home = self._homes[name] = Home(Connection(where, prepare=load), Feed(where))
            # Nobody waits: others' homes are no worse for one that is away.
            self._opening.append(asyncio.create_task(_open(home), name=f"home of {name or 'all'}"))
        return self._homes[name]

    async def open(self, *, patient: bool = False) -> None:
        """Look whether Redis is there, of a cluster any node; raises `Away` when it is not, unless
        one is `patient`."""
        try:
            if self._cluster:
                await self._cluster.primaries()
            else:
                async with asyncio.timeout(OPENED_WITHIN):
                    await self.of("").redis.wait_ready()
        except (Away, TimeoutError):
            if not patient:
                raise Away("Redis does not answer") from None

    async def ready(self) -> bool:
        """Whether Redis answers and knows our functions: in a cluster some home, or, while there
        is none, some node. A server must not be taken for dead when one of the primaries is."""
        homes = list(self._homes.values()) if self._cluster else [self.of("")]
        if self._cluster and not homes:
            return bool(await self._cluster.primaries())
        # The first that is well speaks for us; nobody waits for one that says nothing.
        for answer in asyncio.as_completed(map(_ready, homes)):
            if await answer:
                return True
        return False

    async def close(self) -> None:
        """Let go of all of them."""
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for home in self._homes.values():
            await home.feed.close()
            await home.redis.close()


async def _open(home: Home) -> None:
    await home.redis.open(patient=True)
    await home.feed.open(patient=True)


async def _ready(home: Home) -> bool:
    """A line that has just broken has as long to come back as a command waits for that."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    told = await home.redis.call("FCALL_RO", "jiaohao_digest", 0)
                    return bool(told == source()[1])
                except Away:
                    await home.redis.wait_ready()
    except (TimeoutError, RedisError):
        return False
