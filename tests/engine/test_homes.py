"""In a cluster each tenant is with one primary, wherever that is just now."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from queue_server.audit.auditor import audit
from queue_server.domain.events import TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Unavailable
from queue_server.engine import homes as homes_module
from queue_server.engine.cluster import slot_of
from queue_server.engine.connection import Address, Away, Connection
from queue_server.engine.homes import Homes
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.redis_server import PRIMARIES, ClusterNode, RedisCluster, RedisServer

pytestmark = pytest.mark.anyio

#: Long enough for any machine; only a guard against hanging.
PATIENCE = 30.0
_names = map("city{}".format, count(1))


@pytest.fixture
def cluster() -> Iterator[RedisCluster]:
    """Three primaries of one test's own."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        made = RedisCluster(Path(folder))
        try:
            yield made.start()
        finally:
            made.kill()


@pytest.fixture
async def homes(cluster: RedisCluster) -> AsyncIterator[Homes]:
    async with homes_in(cluster) as found:
        yield found


@asynccontextmanager
async def homes_in(cluster: RedisCluster) -> AsyncIterator[Homes]:
    """As one server process has them."""
    found = Homes(cluster.url)
    await found.open()
    try:
        yield found
    finally:
        await found.close()


def tenants(cluster: RedisCluster, each: int = 1) -> list[str]:
    """So many names for each primary, in the order of the primaries."""
    found: dict[int, list[str]] = {node.port: [] for node in cluster.nodes[:PRIMARIES]}
    while min(map(len, found.values())) < each:
        name = next(_names)
        found[cluster.primary_of(name).port].append(name)
    return [name for names in found.values() for name in names[:each]]


def hall_of(homes: Homes, tenant: str, layout: Layout) -> RedisHall:
    plan = replace(layout, tenant=tenant)

    async def published() -> Layout:
        return plan

    return RedisHall(*homes.of(tenant), tenant, "hall", published, wall_clock)


async def opened(homes: Homes, tenants: list[str], layout: Layout) -> list[RedisHall]:
    """A hall of each tenant, its day begun and its first window open."""
    halls = [hall_of(homes, tenant, layout) for tenant in tenants]
    for hall in halls:
        await hall.open_day()
        await hall.open_window("1")
    return halls


async def served(hall: RedisHall) -> None:
    """One visitor, from the door to the end."""
    await hall.take("G1")
    await hall.call_next("1")
    await hall.start("1")
    await hall.finish("1")


async def told(hall: RedisHall) -> Events:
    opening = await hall.opening()
    assert opening
    return await hall.events(Position(opening.day, 0), 10_000)


async def heard(hall: RedisHall, enough: Callable[[Events], bool]) -> Events:
    """What a follower from the beginning hears until it is enough."""
    found: Events = []
    async with asyncio.timeout(PATIENCE):
        async for events in hall.follow(Position("no day", 0)):
            found += events
            if enough(found):
                break
    return found


async def until_taken(hall: RedisHall, command: str = "") -> str:
    """As soon as the hall works again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return numbers(await hall.take("G1", command=command))[0]
            except Unavailable:
                await asyncio.sleep(0.05)


def numbers(events: Events) -> list[str]:
    return [event.ticket for event in events if isinstance(event, TicketTaken)]


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """One Redis that may be killed."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        server = RedisServer(Path(folder)).start()
        yield server
        server.kill()


