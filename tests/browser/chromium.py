"""A real browser, and what a test wants to know of a page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
OPTIONS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
#: A guard against hanging, as long as any machine may take (ms).
PATIENCE = 60_000

Opener = Callable[..., Awaitable["Screen"]]


class Screen:
    """A page that stands open; `complaints` is whatever the browser had to say against it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    async def open(self, url: str, mark: str = "first") -> Screen:
        """Go there, and mark the page: a page that was loaded again has no mark."""
        await self.page.goto(url)
        await self.page.evaluate("mark => { window.mark = mark }", mark)
        return self

    async def mark(self) -> str:
        """The mark, or nothing after a reload."""
        return str(await self.page.evaluate("window.mark || ''"))

    async def passes(self, seconds: float) -> None:
        """So long goes by for the page, with whatever it does meanwhile: it was opened `timed`."""
        await self.page.clock.run_for(round(seconds * 1000))

    async def text(self, selector: str) -> str:
        """What stands there, with single spaces."""
        found = await self.page.locator(selector).first.inner_text()
        return " ".join(found.split())

    async def see(self, selector: str) -> None:
        """Wait until there is such an element to be seen."""
        await self.page.locator(selector).first.wait_for(timeout=PATIENCE)

    async def until(self, condition: str, argument: Any = None, patience: float = PATIENCE) -> None:
        """Wait until a condition in JavaScript holds."""
        # Playwright's own way of waiting needs eval, which our pages forbid.
        async with asyncio.timeout(patience / 1000):
            while not await self.page.evaluate(condition, argument):
                await asyncio.sleep(0.02)

    async def reads(self, selector: str, words: str) -> None:
        """Wait until these words stand there."""
        await self.until(
            """([where, words]) => [...document.querySelectorAll(where)]
               .some((one) => one.textContent.replace(/\\s+/g, " ").includes(words))""",
            [selector, words],
        )


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    if not PROGRAM:
        pytest.skip("there is no chromium here")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=PROGRAM, args=list(OPTIONS))
        yield browser
        await browser.close()
