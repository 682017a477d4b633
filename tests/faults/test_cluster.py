"""A province: three tenants in a cluster of three primaries, PostgreSQL, two servers. One primary
dies, and the tenants of the others never notice."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest

from ops.jobs.queue import Jobs, redis_at
from queue_server.archive.configuration import Configuration
from queue_server.archive.history import History
from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.calendar import Calendar
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.engine import keys
from queue_server.engine.redis_hall import wall_clock
from tests.archive.conftest import postgresql  # noqa: F401
from tests.faults.load import Follower, doubled, gaps, missing, settled, the_day, under_load
from tests.installation import PATIENCE, Installation, hall_at, wait_until
from tests.machines import until
from tests.redis_server import ClusterNode, RedisCluster, RedisServer

pytestmark = pytest.mark.anyio

numbers = count(1)


@dataclass(frozen=True)
class Province:
    """Two servers over one cluster; a tenant on each of its primaries, in their order."""

    servers: list[Installation]
    cluster: RedisCluster
    jobs: RedisServer
    configuration: Configuration
    tenants: list[str]

    def publish(self, layout: Layout) -> list[str]:
        """A new hall for each tenant; answers with their ids."""
        id_ = next(numbers)
        halls = [f"{tenant}-{id_}" for tenant in self.tenants]
        for tenant, hall in zip(self.tenants, halls, strict=True):
            plan = replace(layout, tenant=tenant, hall=hall)
            self.configuration.publish(plan, Calendar.always(), "test", wall_clock())
        return halls

    def token(self, hall: str) -> str:
        return self.configuration.tokens.issue("admin", hall, wall_clock())

    @asynccontextmanager
    async def hall(self, id_: str, server: int = 0) -> AsyncIterator[RemoteHall]:
        """A hall as it is at one of the servers, as soon as it is open."""
        async with hall_at(self.servers[server].url, self.token(id_), id_) as hall:
            async with asyncio.timeout(PATIENCE):
                await settled(hall)
            yield hall


@pytest.fixture(scope="module")
def province(postgresql: Path) -> Iterator[Province]:  # noqa: F811
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    with psycopg.connect(f"host={postgresql} user=postgres dbname=postgres", autocommit=True) as pg:
        pg.execute("CREATE DATABASE province")
    sql = f"postgresql+psycopg://postgres@/province?host={postgresql}"
    cluster, jobs = RedisCluster(folder / "cluster"), RedisServer(folder / "jobs", durable=True)
    servers: list[Installation] = []
    try:
        cluster.start()
        jobs.start()
        words = {
            "JIAOHAO_REDIS": cluster.url,
            "JIAOHAO_JOBS": jobs.url,
            "JIAOHAO_DATABASE": sql,
        }
        servers += [Installation(folder, **words) for _ in range(2)]
        for server in servers:
            server.start("server")
        for server in servers:
            server.ready()
        known = Configuration(sql)
        names = map("city{}".format, count(1))
        tenants = [
            next(name for name in names if cluster.primary_of(name) is node)
            for node in cluster.nodes
        ]
        yield Province(servers, cluster, jobs, known, tenants)
        known.close()
    finally:
        for server in servers:
            server.remove()
        cluster.kill()
        jobs.kill()
        shutil.rmtree(folder, ignore_errors=True)


def keys_of(node: ClusterNode, tenant: str) -> int:
    return len(node.say("KEYS", f"{keys.hall_root(tenant, '')}*"))


async def test_three_cities(province: Province, layout: Layout) -> None:
    """Visitors take numbers at one server, clerks call them at the other; screens at both hear all
    of it. Each city's keys are where they belong, and its day comes into the memory."""
    for id_ in province.publish(layout):
        async with province.hall(id_) as here, province.hall(id_, server=1) as there:
            day = (await here.view()).day
            await there.open_window("1")
            for _ in range(5):
                await here.take("G1")
                await there.call_next("1")
                await there.start("1")
                await there.finish("1")
            async with asyncio.timeout(PATIENCE):
                streams = [await the_day(hall, day) for hall in (here, there)]

            assert streams[0] == streams[1]
            assert audit(streams[0]).clean
            said = province.servers[0].do("audit", "--hall", id_)
            assert said.returncode == 0, said.stdout
            await until(lambda: _remembered(province, id_, len(streams[0])), "it is in the memory")  # noqa: B023

    for tenant, own in zip(province.tenants, province.cluster.nodes, strict=True):
        for node in province.cluster.nodes:
            assert bool(keys_of(node, tenant)) == (node is own)


async def _remembered(province: Province, hall: str, count: int) -> bool:
    def look() -> bool:
        days = History(province.configuration.database).days()
        return any(day.hall == hall and day.seq >= count for day in days)

    return await asyncio.to_thread(look)


async def press(client: httpx.AsyncClient, hall: str, verb: str, **words: str) -> httpx.Response:
    """A button, and no second try."""
    return await client.post(f"/api/v1/halls/{hall}/{verb}", json=words)


