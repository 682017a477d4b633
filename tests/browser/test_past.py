"""A manager looks back: the board as it was, and why one number was called before another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Frame, Route
from starlette.applications import Starlette
from starlette.requests import Request

from display import pages as screens
from ops.manage import pages as manage
from queue_server.api.app import create_app
from queue_server.api.auth import shown_by
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Principal
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from queue_server.web.site import Site
from tests.api.serving import running
from tests.browser import axe
from tests.browser.chromium import Opener, Screen
from tests.browser.managing import employ, sign_in
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

#: 2026-03-02 08:30 in China; the hall's clock stands.
OPENED = 1_772_411_400_000


@pytest.fixture
def clock() -> Clock:
    """The test sets it: a story of seconds is told without waiting for any."""
    return Clock(OPENED)


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    """A server with the screens and the manager's pages."""
    known = state.configuration
    site = Site(manage.BORROWED, manage=manage.FOLDER, display=screens.FOLDER)

    async def plan(hall: str) -> Layout | None:
        return layout if hall == layout.hall else None

    async def who(request: Request) -> Principal | None:
        shown = shown_by(dict(request.scope["headers"]))
        return known.principal(shown.secret, state.clock()) if shown else None

    routes = [*site.routes(), *manage.pages(site, plan, who), *screens.pages(site, plan)]
    app: Starlette = create_app(state, routes)
    async with running(app) as address:
        yield address


@pytest.fixture
async def page(window: Opener, configuration: Configuration, clock: Clock) -> AsyncIterator[Screen]:
    """An empty page before the hall's manager, of which the browser has no complaints."""
    employ(configuration, "lin", "manager", clock(), full_name="林主任")
    screen = await window("about:blank", width=1280, height=1200)
    yield screen
    assert screen.complaints == []


async def opened(page: Screen, url: str) -> None:
    """When the story is over: a session does not outlast hours without a word."""
    await sign_in(page.page, url, "lin")
    await page.open(f"{url}/manage/hall/past")


async def shown(page: Screen, at: str) -> Frame:
    """The screen within the page, once it shows this moment (hour, minute, second)."""
    await page.until(
        """(time) => document.getElementById("shown").contentDocument
           ?.getElementById("line")?.textContent.includes(time)""",
        at,
    )
    return next(one for one in page.page.frames if one != page.page.main_frame)


async def late(route: Route) -> None:
    await asyncio.sleep(0.5)
    await route.continue_()


async def numbers(frame: Frame) -> list[str]:
    return await frame.locator("#calls .number").all_inner_texts()


async def choose(page: Screen, moment: str) -> None:
    await page.page.fill("#at", moment)
    await page.page.click("#moment button")


async def test_a_call_is_on_the_past_board_from_its_second_on(
    url: str, page: Screen, hall: RedisHall, clock: Clock
) -> None:
    """Called at 10:00:05: on the board of 10:00:06 and not on that of 10:00:04; by the moment,
    by seconds and by what happened."""
    await hall.open_window("3")
    await hall.take("P1")
    clock.pass_(minutes=90, seconds=5)
    await hall.call_next("3")
    clock.pass_(minutes=30)

    await opened(page, url)
    await choose(page, "2026-03-02T10:00:04")
    frame = await shown(page, "10:00:04")
    assert await numbers(frame) == []
    assert "回放：3月2日" in await frame.locator("#line").inner_text()
    assert await frame.locator("#lanes [data-lane=police] b").inner_text() == "1"

    # Quicker than the answers come: every press counts.
    await page.page.route("**/past/board?*", late)
    for _ in range(2):
        await page.page.click("text=+ 1 秒")
    frame = await shown(page, "10:00:06")
    await page.page.unroute("**/past/board?*", late)
    assert await numbers(frame) == ["B001"]
    assert await frame.locator("#clock b").inner_text() == "10:00"

    await page.page.click("text=上一事件")
    assert await numbers(await shown(page, "10:00:05")) == ["B001"]
    await page.page.click("text=上一事件")
    assert await numbers(await shown(page, "08:30:00")) == []
    await page.page.select_option("#screen", "sign:3")
    await page.page.click("text=下一事件")
    frame = await shown(page, "10:00:05")
    assert await frame.locator("#sign .ticket").inner_text() == "B001"
    assert await frame.locator("#sign.called").count() == 1


async def test_a_moment_that_has_not_been(url: str, page: Screen, hall: RedisHall) -> None:
    """The page says so at the field, and keeps what it shows."""
    await opened(page, url)
    await shown(page, "08:30:00")
    await choose(page, "2031-01-01T00:00:00")
    await page.reads("#trouble", "请选择一个已经过去的时刻")
    assert await page.page.get_attribute("#at", "aria-invalid") == "true"
    await choose(page, "2026-03-01T12:00:00")
    await page.reads("#trouble", "该时刻没有留存记录")
    await choose(page, "2026-03-02T08:30:00")
    await page.until("document.getElementById('trouble').textContent === ''")
    # The browser says itself that the server said no.
    page.complaints.clear()


async def test_why_one_was_called_before_the_other(
    url: str, page: Screen, hall: RedisHall, clock: Clock
) -> None:
    """In the citizen's own language; axe finds nothing in the answer."""
    await hall.open_window("3")
    await hall.take("P1")
    clock.pass_(minutes=4)
    await hall.take("P1", class_="green")
    clock.pass_(minutes=1)
    await hall.call_next("3")

    await opened(page, url)
    await shown(page, "08:35:00")
    await page.page.fill("#first", "b002")
    await page.page.fill("#second", "b001")
    await page.page.press("#second", "Enter")
    await page.reads("#told li", "起算时间早的先叫：B002 号 08:19:00，B001 号 08:30:00。")
    assert await axe.violations(page.page) == []

    await page.page.fill("#second", "")
    await page.page.press("#second", "Enter")
    await page.reads("#told li", "B002 号取号")
    await page.page.fill("#first", "Z9")
    await page.page.press("#first", "Enter")
    await page.reads("#told p", "当天没有这个号码")
    page.complaints.clear()


async def test_nobody_else_sees_the_past(
    url: str, window: Opener, hall: RedisHall, clock: Clock
) -> None:
    """The board's address with a moment in it shows a stranger nothing but why not."""
    board = await window(f"{url}/hall/board?at={clock()}")
    await board.reads("#line", "登录已失效")
    await asyncio.sleep(0.1)
    assert await board.page.locator("#lanes li").count() == 0
