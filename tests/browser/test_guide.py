"""The guide desk in a real browser: worked by keys alone, by a scanner, by two people at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Route

from queue_server.api.state import ServerState
from queue_server.archive.bookings import Booking
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.links import Links
from queue_server.domain.tickets import State, Ticket
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import SECRET, running
from tests.browser.axe import violations
from tests.browser.chromium import Opener, Screen
from tests.browser.guide_hall import guide_app, person, sit_down
from tests.browser.kiosk_hall import town
from tests.browser.proxy import Network
from tests.conftest import Clock

pytestmark = pytest.mark.anyio
#: So long (s) a network is away here: longer than a line may be silent.
CUT = 30
REGISTER, SOCIAL = "511F09014002", "512B0359100011"


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """The sample town, in the tenant of this test."""
    return town(layout.tenant)


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(guide_app(state, layout)) as address:
        yield address


@pytest.fixture
async def desk(url: str, state: ServerState, window: Opener) -> Screen:
    """The page, with somebody at it who is a guide."""
    opened = await sit_down(window, url, person(state, "guide"))
    await opened.see("#hall-now .lanes")
    return opened


async def typed(desk: Screen, text: str) -> None:
    await desk.page.keyboard.type(text)
    await desk.see("[role=option]")
    await desk.page.keyboard.press("Enter")


async def keys(desk: Screen, *pressed: str) -> None:
    for key in pressed:
        await desk.page.keyboard.press(key)


async def asked(desk: Screen) -> None:
    """A form stands, and has stood for longer than a slip of the finger takes."""
    await desk.see("#panel form")
    await desk.page.wait_for_timeout(400)


async def ticket(hall: RedisHall, number: str) -> Ticket:
    return (await hall.view()).tickets[number]


async def told(hall: RedisHall) -> Any:
    """All events of the day so far."""
    return await hall.events(Position((await hall.view()).day, 0), 100)


async def test_a_number_is_taken_without_a_mouse(desk: Screen, hall: RedisHall) -> None:
    """Initials, Enter, Enter; then one for somebody's mother, green, and why."""
    await typed(desk, "hkdj")
    await desk.reads("#panel .about", "需带材料")
    await asked(desk)
    await keys(desk, "Enter")
    await desk.reads("#panel h2", "B001")
    await desk.reads("#told", "已取号：B001")
    await desk.reads("#panel .story", "B001 号取号")
    assert (await ticket(hall, "B001")).source == "guide"
    assert await desk.page.evaluate("document.activeElement.id") == "query"

    await typed(desk, "户口登记")
    await asked(desk)
    await keys(desk, "F8")
    await desk.page.keyboard.type("母亲")
    await keys(desk, "F4", "Enter")
    await desk.reads("#panel .wrong", "原因")
    await keys(desk, "ArrowDown", "Enter")
    await desk.reads("#panel h2", "B002")

    taken = await ticket(hall, "B002")
    assert (taken.on_behalf, taken.class_) == ("母亲", "green")
    # Said with the number itself: nobody was ordinary in between.
    assert taken.class_reason == "残疾人"
    assert "ticket.reclassified" not in [one.kind for one in await told(hall)]
    await desk.reads("#panel .story", "残疾人")
    await desk.reads("#panel dl", "绿色通道、残疾人")
    assert desk.complaints == []


async def test_a_booking_is_looked_up(desk: Screen, hall: RedisHall, state: ServerState) -> None:
    """By its code in the search or in the form; what does not hold is told."""
    now = await hall.now()
    for code, service in (("BK-2071", REGISTER), ("BK-2072", SOCIAL), ("GONE-1", SOCIAL)):
        booking = Booking(code=code, service=service, appointed=now + 3_600_000)
        state.configuration.bookings.put("hall", booking)
    state.configuration.bookings.cancel("hall", "GONE-1")

    await typed(desk, "bk-2071")
    await desk.reads("#panel .booked", "来早了")
    await desk.reads("#panel .about", "户口登记")
    await asked(desk)
    await keys(desk, "Enter")
    await desk.reads("#panel h2", "B001")
    first = await ticket(hall, "B001")
    assert (first.booking, first.class_) == ("BK-2071", "appointment")
    assert first.entered == now + 3_600_000

    await typed(desk, "bk-2071")
    await desk.reads("#told", "预约 BK-2071 已取号 B001")
    await desk.reads("#panel h2", "B001")
    await typed(desk, "none-1")
    await desk.reads("#told", "没有查到预约码 NONE-1")

    await typed(desk, "户口登记")
    await asked(desk)
    line = desk.page.locator("[name=booking]")
    await line.fill("gone-1")
    await keys(desk, "Enter")
    await desk.reads("#panel .booked", "已取消")
    await desk.page.click("#panel [type=submit]")
    await desk.reads("#panel .wrong", "请先查到预约")
    await line.fill("bk-2072")
    await keys(desk, "Enter")
    await desk.reads("#panel .about", "城乡居民基本养老保险")
    await desk.page.click("#panel [type=submit]")
    await desk.reads("#panel h2", "C001")
    assert (await ticket(hall, "C001")).booking == "BK-2072"
    # 404 is what was asked for.
    assert [one for one in desk.complaints if "404" not in one] == []


