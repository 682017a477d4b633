"""Five thousand screens in one hall: when the last of them has a call, and what an idle one costs.

The floor is `screens_prebuilt`: a server of the same make with as many sockets, which writes one
frame of the same size, made beforehand, to each. Its time is taken as ours is: from the sending
of a request to the arrival of the frame in the last socket of as many screens in one process.
Memory is what a server process has more of with all screens connected and idle.
`python -m loadtest.bench_crowd` prints all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from typing import NamedTuple

from loadtest.bench_stage import SERVICE, Clerk, Server, Stage, Watchers, opened, stage, watchers
from loadtest.figures import Figure, figure
from loadtest.processes import answering, child, free_port, resident, worked
from loadtest.screens import connect
from ops.supervisor import allow_open

WINDOWS = ("1", "2", "3")
SERVED, WAITING = 150, 150
TARGET, KILOBYTES = 1.8, 20


@dataclass(frozen=True)
class Crowd:
    """So many screens and presses. `idle`: how long they are left alone before memory is looked
    at; `quiet`: before each press; `settle`: when a press has surely been seen (s)."""

    screens: int = 5000
    presses: int = 20
    idle: float = 12.0
    quiet: float = 1.2
    settle: float = 0.8


#: For whoever changes something and wants to know at once.
SHORT = Crowd(presses=5, idle=3.0)


class Pressed(NamedTuple):
    """How long a frame took to the last screen (ms), and how long the server worked (s)."""

    last: float
    worked: float


class Floor:
    """The server of prebuilt frames and its screens."""

    def __init__(self, server: Server, screens: Watchers, crowd: Crowd) -> None:
        self._server = server
        self._clerk = Clerk(server.port)
        self._screens = screens
        self._crowd = crowd

    async def press(self, mark: str, size: int) -> Pressed:
        """A frame of so many bytes, to all."""
        await self._clerk.post("/frame", f'"{mark}"'.encode().ljust(size))
        await asyncio.sleep(0.2)
        before, pressed = worked(self._server.pid), time.perf_counter_ns()
        await self._clerk.post("/write")
        await asyncio.sleep(self._crowd.settle)
        spent = worked(self._server.pid) - before
        return Pressed(await _last(self._screens, pressed, mark), spent)


class Ours:
    """The server, its screens, and the clerk who presses."""

    def __init__(self, server: Server, clerk: Clerk, screens: Watchers, crowd: Crowd) -> None:
        self._server = server
        self._clerk = clerk
        self._screens = screens
        self._crowd = crowd
        self._windows = cycle(WINDOWS)

    async def press(self) -> Pressed:
        """A call, to all."""
        window = next(self._windows)
        before, pressed = worked(self._server.pid), time.perf_counter_ns()
        told = await self._clerk.told("call_next", window=window)
        await asyncio.sleep(self._crowd.settle)
        spent = worked(self._server.pid) - before
        last = await _last(self._screens, pressed, told[0]["ticket"])
        # As many wait before each press.
        await self._clerk.told("finish", window=window)
        await self._clerk.told("take", service=SERVICE)
        return Pressed(last, spent)


async def _last(screens: Watchers, pressed: int, text: str) -> float:
    return (max(await screens.seen(pressed, f'"{text}"')) - pressed) / 1e6


async def run(crowd: Crowd | None = None) -> list[Figure]:
    """The last screen, what a frame costs the server, and memory."""
    crowd = crowd or Crowd()
    allow_open()
    async with AsyncExitStack() as stack:
        halls = await stack.enter_async_context(stage())
        server = await stack.enter_async_context(halls.server())
        bare = await stack.enter_async_context(_prebuilt())
        await opened(halls.clerk(server), WINDOWS, SERVED, WAITING)
        before = _residents(server, bare)
        look = halls.look(server, "board", crowd.screens)
        screens = await stack.enter_async_context(watchers([look]))
        url = f"ws://127.0.0.1:{bare.port}/look"
        others = await stack.enter_async_context(watchers([(url, "", crowd.screens)]))
        await asyncio.sleep(crowd.idle)
        after = _residents(server, bare)
        ours = Ours(server, halls.clerk(server), screens, crowd)
        floor = Floor(bare, others, crowd)
        times = await _presses(ours, floor, await _frame(halls, server), crowd)
    each = [(b - a) / crowd.screens for a, b in zip(before, after, strict=True)]
    return _figures(crowd, times, each)


def _residents(*servers: Server) -> list[float]:
    return [resident(one.pid) for one in servers]


async def _presses(
    ours: Ours, floor: Floor, size: int, crowd: Crowd
) -> list[tuple[Pressed, Pressed]]:
    """Ours and the floor in turns; a first pair warms everything up and does not count."""
    found = []
    for turn in range(crowd.presses + 1):
        await asyncio.sleep(crowd.quiet)
        called = await ours.press()
        # What a press stirs up must be over before the other's turn.
        await asyncio.sleep(crowd.quiet)
        found.append((called, await floor.press(f"F{turn:04}", size)))
    return found[1:]


def _figures(
    crowd: Crowd, pressed: Sequence[tuple[Pressed, Pressed]], each: Sequence[float]
) -> list[Figure]:
    ours, bare = zip(*pressed, strict=True)
    last, least = (median(one.last for one in some) for some in (ours, bare))
    # A processor's time is counted in ticks of 10 ms: only all presses together say something.
    per_frame = 1e6 / crowd.screens / crowd.presses
    spent, bare_spent = (sum(one.worked for one in some) * per_frame for some in (ours, bare))
    name = f"the last of {crowd.screens:,} screens ÷ prebuilt frame"
    memory = f"memory per idle screen, {crowd.screens:,} screens ÷ bare socket"
    return [
        figure(name, last, least, "ms", f"<= {TARGET}"),
        figure(f"{name}, by processor per frame", spent, bare_spent, "µs"),
        figure(memory, each[0], each[1], "kB", f"<= {KILOBYTES} kB"),
    ]


async def _frame(halls: Stage, server: Server) -> int:
    """How long a board's picture is now (bytes)."""
    heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def first(_at: int, text: bytes) -> None:
        if not heard.done():
            heard.set_result(len(text))

    url, token, _ = halls.look(server, "board", 1)
    line = await connect(url, token, first)
    try:
        return await heard
    finally:
        line.close()


@asynccontextmanager
async def _prebuilt() -> AsyncIterator[Server]:
    port = free_port()
    async with child("loadtest.screens_prebuilt", str(port)) as process:
        (await answering(port, process))[1].close()
        yield Server(process, port)


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
