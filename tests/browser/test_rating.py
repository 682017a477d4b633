"""The rating tablet at a window in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from queue_server.api.state import ServerState
from queue_server.domain.events import TicketRated
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens, running
from tests.browser.axe import violations
from tests.browser.chromium import PATIENCE, Opener, Screen
from tests.browser.visiting import visiting

pytestmark = pytest.mark.anyio

#: A question that has just been put takes no touch for so long, and thanks stand so long (s).
READY, THANKED = 0.7, 3.1
#: A finger that is there at the very moment when the question comes.
HASTY = """() => {
  window.hasty = 0;
  const comes = new MutationObserver(() => {
    const one = document.querySelector('[data-score="1"]');
    if (one && !window.hasty++) one.click();
  });
  comes.observe(document.getElementById("rate"), { childList: true, subtree: true });
}"""
SIZES = ((1280, 800), (800, 1280), (1024, 600))


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(visiting(state, layout)) as address:
        yield address


@pytest.fixture
def tablet(url: str, tokens: Tokens) -> str:
    """Where the tablet of window 3 is registered."""
    return f"{url}/hall/rate/3#token={tokens('screen')}"


async def served(hall: RedisHall) -> None:
    await hall.take("P1")
    await hall.call_next("3")
    await hall.finish("3")


async def ratings(hall: RedisHall, count: int) -> list[tuple[str, int, tuple[str, ...], str]]:
    """The first so many ratings: ticket, score, reasons, source."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            events = await hall.events(Position((await hall.view()).day, 0), 1000)
            found = [e for e in events if isinstance(e, TicketRated)]
            if len(found) >= count:
                return [(e.ticket, e.score, e.reasons, e.source) for e in found]
            await asyncio.sleep(0.02)


async def test_one_touch_and_thanks(tablet: str, hall: RedisHall, window: Opener) -> None:
    """Idle, the question after a visit, one touch, thanks, idle again; a bad one says why."""
    await hall.open_window("3")
    screen = await window(tablet, timed=True)
    await screen.reads(".idle", "请在此评价")
    # A finger that was on its way when the question came does not count.
    await screen.page.evaluate(HASTY)
    await served(hall)
    await screen.reads("h1", "B001 请评价本次服务")
    await screen.until("window.hasty > 0")
    await screen.see(".levels")
    await screen.passes(READY)
    await screen.page.dblclick('[data-score="5"]')
    await screen.reads(".thanks", "感谢您的评价")
    assert await ratings(hall, 1) == [("B001", 5, (), "tablet")]
    await screen.passes(THANKED)
    await screen.see(".idle")

    await served(hall)
    await screen.reads("h1", "B002")
    await screen.passes(READY)
    await screen.page.click('[data-score="1"]')
    await screen.passes(READY)
    await screen.reads(".count", "秒后自动提交")
    await screen.page.click(".send .quiet")
    await screen.see(".levels")
    await screen.passes(READY)
    await screen.page.click('[data-score="2"]')
    for reason in ("manner", "slow", "slow"):
        await screen.page.click(f'[data-reason="{reason}"]')
    await screen.passes(READY)
    await screen.page.click(".send .primary")
    await screen.see(".thanks")
    assert (await ratings(hall, 2))[1] == ("B002", 2, ("manner",), "tablet")
    assert screen.complaints == []


async def test_nobody_is_forced_and_nobody_rates_for_another(
    tablet: str, hall: RedisHall, window: Opener
) -> None:
    """Who goes away has not rated; the question goes when the next visitor sits down, and when
    it was answered on the phone. What somebody had begun to say is not lost."""
    await hall.open_window("3")
    screen = await window(tablet, timed=True)
    await served(hall)
    await screen.reads("h1", "B001")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.start("3")
    await screen.see(".idle")
    await hall.finish("3")
    await screen.reads("h1", "B002")
    await hall.rate("B002", 4, source="phone")
    await screen.see(".idle")

    await served(hall)
    await screen.reads("h1", "B003")
    await screen.passes(READY)
    await screen.page.click('[data-score="2"]')
    await screen.page.click('[data-reason="slow"]')
    await hall.take("P1")
    await hall.call_next("3")
    await hall.start("3")
    await screen.see(".thanks")
    assert (await ratings(hall, 2))[1] == ("B003", 2, ("slow",), "tablet")


async def test_a_tablet_without_a_token_asks_nobody(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """It could tell the hall nothing, and says what is missing."""
    await hall.open_window("3")
    screen = await window(f"{url}/hall/rate/3")
    await served(hall)
    await screen.reads("#unknown", "尚未登记")
    await screen.page.wait_for_timeout(500)
    assert await screen.page.locator(".levels").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_use_it(
    tablet: str, hall: RedisHall, window: Opener, theme: str
) -> None:
    """Whatever the tablet's size: nothing to scroll to, large targets, and nothing that axe
    finds."""
    await hall.open_window("3")
    screen = await window(tablet.replace("#", f"?theme={theme}#"), timed=True)
    await screen.see(".idle")
    assert await against(screen) == []
    await served(hall)
    await screen.see(".levels")
    assert await against(screen) == []
    await screen.passes(READY)
    await screen.page.focus('[data-score="2"]')
    await screen.page.keyboard.press("Enter")
    await screen.see(".count")
    assert await against(screen) == []


async def against(screen: Screen) -> list[str]:
    """What is wrong with the picture as it stands, at any size."""
    found: list[str] = []
    for width, height in SIZES:
        await screen.page.set_viewport_size({"width": width, "height": height})
        if not await screen.page.evaluate("document.documentElement.scrollHeight <= innerHeight"):
            found.append(f"{width} × {height}: it does not fit")
        found += [f"{width} × {height}: {one}" for one in await violations(screen.page)]
    return found