async def test_a_ticket_is_found_and_looked_after(
    desk: Screen, hall: RedisHall, state: ServerState
) -> None:
    """By a part of its number or by a scan of its slip: steps out, comes back, green, elsewhere."""
    for _ in range(2):
        await hall.take(REGISTER)
    await desk.reads("[data-lane=police] .count", "2")
    await typed(desk, "2")
    await desk.reads("#panel h2", "B002")
    await desk.reads("#panel dl", "前面 1 人")

    await keys(desk, "F8")
    await desk.reads("#panel .standing", "暂离")
    await desk.page.wait_for_timeout(700)
    await keys(desk, "F8")
    await desk.reads("#panel .standing", "等候")

    await keys(desk, "F4")
    await asked(desk)
    await keys(desk, "Space", "Enter")
    await desk.reads("#panel dl", "绿色通道")
    assert (await ticket(hall, "B002")).class_ == "green"

    await keys(desk, "F7")
    await asked(desk)
    await typed(desk, "zdshbz")
    await keys(desk, "Enter")
    await desk.reads("#panel dl", "改办：最低生活保障")
    moved = await ticket(hall, "B002")
    assert (moved.lane, moved.note) == ("general", "改办：最低生活保障")

    # A scanner types into whatever stands, the link and then Enter.
    day = (await hall.view()).day
    await desk.page.keyboard.type(f"https://hall.example{Links(SECRET).path('hall', day, 'B001')}")
    await keys(desk, "Enter")
    await desk.reads("#panel h2", "B001")
    await keys(desk, "F9")
    await asked(desk)
    await keys(desk, "Enter")
    await desk.reads("#panel .standing", "已取消")
    assert (await ticket(hall, "B001")).state is State.CANCELLED
    assert desk.complaints == []


async def test_what_needs_a_hand_is_seen_and_mended(
    desk: Screen, hall: RedisHall, clock: Clock
) -> None:
    """A missed visitor, a slip without paper, a broken printer, a window that asks for help."""
    await desk.reads(".well", "一切正常")
    await hall.open_window("4")
    await hall.take(SOCIAL, source="kiosk-1")
    await hall.call_next("4")
    clock.pass_(seconds=61)
    await hall.recall("4")
    clock.pass_(seconds=61)
    await hall.no_show("4")
    await hall.take(REGISTER, source="kiosk-1")
    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    await hall.device_seen("printer-2", sort="printer")
    await hall.print_failed("B001", "printer-1", "缺纸")
    await hall.assist("4", "复杂")

    await desk.reads("[data-list=devices]", "打印机 printer-1")
    await desk.reads("[data-list=devices]", "缺纸")
    await desk.reads("[data-list=helps]", "请求协助")
    await keys(desk, "F10")
    await desk.reads("[data-list=helps]", "王芳 正在前往")
    assert (await hall.view()).windows["4"].helper == "王芳"

    await desk.page.click("[data-list=unprinted] li:has-text('B001') [data-form=reprint]")
    await asked(desk)
    await desk.page.click("label:has-text('printer-2')")
    await keys(desk, "Enter")
    await desk.reads("#told", "已请求补打 B001")
    asked_for = [one for one in await told(hall) if one.kind == "ticket.reprint_asked"]
    assert [one.device for one in asked_for] == ["printer-2"]
    await hall.printed("B001", "printer-2", copy=True)
    await desk.until(
        "!document.querySelector('[data-list=unprinted]')?.textContent.includes('B001')"
    )

    await desk.page.click("[data-list=missed] button")
    await desk.reads("#panel h2", "C001")
    await keys(desk, "F8")
    await desk.reads("#panel .standing", "等候")
    assert (await ticket(hall, "C001")).state is State.WAITING


async def test_a_nervous_hand_does_a_thing_once(desk: Screen, hall: RedisHall) -> None:
    """Enter held down, a double click, a second press after the answer."""
    await typed(desk, "户口登记")
    await keys(desk, "Enter", "Enter")
    await asked(desk)
    await desk.page.dblclick("#panel [type=submit]")
    await desk.reads("#panel h2", "B001")
    await desk.page.wait_for_timeout(800)
    await desk.page.dblclick("#panel [data-say=away]")
    await desk.reads("#panel .standing", "暂离")
    await desk.page.wait_for_timeout(1000)

    tickets = (await hall.view()).tickets
    assert list(tickets) == ["B001"]
    assert tickets["B001"].away


