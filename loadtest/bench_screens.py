"""How soon a call is seen: from the press at a window to the frame in a screen's socket.

The server is `jiaohao run server`, a process of its own, and so are Redis, the screens and we,
who press. A press is one `POST …/call_next` on a kept-alive connection; its time ends when the
frame with the called ticket has come to a `…/pictures/board` socket. The floor is the sum of what
`screens_floor` measures, once before each press. `python -m loadtest.bench_screens` prints all.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from loadtest.figures import Figure, figure
from loadtest.processes import answering, child, free_port
from loadtest.screens_floor import SERVICE, WINDOWS, Floor, Sample, floor
from ops import first_run
from ops.compose import configuration
from ops.settings import Settings
from ops.supervisor import allow_open
from queue_server.engine.private_redis import PrivateRedis

TARGET = 3
HALL = "demo"
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


class Clerk:
    """One kept-alive HTTP connection of somebody who may say everything."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    async def say(self, command: str, **words: str) -> tuple[int, Any]:
        """Say a command; answers with the status and what was told."""
        self._writer.write(self._request(command, json.dumps(words).encode()))
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        return int(head.split(None, 2)[1]), json.loads(await self._reader.readexactly(length))

    def _request(self, command: str, body: bytes) -> bytes:
        return (
            f"POST /api/v1/halls/{HALL}/{command} HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def told(self, command: str, **words: str) -> list[dict[str, Any]]:
        """The events of a command that must not be refused."""
        status, answer = await self.say(command, **words)
        if status != 200:
            raise RuntimeError(f"{command}: {status} {answer}")
        events: list[dict[str, Any]] = answer["events"]
        return events

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Watchers:
    """The process of screens, seen from here."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def looking(self) -> None:
        """Until every screen has its first picture."""
        if await self._line() != "looking":
            raise RuntimeError("the screens do not come up")

    async def seen(self, after: int, ticket: str) -> list[int]:
        """When each screen showed a call of this ticket (ns)."""
        assert self._process.stdin
        self._process.stdin.write(f'{after} "{ticket}"\n'.encode())
        found: list[int] = json.loads(await self._line())
        return found

    async def _line(self) -> str:
        assert self._process.stdout
        return (await self._process.stdout.readline()).decode().strip()


async def press(clerk: Clerk, watchers: Watchers, window: str, load: Load) -> list[float]:
    """Call the next ticket; how long it took to reach each screen (µs), the last one last."""
    pressed = time.perf_counter_ns()
    events = await clerk.told("call_next", window=window)
    await asyncio.sleep(load.settle)
    arrivals = await watchers.seen(pressed, events[0]["ticket"])
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
    allow_open(2 * max(load.screens for load in loads) + 200)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jh-")))
        # As in bench_engine: what is measured is our work, not this machine's disk.
        redis = PrivateRedis(folder / "redis", durable=False).start()
        stack.callback(redis.stop)
        port, echo_port = free_port(), free_port()
        admin, screen = _tokens(folder)
        settings = _settings(folder, redis, port)
        server = await stack.enter_async_context(child("ops", "run", "server", **settings))
        echo = await stack.enter_async_context(child("loadtest.screens_floor", str(echo_port)))
        (await answering(echo_port, echo))[1].close()
        clerk = Clerk(*await answering(port, server), admin)
        stack.callback(clerk.close)
        await _morning(clerk)
        ground = await stack.enter_async_context(
            floor(redis.url, f"ws://127.0.0.1:{echo_port}/echo", WAITING)
        )
        return [one for load in loads for one in await _under(load, port, screen, clerk, ground)]


async def _under(load: Load, port: int, token: str, clerk: Clerk, ground: Floor) -> list[Figure]:
    url = f"ws://127.0.0.1:{port}/api/v1/halls/{HALL}/pictures/board"
    async with child("loadtest.screens", url, token, str(load.screens)) as process:
        watchers = Watchers(process)
        await watchers.looking()
        return figures(load, *await measure(clerk, watchers, ground, load))


def _settings(folder: Path, redis: PrivateRedis, port: int) -> dict[str, str]:
    return {
        "JIAOHAO_DATA": str(folder),
        "JIAOHAO_REDIS": redis.url,
        "JIAOHAO_PORT": str(port),
        "JIAOHAO_LOG": "warning",
    }


def _tokens(folder: Path) -> tuple[str, str]:
    known = configuration(Settings(data=folder))
    now = time.time_ns() // 1_000_000
    first_run.prepare(known, now)
    admin, screen = (known.tokens.issue(role, HALL, now) for role in ("admin", "screen"))
    known.close()
    return admin, screen


async def _morning(clerk: Clerk) -> None:
    # The keeper of the hours may have opened the day already.
    await clerk.say("open_day")
    for window in WINDOWS:
        await clerk.told("open_window", window=window)
    for turn in range(SERVED + WAITING):
        await clerk.told("take", service=SERVICE)
        if turn < SERVED:
            await clerk.told("call_next", window="1")
            await clerk.told("finish", window="1")


if __name__ == "__main__":
    import uvloop

    for one in uvloop.run(run()):
        print(one)
