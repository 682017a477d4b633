"""A visitor's own page in a real browser, from the number to the rating."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from queue_server.api.state import ServerState
from queue_server.domain.events import TicketEvent, TicketRated
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser.axe import violations
from tests.browser.chromium import PATIENCE, Opener, Screen
from tests.browser.proxy import Network
from tests.browser.visiting import page_of, visiting
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

PHONE = (390, 844)
#: 1280 pixels at 400 %.
ENLARGED = (320, 640)
#: A question that has just been put takes no touch for so long; a call flashes so long (s).
READY, FLASH = 0.7, 3.1


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(visiting(state, layout)) as address:
        yield address


async def kinds(hall: RedisHall, ticket: str) -> list[str]:
    """What has happened to a ticket."""
    events = await hall.events(Position((await hall.view()).day, 0), 1000)
    return [e.kind for e in events if isinstance(e, TicketEvent) and e.ticket == ticket]


async def is_(hall: RedisHall, ticket: str, state: str) -> None:
    async with asyncio.timeout(PATIENCE / 1000):
        while (await hall.view()).tickets[ticket].state != state:
            await asyncio.sleep(0.02)


async def wide(page: Screen) -> int:
    """How many pixels a page reaches out of its window."""
    reach = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.page.evaluate(reach))


async def test_a_visit_from_number_to_rating(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """People ahead, the range, how it has moved, who was first and why; the call, the window, and
    one rating with its reason."""
    for _ in range(3):
        await hall.take("P1")
    phone = await window(url + await page_of(hall, "B003"), *PHONE, timed=True)
    assert await phone.text("#number") == "B003"
    await phone.reads("#place", "暂时无法估计")
    await hall.open_window("3")
    await phone.reads("#place .ahead", "前面人数2")
    await phone.reads("#place .range", "分钟")
    assert await phone.page.locator("#trend").is_hidden()

    clock.pass_(minutes=4)
    await hall.call_next("3")
    await phone.reads("#trend figcaption", "前面 1 人")
    assert await phone.page.title() == "(1) B003 · 测试大厅"
    await phone.page.click("#story summary")
    await phone.reads("#story li", "B001 号先于 B003 号被叫到 3 号窗口")
    await hall.finish("3")
    await hall.call_next("3")
    await phone.reads("#place .next", "下一位")
    await phone.reads("#story li", "B002 号先于 B003 号")

    await hall.finish("3")
    await hall.call_next("3")
    await phone.see('[data-state="called"] #card.new')
    assert await phone.text("#state .go") == "请到 3 号窗口"
    await phone.reads("#said", "请到 3 号窗口")
    assert await phone.page.title() == "→ 3 · B003"
    await hall.start("3")
    await phone.reads("#state", "正在 3 号窗口办理")
    assert await phone.page.locator("#acts").is_hidden()
    await hall.finish("3")

    await phone.see(".levels")
    await phone.passes(READY)
    await phone.page.click('[data-score="2"]')
    await phone.see(".reasons")
    await phone.passes(READY)
    await phone.page.click('[data-reason="slow"]')
    await phone.page.click(".send .primary")
    await phone.see("#rating .thanks")
    events = await hall.events(Position((await hall.view()).day, 0), 1000)
    (rated,) = [event for event in events if isinstance(event, TicketRated)]
    assert (rated.score, rated.reasons, rated.source) == (2, ("slow",), "phone")
    assert phone.complaints == []


async def test_stepping_out_and_giving_up(url: str, hall: RedisHall, window: Opener) -> None:
    """Once for each press, whatever a second tab believes; giving up is asked about first."""
    await hall.take("P1")
    address = url + await page_of(hall, "B001")
    phone, second = await window(address, *PHONE), await window(address, *PHONE)
    await phone.see("#away:not([disabled])")
    await phone.page.dblclick("#away")
    await phone.reads("#state", "位置保留")
    await second.reads("#away", "我回来了")
    await phone.page.click("#away:not([disabled])")
    await second.reads("#away", "我要暂时离开")
    assert await kinds(hall, "B001") == [
        "ticket.taken",
        "ticket.went_away",
        "ticket.came_back",
    ]

    # Only the keyboard from here on.
    await phone.page.focus("#cancel")
    await phone.page.keyboard.press("Enter")
    await phone.see("#sure[open]")
    assert await phone.page.evaluate("document.activeElement.id") == "keep"
    await phone.page.keyboard.press("Escape")
    assert await phone.page.evaluate("document.activeElement.id") == "cancel"
    await phone.page.keyboard.press("Enter")
    await second.page.click("#cancel")
    await phone.page.keyboard.press("Tab")
    await phone.page.keyboard.press("Enter")
    await phone.reads("#state", "本号已取消")
    await second.reads("#state", "本号已取消")
    # The question has answered itself in the other tab.
    assert await second.page.locator("#sure").is_hidden()
    assert (await kinds(hall, "B001"))[3:] == ["ticket.cancelled"]
    await phone.page.go_back()
    await phone.page.go_forward()
    await phone.reads("#state", "本号已取消")


async def test_nobody_acts_on_what_is_old(url: str, hall: RedisHall, window: Opener) -> None:
    """Without a line the page says how old it is and its buttons rest; afterwards it is right."""
    await hall.take("P1")
    async with Network(url).laid() as network:
        phone = await window(network.url + await page_of(hall, "B001"), *PHONE)
        await phone.see("#away:not([disabled])")
        network.cut()
        await phone.page.clock.install()
        await phone.page.context.set_offline(True)
        await phone.page.context.set_offline(False)
        await phone.see("#away[disabled]")
        await phone.page.clock.run_for(5_000)
        await phone.reads("#line", "的情况")
        await hall.open_window("3")
        await hall.call_next("3")
        network.mend()
        async with asyncio.timeout(PATIENCE / 1000):
            while not await phone.page.locator('[data-state="called"]').count():
                await phone.page.clock.run_for(1_000)
        assert await phone.page.locator("#line").is_hidden()


async def test_a_day_that_is_over(url: str, hall: RedisHall, window: Opener, clock: Clock) -> None:
    """Tomorrow's B001 is somebody else: the page says so, open or opened again."""
    await hall.take("P1")
    address = url + await page_of(hall, "B001")
    phone = await window(address, *PHONE)
    await phone.see("#place .ahead")
    await hall.close_day("force")
    await phone.reads("#state", "非常抱歉")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await hall.take("P1")
    await phone.reads("#state", "本号当日业务已结束")
    assert await phone.page.locator("#acts").is_hidden()

    again = await window(address, *PHONE)
    await again.reads("#state", "本号当日业务已结束")
    assert await again.page.locator("#queue").is_hidden()


