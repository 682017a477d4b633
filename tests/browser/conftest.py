"""A browser, a hall with real time, and its screens on a server of the test's own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, ViewportSize
from starlette.applications import Starlette

from display.pages import FOLDER, pages
from display.pictures import PAINTERS
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from tests.api.serving import configuration, running, state, tokens  # noqa: F401
from tests.browser.chromium import PATIENCE, Opener, Screen, chromium
from tests.conftest import Clock


class WallClock(Clock):
    """The time goes on by itself, from ten in the morning of today, whenever the tests run: an hour
    before midnight nobody can come too early. `pass_` sets it forward for good."""

    def __init__(self) -> None:
        today = datetime.now(ZoneInfo("Asia/Shanghai"))
        ten = today.replace(hour=10, minute=0, second=0, microsecond=0)
        super().__init__(round((ten - today).total_seconds()) * 1000)

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.now


@pytest.fixture
def clock() -> Clock:
    return WallClock()


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[Opener]:
    """Opens pages; each is a browser of its own, with nothing remembered. Of one that is `timed`,
    the time can be made to pass (`Screen.passes`)."""
    async with AsyncExitStack() as stack:

        async def opened(
            url: str, width: int = 1280, height: int = 720, *, timed: bool = False, **more: Any
        ) -> Screen:
            size = ViewportSize(width=width, height=height)
            context = await browser.new_context(viewport=size, **more)
            stack.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE)
            if timed:
                await context.clock.install()
            return await Screen(await context.new_page()).open(url)

        yield opened


def screens(server: ServerState, layout: Layout, site: Site | None = None) -> Starlette:
    """The server of a hall with its screens."""
    site = site or Site(display=FOLDER)

    async def plan(hall: str) -> Layout | None:
        return layout if hall == layout.hall else None

    shown = replace(server, exhibits=PAINTERS)
    return create_app(shown, [*site.routes(), *pages(site, plan)])


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """With English names, and a second zone."""
    windows = tuple(
        replace(
            window, name_en=f"Desk {window.number}", zone="east" if window.number == "9" else "main"
        )
        for window in layout.windows
    )
    return replace(layout, name_en="Test Hall", windows=windows).checked()


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:  # noqa: F811
    async with running(screens(state, layout)) as address:
        yield address
