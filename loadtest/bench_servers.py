"""A second server process: what a command costs when two share the work of one.

Each server process is asked for visits over HTTP by as many connections, each with a window of its
own. Counted is the processor time of the server processes and their archives, until everything is
archived and they are idle again. One process and two, in turns, each time in a hall that has just
opened: with a day behind it a hall costs a little more, whoever answers.
`python -m loadtest.bench_servers` prints the figure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.bench_http import asking, open_all, stopped, visit
from loadtest.bench_stage import Server, Stage, many_windows, stage
from loadtest.figures import Figure, figure
from loadtest.processes import family, worked

TARGET = 0.9
#: Idle is who uses less than this share of a processor, looked at so often (s).
IDLE, LOOK = 0.1, 1.0


@dataclass(frozen=True)
class Load:
    """So many rounds of so many seconds, and so many connections at each server."""

    rounds: int = 5
    seconds: float = 1.0
    connections: int = 32


SHORT = Load(1, 1.0)


async def price(halls: Stage, hall: str, servers: Sequence[Server], load: Load) -> float:
    """Commands per second of the servers' processor time."""
    clerk = halls.clerk(servers[0], hall)
    # As many open windows for one as for two: each costs an estimate a look.
    await open_all(clerk, 2 * load.connections)
    await halls.archived(clerk)
    before = await idle(servers)
    askers = []
    for turn, server in enumerate(servers):
        windows = range(1 + turn * load.connections, 1 + (turn + 1) * load.connections)
        askers += await asking(server.port, [visit(halls.admin, str(n), hall) for n in windows])
    await asyncio.sleep(load.seconds)
    await stopped(askers)
    await halls.archived(clerk)
    clerk.close()
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
    """One and two in turns; the figure of the round that is in the middle."""
    load = load or Load()
    rounds = []
    fresh = [f"hall{number}" for number in range(1 + 3 * load.rounds)]
    plans = [many_windows(hall, 2 * load.connections) for hall in fresh]
    async with stage(plans) as halls, halls.server() as first:
        # The first time is always dearer.
        await price(halls, fresh.pop(), [first], load)
        for _ in range(load.rounds):
            alone = await price(halls, fresh.pop(), [first], load)
            async with halls.server() as second:
                await price(halls, fresh.pop(), [first, second], load)
                rounds.append((await price(halls, fresh.pop(), [first, second], load), alone))
    # The machine is not the same for minutes on end: only what was measured together compares.
    value, floor = sorted(rounds, key=lambda one: one[0] / one[1])[len(rounds) // 2]
    name = "commands per second of processor, 2 server processes ÷ 1"
    return [figure(name, value, floor, "commands/s", f">= {TARGET}")]


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
