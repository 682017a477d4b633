"""Who comes to a kiosk: with a card, with a booking, with a keyboard; and is gone again."""

from __future__ import annotations

from collections import Counter

import pytest

from queue_server.api.state import ServerState
from queue_server.archive.bookings import Booking
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens, running
from tests.browser.axe import violations
from tests.browser.chromium import Opener, Screen
from tests.browser.desks import choose
from tests.browser.kiosk.at_a_kiosk import RECORD, opened, taken
from tests.browser.kiosk_hall import kiosk_app
from tests.conftest import Clock
from tests.installation import free_port
from ticketing.kiosk import Settings
from ticketing.local_line import LocalLine, Message

pytestmark = pytest.mark.anyio

READY: Message = {"kind": "ready"}


def book(state: ServerState, code: str, service: str, appointed: int) -> None:
    """As the booking platform does it."""
    booking = Booking(code=code, service=service, appointed=appointed)
    state.configuration.bookings.put("hall", booking)


# --- a card, a booking


async def test_a_card_and_a_booking(
    state: ServerState, layout: Layout, hall: RedisHall, tokens: Tokens, window: Opener
) -> None:
    """Offered while the reader answers: a card gives one number a service, a booking its time."""
    port = free_port()
    settings = Settings(reader_port=port)
    async with running(kiosk_app(state, layout, settings)) as url, LocalLine(port, [url]) as line:
        line.state("reader-1", READY)
        kiosk = await opened(url, tokens, window)
        await kiosk.reads(".notices", "身份证")
        card: Message = {"kind": "card", "person": "p" * 32, "green": True}

        line.tell("reader-1", card)
        await kiosk.reads(".chip", "身份证已读取")
        await choose(kiosk, "公安", "户口登记")
        await kiosk.page.locator("#told button", has_text="走绿色通道").click()
        await choose(kiosk, "取号")
        await kiosk.reads(".number", "B001")
        assert (await taken(hall))[0].class_ == "green"

        line.tell("reader-1", card)
        await kiosk.reads(".chip", "身份证已读取")
        await choose(kiosk, "公安", "户口登记", "取号")
        await kiosk.reads(".outcome", "您今天已经取过“户口登记”的号")
        await choose(kiosk, "查看我的号码 B001")
        await kiosk.reads(".state", "下一位就是您")
        assert len(await taken(hall)) == 1

        await hall.set_mode("appointment_only")
        soon = await hall.now() + 60_000
        line.tell("reader-1", {"kind": "scan", "what": "booking", "text": "BK-2071"})
        await kiosk.reads(".outcome", "没有查到预约码“BK-2071”")
        await kiosk.reads(".outcome", "12 号窗口")
        book(state, "BK-2071", RECORD, soon)
        line.tell("reader-1", {"kind": "scan", "what": "booking", "text": "BK-2071"})
        await kiosk.reads(".chip", "已查到您")
        await choose(kiosk, "取号")
        await kiosk.reads(".number", "B002")
        booked = (await taken(hall))[1]
        assert (booked.booking, booked.entered, booked.class_) == ("BK-2071", soon, "appointment")
        assert not [one for one in kiosk.complaints if "Content Security" in one]


async def test_a_booking_is_typed(
    kiosk: Screen, state: ServerState, hall: RedisHall, clock: Clock
) -> None:
    """On our own keyboard, in small letters: its service and its time stand there, it gives one
    number, and the code shows that number from then on."""
    now = await hall.now()
    book(state, "BK-2071", RECORD, now + 45 * 60_000)
    book(state, "BK-2072", RECORD, now - 30 * 60_000)
    await kiosk.page.locator("#bar button", has_text="我有预约").click()
    for key in "BK-2071":
        await kiosk.page.locator("#keys").get_by_text(key, exact=True).click()
    await choose(kiosk, "查预约")
    await kiosk.reads("h1", "户口登记")
    await kiosk.reads(".chip", "您来早了")
    # The button is pressed twice before anybody sees that it was heard.
    await kiosk.page.locator(".take .primary").dblclick()
    await kiosk.reads(".number", "B001")
    (ticket,) = await taken(hall)
    assert (ticket.booking, ticket.class_) == ("BK-2071", "appointment")
    assert ticket.entered == now + 45 * 60_000
    await kiosk.page.locator(".leaving .primary").click()

    await kiosk.page.locator("#typed").fill("bk-2071")
    await kiosk.page.keyboard.press("Enter")
    await kiosk.reads("h1", "您已取的号码")
    await kiosk.reads(".number", "B001")
    await kiosk.page.locator(".leaving .primary").click()

    # Whoever takes something else takes it as anybody does.
    await kiosk.page.locator("#typed").fill("bk-2072")
    await choose(kiosk, "查预约码“bk-2072”")
    await kiosk.reads(".chip", "您已过预约时间")
    await kiosk.page.locator("#bar .back").click()
    await choose(kiosk, "公安", "户口恢复", "取号")
    await kiosk.reads(".number", "B002")
    other = (await taken(hall))[1]
    assert (other.booking, other.class_) == ("", "ordinary")


