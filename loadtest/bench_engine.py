"""How fast the dispatcher is: one process against Redis itself, few waiting against many.

The floor of a lifecycle is the same function calls, already packed, sent by 50 connections in
pipelines of 16 from a process that does nothing else (what redis-benchmark does; it cannot send
four different calls in turn, so `take` alone is also held against redis-benchmark itself).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import selectors
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import hiredis
import uvloop

from loadtest.figures import Figure, figure
from ops.sample_hall import sample_hall
from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.engine.connection import Address, Connection, packed
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import RedisHall

CLERKS = 50
PIPELINE = 16
# Windows that press next in one round of the scaling figures.
AT_ONCE = 10
ROUNDS = 5


def fifty_windows(layout: Layout) -> Layout:
    """The layout with fifty windows like its first one."""
    first = layout.windows[0]
    numbers = [str(number) for number in range(1, CLERKS + 1)]
    known = set(numbers)
    others = tuple(window for window in layout.windows if window.number not in known)
    return replace(layout, windows=tuple(replace(first, number=n) for n in numbers) + others)


@asynccontextmanager
async def open_hall(layout: Layout, folder: Path) -> AsyncIterator[tuple[RedisHall, PrivateRedis]]:
    """A hall with all its windows open, on a Redis of its own."""
    server = PrivateRedis(folder, durable=False).start()
    connection, feed = (
        Connection(Address.parse(server.url), prepare=load),
        Feed(Address.parse(server.url)),
    )
    await connection.open()

    async def published() -> Layout:
        return layout

    hall = RedisHall(connection, feed, layout.tenant, layout.hall, published)
    try:
        await hall.open_day()
        await asyncio.gather(*(hall.open_window(window.number) for window in layout.windows))
        yield hall, server
    finally:
        await connection.close()
        server.stop()


async def lifecycle(layout: Layout) -> list[Figure]:
    """take → call_next → start → finish at fifty windows at once, and take alone."""
    layout = fifty_windows(layout)
    services = [s.code for s in layout.services if s.lane in layout.windows[0].lanes]
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        async with open_hall(layout, Path(folder)) as (hall, server):
            await asyncio.gather(*(hall.take(services[i % len(services)]) for i in range(200)))
            ours, floor = [], []
            for _ in range(ROUNDS):
                ours.append(await _our_lifecycle(hall, services))
                floor.append(await asyncio.to_thread(_raw, server, await _root(hall), services))
            taken = await _our_takes(hall, services)
            raw_takes = await _redis_benchmark(server, await _root(hall), services[0])
    return [
        figure(
            f"lifecycle, 1 process, {CLERKS} windows ÷ raw Redis",
            sorted(ours)[ROUNDS // 2],
            sorted(floor)[ROUNDS // 2],
            "commands/s",
            ">= 0.8",
        ),
        figure("take, 1 process ÷ redis-benchmark", taken, raw_takes, "commands/s"),
    ]


async def _root(hall: RedisHall) -> str:
    view_day = (await hall.state())["day"]
    return f"{hall.root}:{view_day}"


async def _our_lifecycle(hall: RedisHall, services: list[str], rounds: int = 40) -> float:
    async def clerk(window: str, offset: int) -> None:
        for turn in range(rounds):
            await hall.take(services[(offset + turn) % len(services)])
            await hall.call_next(window)
            await hall.start(window)
            await hall.finish(window)

    began = time.perf_counter()
    await asyncio.gather(*(clerk(str(n), n * 7) for n in range(1, CLERKS + 1)))
    return CLERKS * rounds * 4 / (time.perf_counter() - began)


async def _our_takes(hall: RedisHall, services: list[str], each: int = 200) -> float:
    async def kiosk() -> None:
        for _ in range(each):
            await hall.take(services[0])

    began = time.perf_counter()
    await asyncio.gather(*(kiosk() for _ in range(CLERKS)))
    return CLERKS * each / (time.perf_counter() - began)


def _raw(server: PrivateRedis, root: str, services: list[str], pipelines: int = 10) -> float:
    # A process of its own, so that the floor does not share our interpreter's lock.
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[float] = context.Queue()
    child = context.Process(
        target=_raw_child, args=(str(server.socket), root, services, pipelines, answers)
    )
    child.start()
    rate = answers.get(timeout=60)
    child.join()
    return rate


def _raw_child(
    path: str, root: str, services: list[str], pipelines: int, answers: multiprocessing.Queue[float]
) -> None:
    lines = [_Line(path, root, str(n), services, pipelines) for n in range(1, CLERKS + 1)]
    selector = selectors.DefaultSelector()
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
    began = time.perf_counter()
    for line in lines:
        line.send()
    busy = len(lines)
    while busy:
        for key, _ in selector.select():
            busy -= key.data.read()
    answers.put(CLERKS * PIPELINE * pipelines / (time.perf_counter() - began))


class _Line:
    """One connection that sends pipelines made beforehand: four lifecycles of one window each."""

    def __init__(
        self, path: str, root: str, window: str, services: list[str], pipelines: int
    ) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self._reader = hiredis.Reader()
        self._left = PIPELINE
        unique = f"{time.time_ns()}-{window}"
        now = time.time_ns() // 1_000_000
        self._out = [
            b"".join(
                packed(
                    *("FCALL", f"jiaohao_{verb}", 1, root, "now", now),
                    *("command", f"{unique}-{at}-{turn}-{verb}"),
                    *(("services", services[turn]) if verb == "take" else ("window", window)),
                )
                for turn in range(PIPELINE // 4)
                for verb in ("take", "call_next", "start", "finish")
            )
            for at in range(pipelines)
        ]

    def send(self) -> None:
        self.socket.sendall(self._out.pop())

    def read(self) -> bool:
        """Read what is there; whether this line has said everything and heard all answers."""
        self._reader.feed(self.socket.recv(1 << 20))
        while (reply := self._reader.gets()) is not False:
            if isinstance(reply, Exception):
                raise reply
            self._left -= 1
        if self._left:
            return False
        if not self._out:
            return True
        self._left = PIPELINE
        self.send()
        return False


async def _redis_benchmark(server: PrivateRedis, root: str, service: str) -> float:
    now = time.time_ns() // 1_000_000
    call = ("FCALL", "jiaohao_take", "1", root, "now", str(now))
    words = (*call, "command", "bench-__rand_int__", "services", service)
    process = await asyncio.create_subprocess_exec(
        *("redis-benchmark", "-s", str(server.socket), "-c", str(CLERKS), "-P", str(PIPELINE)),
        *("-n", "20000", "-r", "1000000000", "-q", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    told, _ = await process.communicate()
    return float(re.findall(r"([\d.]+) requests per second", told.decode())[-1])


async def scaling() -> list[Figure]:
    """call_next with few and with many waiting, and with few and with many lanes."""
    few = await _call_next_time(lanes=3, waiting=10)
    many = await _call_next_time(lanes=3, waiting=100_000)
    wide = await _call_next_time(lanes=30, waiting=300)
    narrow = await _call_next_time(lanes=3, waiting=300)
    return [
        figure("call_next, 100,000 waiting ÷ 10 waiting", many, few, "µs", "<= 1.3"),
        figure("call_next, 30 lanes ÷ 3 lanes", wide, narrow, "µs", "<= 2.5"),
    ]


def _plain_layout(lanes: int) -> Layout:
    ids = [f"lane{n}" for n in range(lanes)]
    prefixes = [chr(65 + n // 26) + chr(65 + n % 26) for n in range(lanes)]
    numbers = [str(n) for n in range(1, AT_ONCE + 1)]
    return Layout(
        tenant="bench",
        hall="bench",
        name="bench",
        lanes=tuple(Lane(id_, id_, prefix) for id_, prefix in zip(ids, prefixes, strict=True)),
        services=tuple(Service(code=f"S{id_}", name=id_, lane=id_) for id_ in ids),
        windows=tuple(
            Window(number=number, name="all", kinds=(Kind.UNIFIED,), lanes=tuple(ids))
            for number in numbers
        ),
    )


async def _call_next_time(lanes: int, waiting: int, rounds: int = 200) -> float:
    """Redis's own time for one call_next, in µs (INFO commandstats); every ticket that is called
    is replaced by a new one, so that as many wait all the time."""
    layout = _plain_layout(lanes)
    codes = [service.code for service in layout.services]
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        async with open_hall(layout, Path(folder)) as (hall, server):
            asking = Connection(Address.parse(server.url))
            await asking.open()
            for start in range(0, waiting + AT_ONCE, 500):
                batch = range(start, min(start + 500, waiting + AT_ONCE))
                await asyncio.gather(*(hall.take(codes[n % lanes]) for n in batch))
            spent = []
            for turn in range(rounds):
                await asking.call("CONFIG", "RESETSTAT")
                await asyncio.gather(*(hall.call_next(w.number) for w in layout.windows))
                spent.append(_usec_per_call(await asking.call("INFO", "commandstats")))
                await asyncio.gather(*(hall.finish(w.number) for w in layout.windows))
                new = range(turn, turn + AT_ONCE)
                await asyncio.gather(*(hall.take(codes[n % lanes]) for n in new))
            await asking.close()
    return sorted(spent)[rounds // 2]


def _usec_per_call(told: str) -> float:
    found = re.search(r"cmdstat_fcall:.*?usec_per_call=([\d.]+)", told)
    if found is None:
        raise RuntimeError("Redis counted no call")
    return float(found[1])


async def run() -> list[Figure]:
    """All figures of the engine, on the sample hall's layout."""
    return [*await lifecycle(sample_hall()), *await scaling()]


if __name__ == "__main__":
    for one in uvloop.run(run()):
        print(one)
