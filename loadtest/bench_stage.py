"""What figures of a whole server are taken on: servers, Redis, screens and those who press.

Every server is `jiaohao run server`, a process of its own; so are Redis and the screens. Nothing
is left when the block ends.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from loadtest.processes import answering, child, family, free_port, uncollected
from loadtest.screens import Look, Question
from ops.configured import configuration
from ops.sample_hall import sample_calendar, sample_hall, sample_place
from ops.settings import Settings
from queue_server.domain.layout import Layout
from queue_server.engine.private_redis import PrivateRedis

HALL = "demo"
#: A server hangs up on whoever has said nothing for 75 s; in good time before (s).
KEPT_ALIVE = 60.0
#: What everybody comes for.
SERVICE = "511F09014002"
#: Whether a server is waited for until all that it starts is there; what is no figure need not.
SETTLED = True


def many_windows(hall: str, windows: int) -> Layout:
    """The sample hall's plan under another name, with so many windows like its first one, and one
    more for all other lanes."""
    plan = sample_hall()
    first = plan.windows[0]
    rest = tuple(lane.id for lane in plan.lanes if lane.id not in first.lanes)
    alike = tuple(replace(first, number=str(number)) for number in range(1, windows + 1))
    last = replace(first, number=str(windows + 1), lanes=rest)
    return replace(plan, hall=hall, windows=(*alike, last))


class Clerk:
    """One kept-alive HTTP connection of somebody who may say everything."""

    def __init__(self, port: int, token: str = "", hall: str = HALL) -> None:
        self._port = port
        self._token = token
        self.hall = hall
        self._lines: tuple[StreamReader, StreamWriter] | None = None
        self._spoke = 0.0

    async def _line(self) -> tuple[StreamReader, StreamWriter]:
        now = time.monotonic()
        if self._lines is None or now - self._spoke > KEPT_ALIVE:
            self.close()
            self._lines = await asyncio.open_connection("127.0.0.1", self._port)
        self._spoke = now
        return self._lines

    async def post(self, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Say something; answers with the status and the body."""
        reader, writer = await self._line()
        writer.write(posted(path, self._token, body))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        return int(head.split(None, 2)[1]), await reader.readexactly(length)

    async def say(self, command: str, **words: str) -> tuple[int, Any]:
        """Say a command; answers with the status and what was told."""
        path = f"/api/v1/halls/{self.hall}/{command}"
        status, answer = await self.post(path, json.dumps(words).encode())
        return status, json.loads(answer)

    async def told(self, command: str, **words: str) -> list[dict[str, Any]]:
        """The events of a command that must not be refused."""
        status, answer = await self.say(command, **words)
        if status != 200:
            raise RuntimeError(f"{command}: {status} {answer}")
        events: list[dict[str, Any]] = answer["events"]
        return events

    async def visit(self, window: str) -> None:
        """Somebody takes a number, is called and goes."""
        await self.told("take", service=SERVICE)
        await self.told("call_next", window=window)
        await self.told("finish", window=window)

    def close(self) -> None:
        """Hang up."""
        if self._lines is not None:
            self._lines[1].close()
            self._lines = None


def posted(path: str, token: str, body: bytes) -> bytes:
    """A request, as bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


class Watchers:
    """A process of screens, seen from here (`loadtest/screens.py`)."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def look(self, looks: Sequence[Look]) -> None:
        """Until every screen has its first picture."""
        await self._say(looks)
        if await self._line() != "looking":
            raise RuntimeError("the screens do not come up")

    async def seen(self, after: int, text: str) -> list[int]:
        """When each screen showed this text (ns); raises RuntimeError when one never did."""
        found = (await self.answers([(after, text, [])]))[0]
        if not all(found):
            raise RuntimeError(f"{found.count(0)} screens never showed {text}")
        return found

    async def answers(self, questions: Sequence[Question]) -> list[list[int]]:
        """When some screens showed some text (ns, 0 for never), question for question."""
        await self._say(questions)
        found: list[list[int]] = json.loads(await self._line())
        return found

    async def _say(self, what: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()

    async def _line(self) -> str:
        assert self._process.stdout
        return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def watchers(looks: Sequence[Look]) -> AsyncIterator[Watchers]:
    """A process of screens that all look."""
    async with child("loadtest.screens") as process:
        found = Watchers(process)
        await found.look(looks)
        yield found


@dataclass(frozen=True)
class Server:
    """One server process."""

    process: Process
    port: int

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid


@dataclass(frozen=True)
class Stage:
    """Published halls and a Redis. `admin` is the token of somebody who may say everything,
    `screens` has that of each hall's screens."""

    folder: Path
    redis: PrivateRedis
    admin: str
    screens: dict[str, str]

    @asynccontextmanager
    async def server(self) -> AsyncIterator[Server]:
        """One more server process, once it answers."""
        port = free_port()
        settings = {
            "JIAOHAO_DATA": str(self.folder),
            "JIAOHAO_REDIS": self.redis.url,
            "JIAOHAO_PORT": str(port),
            "JIAOHAO_LOG": "warning",
        }
        async with child("ops", "run", "server", **settings) as process:
            (await answering(port, process))[1].close()
            # Its archive starts a little later, and is not to start in the middle of a figure.
            while SETTLED and len(family(process.pid)) == 1:
                await asyncio.sleep(0.1)
            yield Server(process, port)

    async def archived(self, clerk: Clerk) -> None:
        """Until the archive has all that has happened in the clerk's hall; it rests in between,
        so that whoever looks at the processor alone believes that it has done."""
        last = (await clerk.told("broadcast", text="…"))[-1]["seq"]
        asked = "SELECT max(seq) FROM events WHERE hall = ?"
        with closing(sqlite3.connect(self.folder / "jiaohao.sqlite")) as database:
            while (database.execute(asked, (clerk.hall,)).fetchone()[0] or 0) < last:
                await asyncio.sleep(0.1)

    def clerk(self, server: Server, hall: str = HALL) -> Clerk:
        """Somebody who may say everything in a hall."""
        return Clerk(server.port, self.admin, hall)

    def look(self, server: Server, picture: str, count: int, hall: str = HALL) -> Look:
        """So many screens that show this picture."""
        url = f"ws://127.0.0.1:{server.port}/api/v1/halls/{hall}/pictures/{picture}"
        return url, self.screens[hall], count


@asynccontextmanager
async def stage(layouts: Sequence[Layout] = ()) -> AsyncIterator[Stage]:
    """A stage with these halls; the sample hall when there are none."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jh-")))
        known, now = configuration(Settings(data=folder)), time.time_ns() // 1_000_000
        screens = {}
        for layout in layouts or (sample_hall(),):
            known.publish(layout, sample_calendar(), "bench", now, sample_place())
            screens[layout.hall] = known.tokens.issue("screen", layout.hall, now)
        admin = known.tokens.issue("admin", "", now)
        known.close()
        # As in bench_engine: what is measured is our work, not this machine's disk.
        redis = PrivateRedis(folder / "redis", durable=False).start()
        stack.callback(redis.stop)
        stack.enter_context(uncollected())
        yield Stage(folder, redis, admin, screens)


async def opened(clerk: Clerk, windows: Sequence[str], served: int, waiting: int = 0) -> None:
    """A hall in the middle of its morning: so many were served, so many wait."""
    # The keeper of the hours may have opened the day already.
    await clerk.say("open_day")
    for window in windows:
        await clerk.told("open_window", window=window)
    for _ in range(served):
        await clerk.visit(windows[0])
    for _ in range(waiting):
        await clerk.told("take", service=SERVICE)
