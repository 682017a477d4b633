"""The edges of this machine, put together: each device of the file gets its service.

The same services run beside the server (`jiaohao run`) and alone (`jiaohao run voice --server …`);
only the hall they are given differs. One that breaks is started again, and the others go on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from queue_server.domain.hall import Hall

#: part of `jiaohao run` → which tables of the file it works
PARTS = {
    "kiosk": ("printers", "readers", "callers"),
    "display": ("panels",),
    "voice": ("voices",),
}
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Whoever worked this long (s) has earned a quick start again.
STEADY = 60.0

log = logging.getLogger(__name__)


class Edge(NamedTuple):
    """One device's service: made anew, and run, each time it is started."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """Where the edges of a machine work: `data` is its folder, `address` where phones find us."""

    hall: Hall
    data: Path
    address: str


async def run(edges: list[Edge]) -> None:
    """Run them side by side, for ever."""
    await asyncio.gather(*(_keep(edge) for edge in edges))


async def _keep(edge: Edge) -> None:
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
    while True:
        began = loop.time()
        try:
            await edge.run()
        except Exception:
            # A device is no reason to stop the hall; what broke is in the log, and starts again.
            log.exception("%s broke", edge.name)
        pause = FIRST_PAUSE if loop.time() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