async def test_missed_put_aside_and_several_stops(
    url: str, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """Each with what to do now."""
    await hall.take("T1", class_="green")
    phone = await window(f"{url}{await page_of(hall, 'A001')}?language=en", *PHONE)
    await phone.reads("#stops [aria-current]", "综合")
    await phone.reads("#about", "Green channel")
    await hall.open_window("1")
    await hall.call_next("1")
    await hall.recall("1")
    clock.pass_(minutes=2)
    await hall.no_show("1")
    await phone.reads("#state", "Please go to the guide desk")
    await hall.reinstate("A001")
    await hall.call_next("1")
    await hall.hold("1", reason="secret")
    await phone.reads("#state", "On hold")
    assert "secret" not in await phone.page.content()
    await hall.unhold("A001", window="1")
    await hall.finish("1")
    await is_(hall, "A001", State.WAITING)
    await phone.reads("#stops .done", "综合")
    await phone.reads("#stops [aria-current]", "公安")


async def test_a_turn_that_is_near_is_told(url: str, hall: RedisHall, window: Opener) -> None:
    """To whoever asked for it and allowed it: at two ahead, and at the call; each once."""
    for _ in range(4):
        await hall.take("P1")
    await hall.open_window("3")
    address = url + await page_of(hall, "B004")
    phone = await window(address, *PHONE, permissions=["notifications"])
    await phone.reads("#place .ahead", "3")
    await phone.page.click("#alerts")
    await phone.reads("#alerts-note", "前面剩 2 人")
    await phone.until("navigator.serviceWorker.ready.then(() => true)")

    await hall.call_next("3")
    told = """navigator.serviceWorker.ready.then((one) => one.getNotifications())
      .then((all) => all.map(({ title }) => title).join())"""
    async with asyncio.timeout(PATIENCE / 1000):
        while "前面还有 2 人" not in await phone.page.evaluate(told):
            await asyncio.sleep(0.05)
    await hall.finish("3")
    for _ in range(2):
        await hall.call_next("3")
        await hall.finish("3")
    await hall.call_next("3")
    async with asyncio.timeout(PATIENCE / 1000):
        while "请 B004 到 3 号窗口" not in await phone.page.evaluate(told):
            await asyncio.sleep(0.05)
    assert phone.complaints == []


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
async def test_everybody_can_use_it(
    url: str, hall: RedisHall, window: Opener, language: str, theme: str
) -> None:
    """axe finds nothing in any state, nothing is cut off at 400 %, every target is large enough,
    and the page is light."""
    for _ in range(3):
        await hall.take("P1")
    await hall.open_window("3")
    await hall.call_next("3")
    address = f"{url}{await page_of(hall, 'B002')}?language={language}&theme={theme}"
    size = 0
    phone = await window("about:blank", *ENLARGED, timed=True)

    async def weigh(response: object) -> None:
        nonlocal size
        size += len(await response.body())  # type: ignore[attr-defined]

    phone.page.on("response", weigh)
    await phone.open(address)
    await phone.see("#place .ahead")
    await phone.page.click("#story summary")
    await phone.see("#story li:nth-child(2)")
    assert (await violations(phone.page), await wide(phone)) == ([], 0)
    assert size < 150_000
    small = await phone.page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary")]
             .filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect())
             .filter(({ width, height }) => width < 60 || height < 60).length"""
    )
    assert small == 0
    await phone.page.click("#cancel")
    assert (await violations(phone.page), await wide(phone)) == ([], 0)
    await phone.page.click("#keep")

    await hall.finish("3")
    await hall.call_next("3")
    await phone.see('[data-state="called"] .go')
    await phone.passes(FLASH)
    await phone.until("!document.querySelector('.new')")
    assert (await violations(phone.page), await wide(phone)) == ([], 0)
    await hall.finish("3")
    await phone.see(".levels")
    await phone.passes(READY)
    assert (await violations(phone.page), await wide(phone)) == ([], 0)
    await phone.page.click('[data-score="1"]')
    await phone.see(".reasons")
    assert (await violations(phone.page), await wide(phone)) == ([], 0)
