"""A screen stands for months; when its server has a newer page, it loads itself anew."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Error

from display.pages import FOLDER
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from tests.api.serving import running
from tests.browser.chromium import PATIENCE, Opener, Screen
from tests.browser.conftest import screens
from tests.browser.proxy import Network

pytestmark = pytest.mark.anyio


async def _stands(board: Screen) -> bool:
    """Whether it is the page that was opened, a second later by its clock."""
    try:
        await board.page.clock.run_for(1_000)
        return bool(await board.mark())
    except Error:
        # It is just leaving.
        return True


async def test_a_newer_version_is_loaded(
    state: ServerState, layout: Layout, window: Opener, tmp_path: Path
) -> None:
    """The next time that the page comes back to its server; an equal version changes nothing."""
    newer = tmp_path / "display"
    shutil.copytree(FOLDER, newer, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (newer / "static" / "board.css").open("a") as file:
        file.write("/* newer */")

    async with running(screens(state, layout)) as old, Network(old).laid() as network:
        board = await window(f"{network.url}/hall/board")
        await board.reads("#calls", "暂无叫号")
        async with running(screens(state, layout, Site(display=newer))) as new:
            await board.page.clock.install()
            network.to(new)
            async with asyncio.timeout(PATIENCE / 1000):
                while await _stands(board):
                    await asyncio.sleep(0.05)
            await board.reads("#calls", "暂无叫号")
            version = await board.page.locator("html").get_attribute("data-version")
            assert version == Site(display=newer).version
    assert urlsplit(board.page.url).path == "/hall/board"