async def test_a_short_absence_leaves_a_server_ready(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As commands wait for a Redis that is started again, so does who asks whether all is well."""
    monkeypatch.setattr(homes_module, "PATIENCE", PATIENCE)
    found = Homes(redis.url)
    await found.open()
    redis.freeze()
    asking = asyncio.create_task(found.ready())
    await asyncio.sleep(0.05)
    redis.kill()
    redis.start()

    assert await asking
    await found.close()


async def test_every_tenant_is_where_it_belongs(
    cluster: RedisCluster, homes: Homes, layout: Layout
) -> None:
    """Two tenants on each primary take, call and finish at once; each is followed; every primary
    has the keys of its own tenants, and no others."""
    names = tenants(cluster, each=2)
    halls = await opened(homes, names, layout)

    await asyncio.gather(*(served(hall) for hall in halls))

    for hall in halls:
        last = await heard(hall, lambda events: events[-1].kind == "ticket.finished")
        assert last == await told(hall)
        assert audit(last).clean
    for node, own in zip(cluster.nodes, zip(names[::2], names[1::2], strict=True), strict=True):
        assert {key.partition(":")[0] for key in node.say("KEYS", "*")} == {
            f"{{{name}}}" for name in own
        }


async def test_a_killed_primary_is_nobody_elses_concern(
    cluster: RedisCluster, homes: Homes, layout: Layout
) -> None:
    """Its tenants are told that it is away, and go on where they were when it is back; the others
    take, call and finish meanwhile."""
    unlucky, *others = await opened(homes, tenants(cluster), layout)
    await served(unlucky)
    before = await told(unlucky)
    cluster.nodes[0].kill()

    async with asyncio.timeout(PATIENCE):
        refused, *_ = await asyncio.gather(
            unlucky.take("G1", command="button"),
            *(served(hall) for hall in others for _ in range(1)),
            return_exceptions=True,
        )
    for _ in range(20):
        await asyncio.gather(*(served(hall) for hall in others))
    assert await homes.ready()
    cluster.nodes[0].start()
    number = await until_taken(unlucky, "button")

    assert isinstance(refused, Unavailable)
    assert number == "A002"
    after = await told(unlucky)
    assert after[: len(before)] == before
    # It is the same node, and has lost nothing: no number is jumped over.
    assert "day.reopened" not in {event.kind for event in after}
    for hall in others:
        assert len(numbers(await told(hall))) == 21
    assert all([audit(await told(hall)).clean for hall in (unlucky, *others)])


async def test_a_follower_of_a_killed_primary_goes_on(
    cluster: RedisCluster, homes: Homes, layout: Layout
) -> None:
    """A screen that looked on hears everything once, in order."""
    hall, *_ = await opened(homes, tenants(cluster)[:1], layout)
    listening = asyncio.create_task(heard(hall, lambda events: len(numbers(events)) == 2))
    await hall.take("G1")
    cluster.nodes[0].kill()
    await asyncio.sleep(0.3)
    cluster.nodes[0].start()
    await until_taken(hall)

    assert await listening == await told(hall)


async def test_a_replica_takes_over(cluster: RedisCluster, homes: Homes, layout: Layout) -> None:
    """Nobody starts the killed primary again: its replica is found, and since it may lack the last
    moments, all numbers jump and none is given twice."""
    replica = cluster.replica_of(cluster.nodes[0])
    hall, *_ = await opened(homes, tenants(cluster)[:1], layout)
    # It may lack the last moments, but not the day's opening.
    async with asyncio.timeout(30):
        while int(replica.say("ROLE")[4]) < int(cluster.nodes[0].say("ROLE")[1]):
            await asyncio.sleep(0.02)
    first = numbers(await hall.take("G1"))
    cluster.nodes[0].kill()

    second = await until_taken(hall)
    async with homes_in(cluster) as others:
        third = await until_taken(hall_of(others, hall.root[1:].partition("}")[0], layout))

    assert [*first, second, third] == ["A001", "A102", "A103"]
    assert replica.say("ROLE")[0] == "master"
    found = await told(hall)
    assert [event.kind for event in found].count("day.reopened") == 1
    assert audit(found).clean


async def test_a_slot_that_moves_is_found(
    cluster: RedisCluster, homes: Homes, layout: Layout
) -> None:
    """Another primary has the tenant while nobody says anything: the next command and every
    follower go there, and nobody is started again."""
    name, *_ = tenants(cluster)
    hall, *_ = await opened(homes, [name], layout)
    listening = asyncio.create_task(heard(hall, lambda events: len(numbers(events)) == 2))
    await hall.take("G1")

    move(slot_of(name), cluster.nodes[0], cluster.nodes[1])
    await until_taken(hall)

    assert await listening == await told(hall)
    assert cluster.nodes[1].say("KEYS", "*")
    assert not cluster.nodes[0].say("KEYS", "*")


def move(slot: int, here: ClusterNode, there: ClusterNode) -> None:
    """As `redis-cli --cluster reshard` does it."""
    ids = {node: node.say("CLUSTER", "MYID") for node in (here, there)}
    there.say("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[here])
    here.say("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[there])
    keys = here.say("CLUSTER", "GETKEYSINSLOT", slot, 1000)
    here.say("MIGRATE", "127.0.0.1", there.port, "", 0, 5000, "KEYS", *keys)
    for node in (there, here):
        node.say("CLUSTER", "SETSLOT", slot, "NODE", ids[there])


async def test_a_frozen_node_hinders_nobody_else(
    cluster: RedisCluster, homes: Homes, layout: Layout
) -> None:
    """It takes connections and says nothing. A process that starts meanwhile finds the others."""
    names = tenants(cluster)
    await opened(homes, names, layout)
    cluster.nodes[0].freeze()
    try:
        async with asyncio.timeout(PATIENCE), homes_in(cluster) as new:
            frozen, *others = [hall_of(new, name, layout) for name in names]
            taken = await asyncio.gather(
                *(hall.take("G1") for hall in (frozen, *others)), return_exceptions=True
            )
            assert await new.ready()
    finally:
        cluster.nodes[0].freeze(False)

    assert isinstance(taken[0], Unavailable)
    assert [numbers(events) for events in taken[1:] if isinstance(events, list)] == [["A001"]] * 2


async def test_nobody_there(cluster: RedisCluster) -> None:
    """Opening says so, unless one is patient."""
    cluster.kill()
    homes = Homes(cluster.url)
    with pytest.raises(Away):
        await homes.open()
    await homes.open(patient=True)
    with pytest.raises(Away):
        await homes.ready()
    await homes.close()


async def test_a_connection_that_asks_the_wrong_node_is_away(cluster: RedisCluster) -> None:
    """MOVED is as good as a broken line: whoever waits is told, and the next one finds another."""
    name = tenants(cluster)[1]
    nodes = iter(range(PRIMARIES))

    async def where() -> Address:
        return Address(port=cluster.nodes[next(nodes)].port)

    connection = Connection(where)
    await connection.open()
    with pytest.raises(Away, match="MOVED"):
        await connection.call("GET", f"{{{name}}}:x")
    async with asyncio.timeout(PATIENCE):
        await connection.wait_ready()

    assert await connection.call("GET", f"{{{name}}}:x") is None
    await connection.close()