async def test_a_late_answer_takes_nobody_from_the_next_thing(
    desk: Screen, hall: RedisHall
) -> None:
    """The hall's picture shows what was done before the answer comes; the guide has gone on."""
    await hall.take(REGISTER)
    await typed(desk, "B001")
    answered = asyncio.Event()

    async def late(route: Route) -> None:
        told = await route.fetch()
        await answered.wait()
        await route.fulfill(response=told)

    await desk.page.route("**/hall/away", late)
    await desk.see("#panel [data-say=away]")
    await keys(desk, "F8")
    await desk.reads("#panel .standing", "暂离")
    await keys(desk, "F4")
    await asked(desk)
    answered.set()
    await desk.reads("#told", "B001")
    await keys(desk, "Space", "Enter")
    await desk.reads("#panel dl", "绿色通道")


async def test_a_desk_that_is_cut_off_does_nothing_and_says_so(
    url: str, state: ServerState, hall: RedisHall, window: Opener, clock: Clock
) -> None:
    """And when the network is back, so is the desk; what was asked meanwhile was not done."""
    await hall.take(REGISTER)
    session = person(state, "guide")
    async with Network(url).laid() as network:
        desk = await sit_down(window, network.url, session, timed=True)
        await desk.reads("[data-lane=police] .count", "1")
        await typed(desk, "B001")
        await desk.see("#panel [data-say=away]")
        network.cut()
        clock.pass_(seconds=CUT)
        await desk.passes(CUT)
        await desk.until("document.body.classList.contains('still')")
        await keys(desk, "F8")
        await desk.reads("#told", "没有执行")
        await desk.see("#line")
        network.mend()
        # What was dead is hung up, as a network does when it is back.
        network.to(url)
        await desk.until("!document.body.classList.contains('still')")
        assert not (await ticket(hall, "B001")).away
        await keys(desk, "F8")
        await desk.reads("#panel .standing", "暂离")


async def test_yesterdays_work_is_not_done_to_todays_people(
    desk: Screen, hall: RedisHall, clock: Clock
) -> None:
    """A page that stood overnight with a ticket to be cancelled forgets it in the morning."""
    await hall.take(REGISTER)
    await desk.reads("[data-lane=police] .count", "1")
    await typed(desk, "B001")
    await desk.see("#panel [data-hotkey=F9]")
    await keys(desk, "F9")
    await desk.see("#panel form")

    await hall.close_day("force")
    await hall.open_day("another-day")
    await hall.take(REGISTER)

    await desk.see("#hall-now .lanes")
    await keys(desk, "Enter")
    assert (await ticket(hall, "B001")).state is State.WAITING

    # The session is over by then, too.
    clock.pass_(minutes=24 * 60)
    await desk.reads("#line", "请重新登录")
    await desk.see("#enter")


async def test_the_desk_is_for_its_own_people(url: str, state: ServerState, window: Opener) -> None:
    """A stranger is asked who he is; a clerk is told that this is not his."""
    stranger = await window("about:blank")
    await stranger.page.goto(f"{url}/hall/guide")
    await stranger.page.wait_for_url("**/sign-in?next=*")
    assert urlsplit(stranger.page.url).query == "next=%2Fhall%2Fguide"

    clerk = await sit_down(window, url, person(state, "clerk"))
    await clerk.reads("#line", "无权")
    await clerk.see("#enter")
    assert await clerk.page.locator("#lists *").count() == 0


@pytest.mark.parametrize("query", ["?theme=light", "?theme=dark&language=en"])
async def test_everybody_can_use_it(
    url: str, state: ServerState, hall: RedisHall, window: Opener, query: str
) -> None:
    """axe finds nothing: at rest, while looking, on a ticket, on a form; nor does a narrow page
    spill."""
    await hall.take(REGISTER)
    await hall.open_window("3")
    await hall.assist("3", "")
    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    await hall.print_failed("B001", "printer-1", "缺纸")
    desk = await sit_down(window, url, person(state, "guide"), query)
    await desk.see("[data-list=unprinted]")
    found = await violations(desk.page)
    await desk.page.keyboard.type("hk")
    await desk.see("[role=option]")
    found += await violations(desk.page)
    await keys(desk, "Enter")
    await desk.see("#panel form")
    await keys(desk, "F4")
    found += await violations(desk.page)
    await keys(desk, "Escape")
    await typed(desk, "B001")
    await desk.see("#panel .story li")
    await desk.page.click("summary:has-text('手机'), summary:has-text('Visitor')")
    found += await violations(desk.page)
    assert found == []

    await desk.page.set_viewport_size({"width": 320, "height": 256})
    assert await desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = await desk.page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input[type=text], [role=option]")]
          .filter((one) => one.offsetParent)
          .filter((one) => one.offsetHeight < 60 || one.offsetWidth < 60)
          .map((one) => one.outerHTML)"""
    )
    assert small == []
    assert desk.complaints == []


async def test_the_page_is_light(url: str, state: ServerState, window: Opener) -> None:
    """Less than 150 kB over the wire, everything together."""
    session = person(state, "manager")
    desk = await sit_down(window, url, session)
    await desk.see("#hall-now .lanes")
    sizes = await desk.page.evaluate(
        """() => [...performance.getEntriesByType("navigation"),
          ...performance.getEntriesByType("resource")].map((one) => one.transferSize)"""
    )
    assert 0 < sum(sizes) < 150_000
