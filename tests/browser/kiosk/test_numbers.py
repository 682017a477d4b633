"""From the first touch at a kiosk to the number, or to the reason why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.browser.chromium import Opener, Screen
from tests.browser.desks import choose
from tests.browser.kiosk.at_a_kiosk import CHANGE, RECORD, opened, taken
from tests.browser.kiosk_hall import MATERIALS
from tests.browser.proxy import Network

pytestmark = pytest.mark.anyio


# --- a number


async def test_three_touches_to_a_number(kiosk: Screen, hall: RedisHall) -> None:
    """Lane, service with what to bring, number; the screen tells where to wait and for how long."""
    await hall.take(RECORD)
    await choose(kiosk, "公安", "户口登记")
    assert all([material in await kiosk.text(".before") for material in MATERIALS])
    assert len(await taken(hall)) == 1

    await choose(kiosk, "取号")

    await kiosk.reads(".number", "B002")
    await kiosk.reads(".state", "前面还有 1 人")
    await kiosk.reads(".state", "约等")
    await kiosk.reads(".state", "3 号窗口")
    await kiosk.reads("#said", "您的号码：B002")
    await kiosk.until("document.querySelector('.scan img')?.naturalWidth > 0")
    ticket = (await taken(hall))[1]
    assert (ticket.source, ticket.language, ticket.class_) == ("kiosk", "zh-CN", "ordinary")

    await hall.call_next("3")
    await hall.finish("3")
    await hall.call_next("3")
    await kiosk.reads(".state", "请现在到 3 号窗口")


async def test_many_presses_are_one_number(kiosk: Screen, hall: RedisHall) -> None:
    """A double touch, and the way back after it."""
    await choose(kiosk, "公安", "户口登记")
    await kiosk.page.evaluate(
        "for (let i = 0; i < 5; i++) document.querySelector('.primary').click()"
    )
    await kiosk.reads(".number", "B001")

    await kiosk.page.go_back()

    await kiosk.see(".tiles")
    assert len(await taken(hall)) == 1


async def test_an_answer_that_got_lost_is_one_number(
    url: str, hall: RedisHall, tokens: Tokens, window: Opener
) -> None:
    """The cable is pulled while the hall is asked; when it is back the visitor has one number."""
    async with Network(url).laid() as network:
        kiosk = await opened(network.url, tokens, window)
        await choose(kiosk, "公安", "户口登记")
        # It reaches the hall, and the answer is lost.
        await kiosk.page.route("**/take", _lose_first_answer())
        await choose(kiosk, "取号")

        await kiosk.reads(".number", "B001")
        assert len(await taken(hall)) == 1

        await kiosk.page.locator(".primary").click()
        await choose(kiosk, "公安", "户口登记")
        network.cut()
        await kiosk.page.evaluate("dispatchEvent(new Event('online'))")
        await kiosk.reads(".why", "连接暂时中断")
        assert await kiosk.page.locator(".take .primary").is_disabled()
        network.mend()
        await kiosk.until("!document.querySelector('.take .primary').disabled")


def _lose_first_answer() -> Any:
    tries = 0

    async def route(route: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    return route


async def test_a_slip_or_why_there_is_none(
    kiosk: Screen, hall: RedisHall, tokens: Tokens, window: Opener, url: str
) -> None:
    """Printed is taken; without paper the number is kept, and the desk has the slip."""
    await hall.device_seen("printer-1", sort="printer")
    await choose(kiosk, "公安", "户口登记", "取号")
    await kiosk.reads(".slip", "正在打印小票")
    await hall.printed("B001", device="printer-1")
    await kiosk.reads(".slip", "小票已打印，请取走")
    await kiosk.page.locator(".primary").click()

    await choose(kiosk, "公安", "户口恢复", "取号")
    await kiosk.reads(".number", "B002")
    await hall.print_failed("B002", error="缺纸 (out of paper)", device="printer-1")
    await kiosk.reads(".slip", "打印机缺纸，您的号码 B002 已保留，请向导办台索取")


# --- finding a service


async def test_every_service_is_found_by_name_pinyin_and_initials(kiosk: Screen) -> None:
    """All of the catalogue; and our own keyboard is always at hand."""
    lost = await kiosk.page.evaluate(
        """async () => {
            const script = document.querySelector("script[type=module]").src;
            const { kiosk } = await import(script);
            const plain = (text) => text.split(/[^\\p{L}\\p{N}]+/u).join("");
            const ways = (one) => [
                one.name,
                plain(one.name),
                one.sound.replaceAll(" ", ""),
                one.sound.split(" ").map((syllable) => syllable[0]).join(""),
                one.sound.split(" ").slice(0, 4).map((s, i) => (i % 2 ? s[0] : s)).join(""),
            ];
            // Many begin alike; whole names and sounds must be among the first.
            return kiosk.catalogue.services.flatMap((one) =>
                ways(one).filter((way, i) => {
                    const found = kiosk.index.find(way);
                    return !(i < 4 ? found.slice(0, 3) : found).includes(one);
                }).map((way) => `${one.name}: ${way}`));
        }"""
    )
    assert lost == []

    await kiosk.page.locator("#find button").click()
    for letter in "SBK":
        await kiosk.page.locator("#keys button", has_text=letter).first.click()
    await kiosk.reads(".items", "社会保障卡申领")
    assert await kiosk.page.locator(".items li").count() < 30
    await kiosk.page.locator("#typed").fill("qyzg tx")
    await kiosk.reads(".item b", "企业职工退休一件事")
    await kiosk.page.locator("#typed").fill("社保卡")
    await kiosk.reads(".item b", "社会保障卡申领")
    await kiosk.page.locator("#typed").fill("vvvv")
    await kiosk.reads("main [role=status]", "没有找到")


async def test_one_thing_is_one_number(kiosk: Screen, hall: RedisHall) -> None:
    """Its stops are told beforehand."""
    await choose(kiosk, "办成一件事", "新生儿出生")
    await kiosk.reads(".before", "城乡居民参保登记")
    await choose(kiosk, "取号")
    await kiosk.reads(".number", "G001")
    (ticket,) = await taken(hall)
    assert len(ticket.steps) == 4


# --- who may not, and who may sooner


async def test_what_cannot_be_had_is_said_in_plain_words(
    kiosk: Screen, hall: RedisHall, url: str
) -> None:
    """Quota, hours, modes; whoever was faster; and always where a person helps."""
    await choose(kiosk, "公安")
    await kiosk.reads(".item", "剩余 1 个号")
    await kiosk.reads(".item", "今日该事项取号时间已过")
    await choose(kiosk, "户口变更")

    async def faster(route: Any) -> None:
        await hall.take(CHANGE)
        await route.continue_()

    await kiosk.page.route("**/take", faster)
    await choose(kiosk, "取号")
    await kiosk.reads(".outcome", "“户口变更”的号源已满")
    await kiosk.reads(".why", "今日号源已满")
    await kiosk.reads(".why", "12 号窗口")
    await kiosk.page.locator("#bar .back").click()

    await hall.set_mode("appointment_only", notice="今天只接待预约")
    await kiosk.reads(".shut", "仅限预约")
    await kiosk.reads(".shut", "今天只接待预约")
    await kiosk.reads(".shut", "人工取号")
    await choose(kiosk, "户口登记")
    assert await kiosk.page.locator(".take .primary").is_disabled()

    await hall.set_mode("closed", notice="系统检修，下午恢复")
    await kiosk.reads(".why", "系统检修，下午恢复")
    await hall.set_mode("normal")
    await kiosk.until("!document.querySelector('.take .primary').disabled")


async def test_the_green_channel_is_offered(kiosk: Screen, hall: RedisHall) -> None:
    """It asks which group it is, and the ticket is green."""
    await choose(kiosk, "公安", "户口登记", "绿色通道", "孕妇")
    await kiosk.reads(".chip", "绿色通道：孕妇或携带婴幼儿")
    await choose(kiosk, "取号")
    await kiosk.reads(".number", "B001")
    assert (await taken(hall))[0].class_ == "green"


async def test_a_kiosk_that_nobody_registered_gives_no_numbers(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """It says so before anybody chooses, not after."""
    kiosk = await window(f"{url}/hall/kiosk")
    await kiosk.reads(".shut", "这台取号机还没有登记")
    await choose(kiosk, "公安", "户口登记")
    await kiosk.reads(".why", "本机不能取号")
    assert await kiosk.page.locator(".take .primary").is_disabled()
