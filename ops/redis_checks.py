"""How Redis is: one, or every primary of a cluster, and the one of the jobs.

Each answer is (what, well, words), as `jiaohao check` shows it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from queue_server.engine.cluster import Cluster, is_cluster, seeds
from queue_server.engine.connection import Address, Away, Call, Connection, syncs_each_write
from queue_server.engine.redis_hall import wall_clock

OFF_BY = 2000

Answer = tuple[str, bool, str]


async def everything(url: str, jobs: str) -> list[Answer]:
    """All answers; raises `Away` when nothing answers."""
    if not is_cluster(url):
        async with _line(Address.parse(url)) as call:
            found = await _node(call, "")
    else:
        found = await _cluster(Cluster(seeds(url)))
    if jobs:
        found += await _tried(Address.parse(jobs), " of jobs")
    return found


async def _cluster(cluster: Cluster) -> list[Answer]:
    primaries, uncovered = await cluster.primaries(), await cluster.uncovered()
    words = f"{len(primaries)} primaries"
    wrong = f"; {uncovered} slots have none: their tenants are away" if uncovered else ""
    found = [("Redis cluster", not uncovered, words + wrong)]
    for address in primaries:
        found += await _tried(address, f" {address.host}:{address.port}", member=True)
    return found


async def _tried(address: Address, name: str, *, member: bool = False) -> list[Answer]:
    try:
        async with _line(address) as call:
            found = await _node(call, name)
            return [*found, await _alone(call, name)] if member else found
    except Away as away:
        return [(f"Redis{name}", False, str(away))]


async def _node(call: Call, name: str) -> list[Answer]:
    strong = "every write is on disk before it is answered"
    weak = "a crash can lose its last second (appendfsync is not always)"
    log = (f"Redis log{name}", True, strong if await syncs_each_write(call) else weak)
    seconds, micros = await call("TIME")
    off = abs(wall_clock() - int(seconds) * 1000 - int(micros) // 1000)
    clock = (f"clock{name}", off < OFF_BY, f"{off} ms between this machine and Redis")
    return [await _version(call, name), log, clock]


async def _version(call: Call, name: str) -> Answer:
    told = await call("INFO", "server")
    version = told.partition("redis_version:")[2].partition("\r\n")[0]
    new_enough = int(version.partition(".")[0]) >= 7
    words = f"version {version}" + ("" if new_enough else "; it must be 7.0 or newer")
    return f"Redis{name}", new_enough, words


async def _alone(call: Call, name: str) -> Answer:
    """Whether this primary goes on when another one is away."""
    told = await call("CONFIG", "GET", "cluster-require-full-coverage")
    alone = told[1:] == ["no"]
    words = (
        "it goes on when another primary is away"
        if alone
        else "without another primary it stops as well; set cluster-require-full-coverage no"
    )
    return f"Redis tenants{name}", alone, words


@asynccontextmanager
async def _line(address: Address) -> AsyncIterator[Call]:
    connection = Connection(address)
    await connection.open()
    try:
        yield connection.call
    finally:
        await connection.close()
