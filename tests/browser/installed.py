"""A town's installation, put together as `jiaohao run` does it, with the people who work there.

Redis, SQL, the keeper of the hours, a slip printer and a voice that write files: all real and of
the test's own, in the test's process, so that it can be stopped and started again in the middle.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from playwright.async_api import BrowserContext

from ops import edges
from ops.auditing import read_day
from ops.compose import Parts, composed
from ops.configured import configuration
from ops.first_run import prepare
from ops.sample_hall import sample_calendar, sample_hall
from ops.settings import Settings
from ops.supervisor import server_of
from queue_server.api.auth import COOKIE
from queue_server.audit.auditor import Verdict, audit
from queue_server.domain.events import Event
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.browser.chromium import PATIENCE, Screen
from tests.installation import free_port
from tests.redis_server import RedisServer

PASSWORD = "a long enough password 1"
#: Who works in the sample hall: name → role, full name.
PEOPLE = {
    "chen": ("manager", "陈主任"),
    "wang": ("clerk", "王芳"),
    "zhao": ("guide", "赵敏"),
    "shen": ("auditor", "沈审计"),
}
#: What somebody comes for, in the lane `police`, whose window is 3.
REGISTER = "511F09014002"
DEVICES = """\
hall: demo
printers:
  printer-1: {url: "preview://{data}/preview/slips?width=80&keep=200", sources: [kiosk, guide]}
voices:
  voice-1: {speaker: "file://{data}/preview/voice?pace=0&keep=200", synthesizer: "chime:"}
"""

#: What a browser says against a page that is in order: whoever is not signed in yet asks who he is,
#: and a kiosk asks its own machine for readers that are not there.
EXPECTED = ("(Unauthorized)", "ws://127.0.0.1:8701/")


def against(page: Screen) -> list[str]:
    """What the browser has said against a page."""
    return [one for one in page.complaints if not any(known in one for known in EXPECTED)]


class Town:
    """An installation with the sample hall `demo`; `others` are halls beside it."""

    def __init__(self, folder: Path, *, devices: str = "", others: tuple[str, ...] = ()) -> None:
        self._redis = RedisServer(folder / "redis")
        self._others = others
        self._running = AsyncExitStack()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        (folder / "devices.yaml").write_text(devices, "utf-8")
        self.settings = Settings(data=folder, port=port, address=self.url)
        self.parts: Parts
        self.hall: RedisHall

    # --- from the first start to the last stop

    async def install(self) -> Town:
        """The first start, and everybody is engaged."""
        await asyncio.to_thread(self._redis.start)
        await asyncio.to_thread(self._engage)
        await self.start()
        return self

    def _engage(self) -> None:
        known, now = configuration(self.settings), wall_clock()
        prepare(known, now)
        for id_ in self._others:
            other = replace(sample_hall(), hall=id_, name="邻镇大厅", name_en="Next Town")
            known.publish(other, sample_calendar(), "test", now)
        for name, (role, full) in PEOPLE.items():
            known.people.add_person(name, PASSWORD, now, full)
            known.people.grant(name, role, hall="demo")
        known.close()

    async def start(self) -> None:
        """Serve, until `stop`."""
        stack = self._running
        self.parts = await stack.enter_async_context(composed(self.settings, self._redis.url))
        server = server_of(self.parts.app, self.settings.port)
        server.config.timeout_graceful_shutdown = 1
        jobs = [
            asyncio.create_task(self.parts.keeper.run()),
            asyncio.create_task(edges.beside(self.settings, self.parts)),
        ]
        serving = asyncio.create_task(server.serve())

        async def end() -> None:
            server.should_exit = True
            await serving
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

        stack.push_async_callback(end)
        async with asyncio.timeout(PATIENCE / 1000):
            while not server.started:
                await asyncio.sleep(0.01)
            found = await self.parts.halls.hall("demo")
            assert found
            self.hall = found
            for hall in await self.parts.halls.every():
                while (await hall.opening()) is None:
                    await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """As when somebody restarts the machine; Redis keeps what it has."""
        await self._running.aclose()

    async def remove(self) -> None:
        """Leave nothing running."""
        await self.stop()
        self._redis.kill()

    # --- people and devices

    def token(self, role: str, hall: str = "demo", window: str = "") -> str:
        """The token of a device, or of a program that works for somebody."""
        issue = self.parts.configuration.tokens.issue
        return issue(role, hall, wall_clock(), window=window)

    def session(self, name: str) -> str:
        """Somebody signs in."""
        sessions = self.parts.configuration.sessions
        return sessions.sign_in(name, PASSWORD, wall_clock()).token

    async def seat(self, context: BrowserContext, name: str) -> None:
        """Somebody sits at this browser, signed in."""
        session = await asyncio.to_thread(self.session, name)
        await context.add_cookies(
            [
                {
                    "name": COOKIE,
                    "value": session,
                    "url": self.url,
                    "sameSite": "Strict",
                    "httpOnly": True,
                }
            ]
        )

    # --- what the hall knows

    async def day(self) -> list[Event]:
        """All events of today."""
        return await read_day(self.hall, (await self.hall.view()).day)

    async def kinds(self, ticket: str) -> list[str]:
        """What has happened to a ticket, devices' reports left out."""
        devices = ("ticket.announced", "ticket.shown", "ticket.printed")
        return [
            one.kind
            for one in await self.day()
            if getattr(one, "ticket", "") == ticket and one.kind not in devices
        ]

    async def verdict(self) -> Verdict:
        """What the auditor says of today."""
        return audit(await self.day())


@asynccontextmanager
async def town(*, devices: str = "", others: tuple[str, ...] = ()) -> AsyncIterator[Town]:
    """An installation in a new folder, whose path is short enough for Redis's socket."""
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    made = Town(folder, devices=devices, others=others)
    try:
        yield await made.install()
    finally:
        await made.remove()
        shutil.rmtree(folder, ignore_errors=True)
