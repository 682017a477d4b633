"""After any outage the right picture comes back by itself; the page is never loaded again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from queue_server.domain.events import TicketCalled
from queue_server.domain.refusals import Unavailable
from queue_server.engine.redis_hall import RedisHall
from tests.browser.chromium import Opener
from tests.browser.proxy import Network
from tests.conftest import Clock
from tests.events import only
from tests.installation import PATIENCE, Installation, hall_at, installed

pytestmark = pytest.mark.anyio

#: As long as the network is away in the issue (s).
CUT = 30
#: And longer than a call flashes (s).
FLASH = 3.1


async def test_a_cut_network_is_noticed_and_outlived(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """For 30 s nothing comes through and nobody is told. The page says how old it is, keeps what
    it showed, and has what it missed soon after."""
    async with Network(url).laid() as network:
        board = await window(f"{network.url}/hall/board", timed=True)
        await hall.take("G1")
        await hall.open_window("1")
        await hall.call_next("1")
        await board.see('#calls [data-ticket="A001"]')
        # It no longer flashes.
        clock.pass_(seconds=FLASH)
        await board.passes(FLASH)
        await board.until("!document.querySelector('.new')")

        network.cut()
        await hall.take("P1")
        await hall.open_window("3")
        await hall.call_next("3")
        clock.pass_(seconds=CUT)
        await board.passes(CUT)
        assert "正在重新连接" in await board.text("#line")
        assert await board.page.locator("#calls .called").count() == 1

        network.mend()
        await board.see('#calls [data-ticket="B001"]')
        assert await board.page.locator("#line").is_hidden()
        assert await board.page.locator(".new").count() == 0
        assert await board.mark() == "first"


async def test_the_browser_says_that_the_network_is_back(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """Nobody waits for the next try."""
    board = await window(f"{url}/hall/board")
    await board.reads("#calls", "暂无叫号")
    opened: list[str] = []
    board.page.on("websocket", lambda socket: opened.append(socket.url))
    await board.page.context.set_offline(True)
    await board.page.context.set_offline(False)

    async with asyncio.timeout(PATIENCE):
        while not opened:
            await asyncio.sleep(0.02)
    await board.until("document.getElementById('line').hidden")


@pytest.fixture
def installation() -> Iterator[Installation]:
    with installed() as made:
        yield made.start().ready()


async def call(installation: Installation, ticket_of: str, window: str, token: str) -> str:
    """Somebody is called; whoever says it waits for a hall that is away."""
    async with hall_at(installation.url, token) as hall:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await hall.take(ticket_of)
                    await hall.open_window(window)
                    return only(await hall.call_next(window), TicketCalled).ticket
                except Unavailable:
                    await asyncio.sleep(0.1)


async def test_a_killed_redis_and_a_killed_server_are_waited_for(
    installation: Installation, window: Opener
) -> None:
    """The hall comes back as it was, and so does its screen. A server is started again after a
    while, and a call is made before the screen has come back."""
    token = await asyncio.to_thread(installation.token)
    board = await window(f"{installation.url}/demo/board")
    first = await call(installation, "511F09014002", "3", token)
    await board.see(f'#calls [data-ticket="{first}"]')

    await asyncio.to_thread(installation.kill_redis)
    assert await board.text("#calls .number") == first
    second = await call(installation, "512B0070200003", "4", token)
    await board.see(f'#calls [data-ticket="{second}"]')
    await board.see(f'#calls [data-ticket="{first}"]')
    await board.until("document.getElementById('line').hidden")

    installation.signal(signal.SIGKILL)
    await board.reads("#line", "正在重新连接")
    assert await board.page.locator("#calls .called").count() == 2
    await asyncio.to_thread(installation.start().ready)
    third = await call(installation, "512B0070200003", "5", token)

    await board.see(f'#calls [data-ticket="{third}"]')
    await board.until("document.getElementById('line').hidden")
    assert await board.mark() == "first"
