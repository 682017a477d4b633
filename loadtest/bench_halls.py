"""Many busy halls at once: how soon a call is on its screens when 200 windows press each second.

Fifty halls on one server process, each with a sign above each of eighteen windows and two boards.
A visit is `take`, `call_next`, `finish`, a third of a second between them, and visits begin at an
even pace: hall after hall, window after window. A press counts for the sign of its window and for
both boards of its hall. The floor is the very same with one call a second.
`python -m loadtest.bench_halls` prints both.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import product
from statistics import quantiles
from typing import NamedTuple

from loadtest.bench_stage import (
    SERVICE,
    Clerk,
    Server,
    Stage,
    Watchers,
    many_windows,
    opened,
    stage,
    watchers,
)
from loadtest.figures import Figure, figure
from loadtest.screens import Look
from ops.supervisor import allow_open

TARGET = 4
BOARDS = 2
#: How long somebody waits, and is served (s); a window's next visit comes later than both.
STEP = 0.33


@dataclass(frozen=True)
class Halls:
    """So many halls with so many windows, each with its sign; `calm` and `busy` are calls per
    second and for how long (s). Each board shows `served` earlier calls."""

    halls: int = 50
    windows: int = 18
    served: int = 40
    calm: tuple[float, float] = (1, 60)
    busy: tuple[float, float] = (200, 15)

    @property
    def ids(self) -> list[str]:
        """What the halls are called."""
        return [f"hall{number:02}" for number in range(self.halls)]

    @property
    def screens(self) -> int:
        """How many look at a hall."""
        return self.windows + BOARDS


SHORT = Halls(calm=(1, 20), busy=(200, 8))


class Press(NamedTuple):
    """Who was called where, and when (ns)."""

    at: int
    ticket: str
    hall: int
    window: int


class Desk:
    """A window and whoever comes to it."""

    def __init__(self, clerk: Clerk, hall: int, window: int) -> None:
        self._clerk = clerk
        self._hall = hall
        self._window = window
        self._free = asyncio.Lock()

    async def visit(self) -> Press:
        """One visit; the next one waits for its end."""
        async with self._free:
            number = str(self._window)
            await self._clerk.told("take", service=SERVICE)
            await asyncio.sleep(STEP)
            pressed = time.perf_counter_ns()
            told = await self._clerk.told("call_next", window=number)
            await asyncio.sleep(STEP)
            await self._clerk.told("finish", window=number)
            return Press(pressed, told[0]["ticket"], self._hall, self._window)


async def paced(desks: Sequence[Desk], calls: float, seconds: float) -> list[Press]:
    """So many calls a second at one window after the other."""
    began, visits = time.perf_counter(), []
    for number in range(int(calls * seconds)):
        await asyncio.sleep(max(0.0, began + number / calls - time.perf_counter()))
        visits.append(asyncio.create_task(desks[number % len(desks)].visit()))
    return await asyncio.gather(*visits)


def showing(press: Press, load: Halls) -> list[int]:
    """The screens on which a call is to be seen: its sign and its hall's boards."""
    first = press.hall * load.screens
    return [first + press.window - 1, *range(first + load.windows, first + load.screens)]


async def delays(screens: Watchers, presses: Sequence[Press], load: Halls) -> list[float]:
    """How long each call took to each of its screens (ms). One that was never seen counts as if
    it came now, which is too well of it and bad enough."""
    questions = [(one.at, f'"{one.ticket}"', showing(one, load)) for one in presses]
    found = await screens.answers(questions)
    now = time.perf_counter_ns()
    return [
        ((at or now) - press.at) / 1e6
        for press, arrivals in zip(presses, found, strict=True)
        for at in arrivals
    ]


async def run(load: Halls | None = None) -> list[Figure]:
    """p50 and p99 of the busy halls against the calm ones."""
    load = load or Halls()
    allow_open()
    async with AsyncExitStack() as stack:
        plans = [many_windows(id_, load.windows) for id_ in load.ids]
        halls = await stack.enter_async_context(stage(plans))
        server = await stack.enter_async_context(halls.server())
        desks = await _opened(halls, server, load)
        look = [one for id_ in load.ids for one in looks(halls, server, id_, load)]
        screens = await stack.enter_async_context(watchers(look))
        measured = []
        for calls, seconds in (load.calm, load.busy):
            # What came before is over, and what was seen then is forgotten.
            await asyncio.sleep(1)
            await screens.answers([])
            presses = await paced(desks, calls, seconds)
            measured.append(await delays(screens, presses, load))
    return _figures(load, *measured)


def looks(halls: Stage, server: Server, id_: str, load: Halls) -> list[Look]:
    """A hall's screens."""
    signs = [halls.look(server, f"sign:{n}", 1, id_) for n in range(1, load.windows + 1)]
    return [*signs, halls.look(server, "board", BOARDS, id_)]


async def _opened(halls: Stage, server: Server, load: Halls) -> list[Desk]:
    """The halls open their windows, and serve some; answers with all windows, a hall's next one
    when every other hall has had its turn."""
    numbers = [str(number) for number in range(1, load.windows + 1)]
    clerks = [halls.clerk(server, id_) for id_ in load.ids]
    await asyncio.gather(*(opened(clerk, numbers, load.served) for clerk in clerks))
    for clerk in clerks:
        clerk.close()
    places = product(range(1, load.windows + 1), enumerate(load.ids))
    return [Desk(halls.clerk(server, id_), hall, window) for window, (hall, id_) in places]


def _figures(load: Halls, calm: list[float], busy: list[float]) -> list[Figure]:
    said = f"press → frame, {load.busy[0]:g} calls/s in {load.halls} halls"
    return [
        figure(
            f"{said}, p{share} ÷ {load.calm[0]:g} call/s",
            _percentile(busy, share),
            _percentile(calm, share),
            "ms",
            f"<= {TARGET}" if share == 99 else "",
        )
        for share in (50, 99)
    ]


def _percentile(values: Sequence[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1]


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
