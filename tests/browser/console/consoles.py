"""Consoles that clerks work at, on a server with their hall, and what came of it there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from queue_server.api.auth import COOKIE
from queue_server.archive.configuration import Configuration
from queue_server.domain.events import Event, TicketCalled
from queue_server.domain.hall import Position
from queue_server.engine.redis_hall import RedisHall
from tests.browser.chromium import Opener, Screen
from tests.conftest import Clock
from tests.console.serving import PASSWORD

Sit = Callable[..., Awaitable["Console"]]


class Console(Screen):
    """A console that somebody works at."""

    async def press(self, *keys: str) -> None:
        """Keys, one after the other, each when the page is ready for it."""
        for key in keys:
            await self.until("document.body.dataset.busy === 'false'")
            await self.page.keyboard.press(key)

    async def told(self, words: str) -> None:
        """Wait until the page has told this."""
        await self.reads("#told, #trouble", words)

    async def at(self, state: str) -> None:
        """Wait until the window is in this state: closed, open, paused, called or serving."""
        await self.until("state => document.body.dataset.state === state", state)

    async def ready(self) -> Console:
        """Wait until it has its picture, and knows who works here."""
        await self.until("'state' in document.body.dataset")
        await self.until("document.querySelector('#account').textContent.match(/王芳|李敏/)")
        return self


def sitting(window: Opener, configuration: Configuration, clock: Clock) -> Sit:
    """Opens a console for somebody who has signed in already."""

    async def opened(address: str, name: str = "wang", **more: Any) -> Console:
        token = configuration.sessions.sign_in(name, PASSWORD, clock()).token
        page = await window("about:blank", **more)
        await page.page.context.add_cookies(
            [{"name": COOKIE, "value": token, "url": address.partition("/hall")[0]}]
        )
        console = Console(page.page)
        await console.open(address)
        return console

    return opened


async def events(hall: RedisHall) -> list[Event]:
    return await hall.events(Position((await hall.view()).day, 0), 1000)


async def kinds(hall: RedisHall) -> list[str]:
    return [one.kind for one in await events(hall) if one.kind.startswith(("ticket", "window"))]


async def calls(hall: RedisHall) -> list[str]:
    return [one.ticket for one in await events(hall) if isinstance(one, TicketCalled)]