async def day_at(client: httpx.AsyncClient, hall: str, visitors: int) -> list[int]:
    """One visitor after the other at the first window, and what each button was answered."""
    found = []
    for _ in range(visitors):
        taken = await press(client, hall, "take", service="G1")
        steps = [
            await press(client, hall, verb, window="1") for verb in ("call_next", "start", "finish")
        ]
        found += [answer.status_code for answer in (taken, *steps)]
    return found


async def test_a_killed_primary(province: Province, layout: Layout) -> None:
    """While it is down, every button in the other cities is answered as always, at both servers;
    its own city is told so, and goes on where it was when the primary is back: nothing that
    anybody was promised is lost, and the audits are clean."""
    halls = province.publish(layout)
    node, unlucky = province.cluster.nodes[0], halls[0]
    async with AsyncExitStack() as stack:
        remote = [await stack.enter_async_context(province.hall(id_)) for id_ in halls]
        elsewhere = [await stack.enter_async_context(province.hall(id_, 1)) for id_ in halls]
        clients = [await stack.enter_async_context(raw(server)) for server in province.servers]
        for client in clients:
            client.headers["Authorization"] = f"Bearer {province.token('')}"
        for hall in remote[1:]:
            await hall.open_window("1")
        follower = Follower(elsewhere[0], Position((await remote[0].view()).day, 0))
        listening = asyncio.create_task(follower.listen())
        async with under_load(remote[0], "G1", ["1", "2"]) as load, asyncio.timeout(2 * PATIENCE):
            await load.more(50)
            node.kill()
            refused, answers = await asyncio.gather(
                press(clients[1], unlucky, "take", service="G1"),
                asyncio.gather(
                    *(day_at(client, id_, 25) for client in clients for id_ in halls[1:])
                ),
            )
            ready = [(await client.get("/readyz")).status_code for client in clients]
            node.start()
            await load.more(50)
        async with asyncio.timeout(PATIENCE):
            streams = [await the_day(hall, (await hall.view()).day) for hall in remote]
            await follower.until(streams[0][-1].seq)
        listening.cancel()

    assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
    assert refused.headers["retry-after"]
    # Two clerks at one window: one of them may be told that its ticket is the other's already.
    assert set().union(*answers) <= {200, 409}
    assert ready == [200, 200]
    assert missing(load, streams[0]) == []
    assert doubled(load, streams[0]) == []
    assert follower.heard == streams[0]
    for stream in streams:
        assert gaps(stream) == []
        verdict = audit(stream)
        assert verdict.clean, verdict.lines()


@asynccontextmanager
async def raw(server: Installation) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=PATIENCE) as client:
        yield client


async def test_the_keeper_opens_the_others(province: Province, layout: Layout) -> None:
    """Halls are published while a primary is down: those of the others are opened at once, its own
    as soon as it is back."""
    node = province.cluster.nodes[0]
    node.kill()
    halls = province.publish(layout)
    for id_ in halls[1:]:
        async with province.hall(id_) as hall:
            assert (await hall.view()).state == "open"
    node.start()
    async with province.hall(halls[0]) as hall:
        assert (await hall.view()).state == "open"


async def test_jobs_are_done_beside_a_cluster(province: Province) -> None:
    """They are in a Redis of their own, where the worker finds them."""
    worker = Installation(province.servers[0].data, **province.servers[0].settings)
    jobs = Jobs(redis_at(province.jobs.url))
    id_ = jobs.ask("tidy_letters")
    worker.start("worker")
    try:
        wait_until(lambda: jobs.job(id_).state == "done", "the job is done")
    finally:
        worker.remove()


async def test_check_names_every_primary(province: Province, layout: Layout) -> None:
    """All is well; then one is down, and the sentence says which."""
    province.publish(layout)
    node, server = province.cluster.nodes[2], province.servers[0]
    well = server.do("check")
    node.kill()
    try:
        wrong = server.do("check")
    finally:
        node.start()

    assert "3 primaries" in well.stdout
    for one in province.cluster.nodes:
        assert f"127.0.0.1:{one.port}" in well.stdout
    assert "goes on when another primary is away" in well.stdout
    assert well.returncode == 0, well.stdout
    assert wrong.returncode == 1
    assert f"Redis 127.0.0.1:{node.port}" in wrong.stdout


async def test_a_backup_of_a_cluster(province: Province, layout: Layout, tmp_path: Path) -> None:
    """Everything of every primary, and back into another cluster."""
    halls = province.publish(layout)
    for id_ in halls:
        async with province.hall(id_) as hall:
            await hall.take("G1")
    file = tmp_path / "backup.tar.gz"
    said = province.servers[0].do("backup", str(file))
    assert said.returncode == 0, said.stderr

    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    other = RedisCluster(folder / "cluster").start()
    try:
        made = Installation(
            folder / "data", JIAOHAO_REDIS=other.url, JIAOHAO_JOBS=province.jobs.url
        )
        said = made.do("restore", str(file))
        assert said.returncode == 0, said.stderr
        for tenant, own in zip(province.tenants, other.nodes, strict=True):
            assert keys_of(own, tenant)
        for id_ in halls:
            audited = made.do("audit", "--hall", id_)
            assert audited.returncode == 0, audited.stdout
    finally:
        other.kill()
        shutil.rmtree(folder, ignore_errors=True)
