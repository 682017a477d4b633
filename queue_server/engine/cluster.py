"""Where a tenant's slot is in a cluster: asked of any node that answers, whenever somebody looks.

All keys of a tenant are in one slot (`keys.py`), so each tenant is with one primary and knows
nothing of the others. A slot that has moved, or whose replica was promoted, is found by whoever
connects again; a connection that hears that its slot is elsewhere connects again by itself.
"""

from __future__ import annotations

import asyncio
import random
from binascii import crc_hqx
from collections.abc import Sequence
from dataclasses import replace

from queue_server.engine.connection import Address, Away, Connection, RedisError, Reply, Where

SLOTS = 16384
SCHEMES = {"redis-cluster": "redis", "rediss-cluster": "rediss"}
#: So long (s) a map is as good as a new one, and so long one node may take to tell it.
FRESH, PATIENCE = 0.1, 0.5

#: First slot, last slot, and the primary that has them.
Range = tuple[int, int, Address]


def is_cluster(url: str) -> bool:
    """Whether a URL names a cluster."""
    return url.partition("://")[0] in SCHEMES


def seeds(url: str) -> list[Address]:
    """The nodes that `redis-cluster://[user:password@]host:port,host:port…` names, or the one Redis
    of another URL; raises ValueError."""
    scheme, _, rest = url.partition("://")
    if not is_cluster(url):
        return [Address.parse(url)]
    rest, _, path = rest.partition("/")
    if path:
        raise ValueError(f"{url!r} names a database, and a cluster has only one")
    who, at, places = rest.rpartition("@")
    if not all(places.split(",")):
        raise ValueError(f"{url!r} is not redis-cluster://host:port,host:port…")
    return [Address.parse(f"{SCHEMES[scheme]}://{who}{at}{one}") for one in places.split(",")]


def slot_of(tenant: str) -> int:
    """The slot of a tenant's keys: CRC16 of the hash tag (Redis cluster specification)."""
    return crc_hqx(tenant.encode(), 0) % SLOTS


class Cluster:
    """The primaries and their slots, looked up for each connecting anew, once for all who wait."""

    def __init__(self, nodes: Sequence[Address]) -> None:
        self._seeds = self._nodes = list(nodes)
        self._ranges: list[Range] = []
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    def where(self, tenant: str) -> Where:
        """Whoever knows where this tenant is."""
        slot = slot_of(tenant)

        async def found() -> Address:
            await self._look()
            for first, last, address in self._ranges:
                if first <= slot <= last:
                    return address
            raise Away(f"no node of the cluster has slot {slot}, where {tenant} is")

        return found

    async def primaries(self) -> list[Address]:
        """Every primary that has slots; raises `Away` when no node tells."""
        await self._look()
        return list(dict.fromkeys(address for _, _, address in self._ranges))

    async def uncovered(self) -> int:
        """How many slots nobody has."""
        await self._look()
        return SLOTS - sum(last - first + 1 for first, last, _ in self._ranges)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._looking:
            if loop.time() - self._looked < FRESH:
                return
            # In any order, so that one that is wrong about the others is not believed for ever.
            for node in random.sample(self._nodes, len(self._nodes)):
                if told := await _told(node):
                    self._believe(node, told)
                    self._looked = loop.time()
                    return
        raise Away("no node of the cluster answers")

    def _believe(self, told_by: Address, told: Reply) -> None:
        known = dict.fromkeys(self._seeds)
        self._ranges = []
        for first, last, *nodes in told:
            addresses = [_address(told_by, *node[:2]) for node in nodes]
            known.update(dict.fromkeys(addresses))
            self._ranges.append((first, last, addresses[0]))
        self._nodes = list(known)


def _address(told_by: Address, host: str | None, port: int) -> Address:
    # A node that knows no name of its own means the one at which it was asked.
    return replace(told_by, host=host or told_by.host, port=port)


async def _told(node: Address) -> Reply:
    """CLUSTER SLOTS as a node has it; None when it does not answer."""
    connection = Connection(node)
    try:
        async with asyncio.timeout(PATIENCE):
            await connection.open()
            return await connection.call("CLUSTER", "SLOTS")
    except (Away, RedisError, TimeoutError):
        return None
    finally:
        await connection.close()