async def test_a_booking_that_does_not_hold_says_why(
    kiosk: Screen, state: ServerState, hall: RedisHall
) -> None:
    """Cancelled, for another day, unknown: in both languages, and where a person helps."""
    now = await hall.now()
    book(state, "GONE-1", RECORD, now)
    state.configuration.bookings.cancel("hall", "GONE-1")
    book(state, "LATER-1", RECORD, now + 3 * 86_400_000)
    await kiosk.page.locator("#bar button", has_text="我有预约").click()
    entry = kiosk.page.locator(".entry input")
    for code, why in (("gone-1", "已取消"), ("later-1", "不是今天"), ("none-1", "没有查到")):
        await entry.fill(code)
        await entry.press("Enter")
        await kiosk.reads(".outcome", why)
        await kiosk.reads(".outcome", "12 号窗口")
    found = await violations(kiosk.page)
    await kiosk.page.locator("#aids button", has_text="English").click()
    await kiosk.page.locator(".entry .primary").click()
    await kiosk.reads(".outcome", "No booking with the code “NONE-1” is known here.")
    found += await violations(kiosk.page)
    assert found == []
    assert await taken(hall) == []


# --- the next visitor


async def test_nobody_there_any_more(
    state: ServerState, layout: Layout, hall: RedisHall, tokens: Tokens, window: Opener
) -> None:
    """It asks before it begins anew; then language, type and choice are the next visitor's."""
    app = kiosk_app(state, layout, Settings(idle=1, warning=2, ticket=2))
    async with running(app) as url:
        kiosk = await opened(url, tokens, window)
        await kiosk.page.locator("#aids button", has_text="English").click()
        await kiosk.page.locator("#aids button", has_text="Large").click()
        await choose(kiosk, "Police")
        await kiosk.reads("dialog[open]", "Are you still there?")
        await kiosk.reads("dialog[open]", "This page starts anew in")
        await kiosk.page.locator("dialog button").click()
        assert await kiosk.page.locator("h1").inner_text() == "Police"

        await kiosk.until("document.documentElement.lang === 'zh-CN'")
        await kiosk.reads("h1", "请选择要办理的业务")
        assert await kiosk.page.evaluate("document.documentElement.className") == ""

        await choose(kiosk, "公安", "户口登记", "取号")
        await kiosk.reads(".leaving .primary", "秒后返回")
        await kiosk.see(".tiles")


# --- everybody


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_use_it(
    url: str, hall: RedisHall, tokens: Tokens, window: Opener, theme: str
) -> None:
    """axe finds nothing on any view, in both languages; a keyboard is enough for a number."""
    kiosk = await window(f"{url}/hall/kiosk?theme={theme}#token={tokens('kiosk')}")
    await kiosk.reads(".tile .queue", "人等候")
    found = await violations(kiosk.page)
    await kiosk.page.locator("#aids button", has_text="English").click()
    await kiosk.page.locator("#bar .green").click()
    found += await violations(kiosk.page)
    await kiosk.page.locator("#bar .back").click()
    await kiosk.page.locator("#typed").focus()
    await kiosk.page.keyboard.type("hkdj")
    await kiosk.page.locator("#find button").click()
    found += await violations(kiosk.page)
    await kiosk.page.locator("#typed").focus()
    await kiosk.page.keyboard.press("Enter")
    await kiosk.page.keyboard.press("Enter")
    await kiosk.reads("h1", "Household record")
    found += await violations(kiosk.page)
    for _ in range(30):
        await kiosk.page.keyboard.press("Tab")
        if await kiosk.page.evaluate("document.activeElement.matches('.take .primary')"):
            break
    await kiosk.page.keyboard.press("Enter")
    await kiosk.reads(".number", "B001")
    await kiosk.see(".scan")
    found += await violations(kiosk.page)
    assert found == []


async def test_at_four_hundred_percent_it_is_one_column(
    url: str, hall: RedisHall, tokens: Tokens, window: Opener, clock: Clock
) -> None:
    """1280 × 1024 at 400 %: nothing is cut off at the side, no button is too small."""
    kiosk = await opened(url, tokens, window, width=320, height=256)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not await kiosk.page.evaluate(wide)
    await choose(kiosk, "公安", "户口登记")
    assert not await kiosk.page.evaluate(wide)
    await choose(kiosk, "取号")
    await kiosk.see(".scan")
    assert not await kiosk.page.evaluate(wide)
    small = await kiosk.page.evaluate(
        "[...document.querySelectorAll('button')].map((one) => one.getBoundingClientRect())"
        ".filter(({width, height}) => width && Math.min(width, height) < 60).length"
    )
    assert small == 0


async def test_it_is_light(url: str, hall: RedisHall, tokens: Tokens, window: Opener) -> None:
    """Under 150 kB with everything that comes over the wire, pictures included."""
    kiosk = await window("about:blank")
    sizes: Counter[str] = Counter()
    names: dict[str, str] = {}
    session = await kiosk.page.context.new_cdp_session(kiosk.page)
    await session.send("Network.enable")
    session.on(
        "Network.responseReceived",
        lambda told: names.update({told["requestId"]: told["response"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.update({names[told["requestId"]]: round(told["encodedDataLength"])}),
    )
    session.on(
        "Network.webSocketFrameReceived",
        lambda told: sizes.update({"pictures": len(told["response"]["payloadData"].encode())}),
    )
    await kiosk.page.goto(f"{url}/hall/kiosk#token={tokens('kiosk')}")
    await kiosk.reads(".tile .queue", "人等候")
    await kiosk.page.wait_for_load_state("networkidle")
    assert sizes["pictures"] > 20_000
    assert sizes.total() < 150_000, sizes
