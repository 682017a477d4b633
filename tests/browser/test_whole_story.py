"""A day in the sample hall, told by everybody's own page: from the touch at the kiosk to the
rating. All pages are those of one installation, put together as it is run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Route

from queue_server.api import exhibition
from queue_server.domain.events import TicketCalled, TicketRated, TicketReclassified, TicketTaken
from queue_server.domain.tickets import State
from tests.browser.chromium import PATIENCE, Opener
from tests.browser.desks import (
    Deaf,
    Desks,
    another_tab,
    at,
    choose,
    link_in,
    marked,
    press,
    ready,
)
from tests.browser.installed import DEVICES, REGISTER, Town, town

pytestmark = pytest.mark.anyio

PHONE = (390, 844)
#: A question that has just been put takes no touch for so long (ms).
READY = 700


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    # Nobody need wait five seconds for the next word about fairness.
    monkeypatch.setitem(exhibition.PACE, "fairness", 0.1)
    async with town(devices=DEVICES) as made:
        yield made


@pytest.fixture
async def desks(place: Town, window: Opener) -> Desks:
    return Desks(place, window)


async def until(true: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE / 1000):
        while not await true():
            await asyncio.sleep(0.05)


async def test_a_visit_from_the_first_touch_to_the_rating(place: Town, desks: Desks) -> None:
    """Touch, slip, phone, call, board, sign, service, rating; the manager and everybody else see
    it as it happens, and the auditor has nothing against it."""
    board = await desks.device("screen", "/demo/board", "board-1")
    sign = await desks.device("screen", "/demo/signs/3", "sign-3")
    tablet = await desks.device("screen", "/demo/rate/3", "rate-3")
    public = await desks.open("/demo")
    manager = await desks.person("chen", "/manage")
    await manager.page.click('a[data-hall="demo"]')
    await manager.see('button[data-window="3"]')
    await marked(manager)
    await sign.reads("#sign", "窗口未开放")

    kiosk = await desks.device("kiosk", "/demo/kiosk", "kiosk-1")
    await choose(kiosk, "公安", "户口登记", "取号")
    await kiosk.reads(".number", "B001")
    await kiosk.reads(".slip", "小票已打印，请取走")
    slip = next(place.settings.data.glob("preview/slips/*/B001.png"))
    link = link_in(slip.read_bytes())
    await kiosk.until("document.querySelector('.scan img')?.naturalWidth > 0")
    assert link_in(await kiosk.page.locator(".scan img").screenshot()) == link
    assert link.startswith(f"{place.url}/t/")

    phone = await desks.open(urlsplit(link).path, *PHONE)
    await phone.reads("#place .next", "下一位")
    await public.reads('[data-lane="police"] .count', "1")

    console = await desks.clerk()
    await console.reads("#queue .first", "B001")
    await manager.reads('button[data-window="3"]', "王芳")
    await press(console, "F2")
    await at(console, "called")
    await board.reads("#calls li", "B001")
    await sign.reads("#sign.called .ticket", "B001")
    await phone.reads("#state .go", "请到 3 号窗口")
    await kiosk.reads(".state", "请现在到 3 号窗口")
    await console.reads("#visitor .delivery", "已播报")
    await console.reads("#visitor .delivery", "已上屏")

    await press(console, "F4")
    await at(console, "serving")
    await sign.see("#sign.serving")
    await phone.reads("#state", "正在 3 号窗口办理")
    await manager.see('button[data-window="3"].serving')
    await press(console, "F8", "1")
    await at(console, "open")

    await tablet.reads("h1", "B001 请评价本次服务")
    await phone.see("#rating .levels")
    await tablet.page.wait_for_timeout(READY)
    await tablet.page.click('[data-score="5"]')
    await tablet.reads(".thanks", "感谢您的评价")
    await phone.see("#rating .thanks")
    await manager.reads('#glance [data-key="served"]', "1")
    await public.reads("#fairness", "1 次叫号的 100%")
    await sign.reads("#sign.open", "公安综合受理")

    ratings = [one for one in await place.day() if isinstance(one, TicketRated)]
    assert [(one.ticket, one.score, one.source) for one in ratings] == [("B001", 5, "tablet")]
    assert await place.kinds("B001") == [
        *("ticket.taken", "ticket.called", "ticket.started", "ticket.finished", "ticket.rated"),
    ]
    verdict = await place.verdict()
    assert verdict.clean, verdict.lines()
    await desks.well()


async def test_who_was_passed_is_told_by_whom_and_why(place: Town, desks: Desks) -> None:
    """The guide takes a number for somebody's mother and marks it green; it is called first, and
    whoever came before reads the reason on the phone."""
    kiosk = await desks.device("kiosk", "/demo/kiosk", "kiosk-1")
    await choose(kiosk, "公安", "户口登记", "取号")
    await kiosk.reads(".number", "B001")
    link = await place.hall.link("B001")
    phone = await desks.open(urlsplit(link).path, *PHONE)
    await phone.reads("#place .next", "下一位")

    guide = await desks.person("zhao", "/demo/guide")
    await guide.see("#hall-now .lanes")
    await guide.page.keyboard.type("hkdj")
    await guide.see("[role=option]")
    await guide.page.keyboard.press("Enter")
    await guide.see("#panel form")
    await guide.page.wait_for_timeout(READY)
    await guide.page.keyboard.press("F8")
    await guide.page.keyboard.type("母亲")
    await guide.page.keyboard.press("Enter")
    await guide.reads("#panel h2", "B002")
    await until(lambda: _printed(place, "B002"))

    console = await desks.clerk()
    await console.reads("#queue .first", "B001")
    await guide.page.wait_for_timeout(READY)
    await guide.page.keyboard.press("F4")
    await guide.see("#panel form")
    await guide.page.wait_for_timeout(READY)
    await guide.page.keyboard.press("Space")
    await guide.page.keyboard.press("Enter")
    await guide.reads("#panel dl", "绿色通道")
    mothers = (await place.hall.view()).tickets["B002"]
    assert (mothers.on_behalf, mothers.class_) == ("母亲", "green")
    (why,) = [one.reason for one in await place.day() if isinstance(one, TicketReclassified)]
    assert why

    await console.reads("#queue .first", "B002")
    await console.reads("#queue .first", "绿色通道：提前 15 分钟")
    await press(console, "F2")
    await at(console, "called")
    await console.reads("#visitor", "B002")
    await phone.page.click("#story summary")
    await phone.reads("#story li", "B002 号先于 B001 号被叫到 3 号窗口")
    await phone.reads("#story li", "绿色通道")
    for secret in ("母亲", why):
        assert secret not in await phone.page.content()
    assert (await place.verdict()).clean
    await desks.well()


async def _printed(place: Town, ticket: str) -> bool:
    return (await place.hall.view()).tickets[ticket].printed


async def test_whatever_happens_one_number_and_one_call(place: Town, desks: Desks) -> None:
    """Many clicks, two tabs, a tab that has not heard anything for long, the browser's way back,
    a server that is restarted while it is asked: nothing happens twice, and screens are right."""
    board = await desks.device("screen", "/demo/board", "board-1")
    sign = await desks.device("screen", "/demo/signs/3", "sign-3")
    kiosk = await desks.device("kiosk", "/demo/kiosk", "kiosk-1")
    await choose(kiosk, "公安", "户口登记")
    many = "for (let i = 0; i < 5; i++) document.querySelector('.take .primary').click()"
    await kiosk.page.evaluate(many)
    await kiosk.reads(".number", "B001")
    await kiosk.page.go_back()
    await kiosk.see(".tiles")
    assert await numbers(place) == ["B001"]
    await place.hall.take(REGISTER)

    console = await desks.clerk()
    second = await another_tab(console)
    await asyncio.gather(*(one.page.keyboard.press("F2") for one in (console, second)))
    await at(console, "called")
    await at(second, "called")
    await board.reads("#calls li", "B001")
    assert await calls(place) == ["B001"]

    # The second tab hears nothing any more, and does not know it.
    stale = await another_tab(console, deaf := Deaf())
    deaf.now = True
    await console.page.bring_to_front()
    await press(console, "F8", "1")
    await at(console, "open")
    await press(console, "F2")
    await at(console, "called")
    await console.reads("#visitor", "B002")
    await stale.reads("#visitor", "B001")
    await stale.page.bring_to_front()
    await press(stale, "F8")
    await stale.see("dialog[open]")
    deaf.now = False
    await stale.page.keyboard.press("1")
    await stale.reads("#visitor", "B002")
    assert (await place.hall.view()).tickets["B002"].state is State.CALLED
    assert (await place.kinds("B001")).count("ticket.finished") == 1
    assert await calls(place) == ["B001", "B002"]

    await console.page.bring_to_front()
    await console.page.go_back()
    await console.page.go_forward()
    await ready(console)
    await at(console, "called")
    await second.page.close()
    await stale.page.close()

    # The server is restarted: it has heard the wish for a number, and nobody hears its answer.
    await choose(kiosk, "公安", "户口登记")
    await kiosk.page.route("**/take", restarts(place))
    await choose(kiosk, "取号")
    await kiosk.reads(".number", "B003")
    assert await numbers(place) == ["B001", "B002", "B003"]
    for screen in (board, sign, console, kiosk):
        await screen.until("document.querySelector('#line').hidden")
    await console.until("document.body.dataset.live === 'true'")
    await board.reads("#calls li", "B002")
    await sign.reads("#sign.called .ticket", "B002")

    await press(console, "F4")
    await at(console, "serving")
    await sign.see("#sign.serving")
    await press(console, "F8", "1")
    await at(console, "open")
    await press(console, "F2")
    await sign.reads("#sign.called .ticket", "B003")
    await board.reads("#calls li", "B003")
    assert await calls(place) == ["B001", "B002", "B003"]
    verdict = await place.verdict()
    assert verdict.clean, verdict.lines()
    for screen in (board, sign, kiosk):
        assert await screen.mark() == "first"


async def numbers(place: Town) -> list[str]:
    return [one.ticket for one in await place.day() if isinstance(one, TicketTaken)]


async def calls(place: Town) -> list[str]:
    return [one.ticket for one in await place.day() if isinstance(one, TicketCalled)]


def restarts(place: Town) -> Any:
    """The first request is heard, and then the server is gone for a moment."""
    restarted = False

    async def route(asked: Route) -> None:
        nonlocal restarted
        if restarted:
            await asked.continue_()
            return
        restarted = True
        await asked.fetch()
        await place.stop()
        await asked.abort()
        await place.start()

    return route
