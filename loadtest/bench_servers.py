"""A second server process: what a command costs when two share the work of one.

Each server process is asked for visits over HTTP by as many connections, each with a window of its
own. Counted is the processor time of the server processes and their archives, until they are idle
again: what they owe the archive belongs to the commands. One process and two, in turns.
`python -m loadtest.bench_servers` prints the figure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from loadtest.bench_http import asking, open_all, stopped, visit
from loadtest.bench_stage import HALL, Server, Stage, many_windows, stage
from loadtest.figures import Figure, figure
from loadtest.processes import family, worked

TARGET = 0.9
#: Idle is who uses less than this share of a processor, looked at so often (s).
IDLE, LOOK = 0.1, 1.0


@dataclass(frozen=True)
class Load:
    """So many rounds of so many seconds, and so many connections at each server."""

    rounds: int = 3
    seconds: float = 1.0
    connections: int = 32


SHORT = Load(1, 1.0)


async def price(halls: Stage, servers: Sequence[Server], load: Load) -> float:
    """Commands per second of the servers' processor time."""
    before = await idle(servers)
    askers = []
    for turn, server in enumerate(servers):
        windows = range(1 + turn * load.connections, 1 + (turn + 1) * load.connections)
        askers += await asking(server.port, [visit(halls.admin, str(n)) for n in windows])
    await asyncio.sleep(load.seconds)
    await stopped(askers)
    return sum(one.answers for one in askers) / (await idle(servers) - before)


async def idle(servers: Sequence[Server]) -> float:
    """The processor time (s) that they have used when they are idle again."""
    known = _worked(servers)
    while True:
        await asyncio.sleep(LOOK)
        now = _worked(servers)
        if now - known < IDLE * LOOK * len(servers):
            return now
        known = now


def _worked(servers: Sequence[Server]) -> float:
    return sum(worked(pid) for one in servers for pid in family(one.pid))


async def run(load: Load | None = None) -> list[Figure]:
    """One and two in turns; the figure of the median round."""
    load = load or Load()
    rounds = []
    async with stage([many_windows(HALL, 2 * load.connections)]) as halls, halls.server() as first:
        await open_all(halls.clerk(first), 2 * load.connections)
        # The first time is always dearer.
        await price(halls, [first], load)
        for _ in range(load.rounds):
            alone = await price(halls, [first], load)
            async with halls.server() as second:
                rounds.append((await price(halls, [first, second], load), alone))
    value, floor = (median(one) for one in zip(*rounds, strict=True))
    name = "commands per second of processor, 2 server processes ÷ 1"
    return [figure(name, value, floor, "commands/s", f">= {TARGET}")]


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
