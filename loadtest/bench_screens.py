"""How soon a call is seen: from the press at a window to the frame in a screen's socket.

The server is `jiaohao run server`, a process of its own, and so are Redis, the screens and we,
who press. A press is one `POST …/call_next` on a kept-alive connection; its time ends when the
frame with the called ticket has come to a `…/pictures/board` socket. The floor is the sum of what
`screens_floor` measures, once before each press. `python -m loadtest.bench_screens` prints all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles

from loadtest.bench_stage import SERVICE, Clerk, Stage, Watchers, opened, stage, watchers
from loadtest.figures import Figure, figure
from loadtest.processes import answering, child, free_port
from loadtest.screens import Look
from loadtest.screens_floor import WINDOWS, Floor, Sample, floor
from ops.supervisor import allow_open

TARGET = 3
#: A hall in the middle of its morning.
SERVED, WAITING = 150, 150


@dataclass(frozen=True)
class Load:
    """So many screens and presses. `settle`: when a press has surely been seen (s). `quiet`: how
    long nothing happens before a press, so that the pace of pictures does not count (s)."""

    screens: int
    presses: int
    settle: float
    quiet: float


LOADS = (Load(1, 200, 0.03, 0.25), Load(1000, 40, 0.5, 0.8))
SHORT = (Load(1, 60, 0.03, 0.25), Load(1000, 10, 0.5, 0.8))


async def press(clerk: Clerk, watchers: Watchers, window: str, load: Load) -> list[float]:
    """Call the next ticket; how long it took to reach each screen (µs), the last one last."""
    pressed = time.perf_counter_ns()
    events = await clerk.told("call_next", window=window)
    await asyncio.sleep(load.settle)
    arrivals = await watchers.seen(pressed, f'"{events[0]["ticket"]}"')
    # As many wait before each press; this also ends the visit before the next picture is due.
    await clerk.told("finish", window=window)
    await clerk.told("take", service=SERVICE)
    return sorted((at - pressed) / 1000 for at in arrivals)


async def measure(
    clerk: Clerk, watchers: Watchers, ground: Floor, load: Load
) -> tuple[list[list[float]], list[Sample]]:
    """Floor and press in turns; a first pair warms everything up and does not count."""
    seen, samples = [], []
    windows = cycle(WINDOWS)
    for _ in range(load.presses + 1):
        await asyncio.sleep(load.quiet)
        samples.append(await ground.sample())
        seen.append(await press(clerk, watchers, next(windows), load))
    return seen[1:], samples[1:]


def figures(load: Load, seen: Sequence[list[float]], samples: Sequence[Sample]) -> list[Figure]:
    """p50 and p99 of all arrivals; of many screens the last one as well."""
    everyone = [at for arrivals in seen for at in arrivals]
    least = {
        share: sum(_percentile(one, share) for one in zip(*samples, strict=True))
        for share in (50, 99)
    }
    screens = "1 screen" if load.screens == 1 else f"{load.screens:,} screens"
    found = [
        figure(
            f"press → frame, {screens}, p{share} ÷ FCALL + XREAD + echo",
            _percentile(everyone, share),
            least[share],
            "µs",
            f"<= {TARGET}" if (load.screens, share) == (1, 50) else "",
        )
        for share in (50, 99)
    ]
    if load.screens > 1:
        last = median(arrivals[-1] for arrivals in seen)
        found.append(figure(f"press → frame, the last of {screens}, p50", last, least[50], "µs"))
    return found


def _percentile(values: Sequence[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1]


async def run(loads: Sequence[Load] = LOADS) -> list[Figure]:
    """Every load on one server, one after the other."""
    allow_open()
    async with AsyncExitStack() as stack:
        halls = await stack.enter_async_context(stage())
        server = await stack.enter_async_context(halls.server())
        clerk = halls.clerk(server)
        await opened(clerk, WINDOWS, SERVED, WAITING)
        ground = await stack.enter_async_context(_ground(halls))
        looks = [halls.look(server, "board", load.screens) for load in loads]
        found = [await _under(*one, clerk, ground) for one in zip(loads, looks, strict=True)]
    return [one for figures_ in found for one in figures_]


async def _under(load: Load, look: Look, clerk: Clerk, ground: Floor) -> list[Figure]:
    async with watchers([look]) as screens:
        return figures(load, *await measure(clerk, screens, ground, load))


@asynccontextmanager
async def _ground(halls: Stage) -> AsyncIterator[Floor]:
    port = free_port()
    async with child("loadtest.screens_floor", str(port)) as echo:
        (await answering(port, echo))[1].close()
        async with floor(halls.redis.url, f"ws://127.0.0.1:{port}/echo", WAITING) as ground:
            yield ground


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
