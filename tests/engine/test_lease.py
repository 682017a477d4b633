"""One of several processes does a thing: the lease, on real Redis."""

from __future__ import annotations

import asyncio

import pytest

from queue_server.engine.connection import Address, Away, Connection
from queue_server.engine.lease import Lease

pytestmark = pytest.mark.anyio


async def test_one_at_a_time(connection: Connection) -> None:
    """The lease is held by one; let go, it is the next one's at once."""
    one, two = Lease(connection, "test:one"), Lease(connection, "test:one")

    assert (await one.hold(), await two.hold(), await one.hold()) == (True, False, True)
    await one.leave()
    assert await two.hold()
    await two.leave()


async def test_whoever_is_silent_loses_it(connection: Connection) -> None:
    """It ends by itself, and whoever comes back late sees that it is another's."""
    one, two = Lease(connection, "test:lost", 60), Lease(connection, "test:lost")
    assert await one.hold()

    async with asyncio.timeout(10):
        while not await two.hold():
            await asyncio.sleep(0.01)

    assert not await one.hold()
    await one.leave()
    assert await connection.call("GET", two.key)
    await two.leave()


async def test_redis_may_be_away_for_a_moment(redis_url: str) -> None:
    """Nobody asks again within a third of the time; who has no lease cannot get one."""
    redis = Connection(Address.parse(redis_url))
    await redis.open()
    one = Lease(redis, "test:away")
    assert await one.hold()

    await redis.close()

    assert await one.hold()
    with pytest.raises(Away):
        await Lease(redis, "test:away").hold()
