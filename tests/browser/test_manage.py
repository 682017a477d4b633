"""A manager's day: sees what is wrong, does something about it, and changes the plan."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Route

from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.places import Level, Place
from queue_server.domain.calendar import Calendar
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser import axe
from tests.browser.chromium import PATIENCE, Opener, Screen
from tests.browser.managing import employ, managed, sign_in
from tests.browser.proxy import Network
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

#: So long (s) a network is away here: longer than a line may be silent.
CUT = 30


@pytest.fixture
async def url(state: ServerState) -> AsyncIterator[str]:
    async with running(managed(state)) as address:
        yield address


@pytest.fixture
def lin(configuration: Configuration, clock: Clock) -> str:
    employ(configuration, "lin", "manager", clock(), full_name="林主任")
    return "lin"


async def opened(window: Opener, url: str, name: str, path: str, **more: object) -> Screen:
    screen = await window("about:blank", **more)
    await sign_in(screen.page, url, name)
    await screen.open(f"{url}{path}")
    return screen


async def until(true: object, what: str) -> None:
    """Look at the hall again and again until it is so."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not await true():  # type: ignore[operator]
            await asyncio.sleep(0.02)
    assert what


async def test_a_manager_sees_trouble_and_mends_it(
    url: str, window: Opener, hall: RedisHall, clock: Clock, lin: str
) -> None:
    """A queue that nobody serves: seen, a window opened for it, lent to another lane, paused."""
    await hall.take("S1")
    clock.pass_(minutes=5)
    page = await opened(window, url, lin, "/manage/hall")
    await page.reads("#alerts li.bad", "社保：1 人在等，没有窗口开放")
    await page.page.click("#alerts button")
    await page.reads("#alerts li.seen", "林主任 已于")

    await page.page.click('button[data-window="4"]')
    # Twice as fast as anybody sees that it was heard.
    await page.page.locator("dialog button.primary:visible").dblclick()
    await page.see('button[data-window="4"].free')
    await page.reads("#alerts .none", "一切正常")
    assert (await hall.view()).windows["4"].lanes == ()

    await page.page.click('button[data-window="4"]')
    await page.page.get_by_label("公安").check()
    await page.page.locator("dialog button.primary:visible").click()
    await page.reads('button[data-window="4"]', "队列已调整")
    lent = (await hall.view()).windows["4"]
    assert lent.lanes == ("police", "social")
    assert lent.clerk == "person:1"

    await page.page.click('button[data-window="4"]')
    await page.page.locator("dialog section select").select_option("用餐")
    await page.page.get_by_role("button", name="暂停服务", exact=True).click()
    await page.see('button[data-window="4"].paused')
    assert (await hall.view()).windows["4"].reason == "用餐"
    assert page.complaints == []


async def test_the_day_is_led_by_keyboard(
    url: str, window: Opener, hall: RedisHall, lin: str
) -> None:
    """Mode with a notice, a broadcast, closing the day: without a mouse."""
    page = await opened(window, url, lin, "/manage/hall?language=en")
    await page.see("body[data-ready]")
    await page.page.focus('[data-act="mode"]')
    await page.page.keyboard.press("Enter")
    await page.page.get_by_label("Who may take a number").select_option("appointment_only")
    await page.page.get_by_label("Notice for visitors").fill("系统升级\n请预约")
    await page.page.keyboard.press("Tab")
    await page.page.keyboard.press("Enter")
    await page.reads("#day", "By appointment only")
    assert (await hall.view()).notice == "系统升级 请预约"

    await page.page.focus('[data-act="broadcast"]')
    await page.page.keyboard.press("Enter")
    await page.page.get_by_label("What everybody should know").fill("三楼电梯检修")
    await page.page.get_by_role("button", name="Say it now").press("Enter")
    await page.until("!document.querySelector('dialog').open")
    said = (await hall.view()).broadcast
    assert said
    assert said.text == "三楼电梯检修"

    await hall.take("S1", booking="b", appointed=await hall.now(), class_="appointment")
    await page.page.focus('[data-act="close"]')
    await page.page.keyboard.press("Enter")
    await page.reads("dialog", "1 people wait, 0 are at windows.")
    await page.page.get_by_label("What becomes of them").select_option("force")
    close = page.page.locator("dialog").get_by_role("button", name="Close the day")
    await close.press("Enter")
    # Nobody loses a number by one press.
    assert (await hall.view()).state == "open"
    await page.page.get_by_label("I know that people lose their numbers.").check()
    await close.press("Enter")
    await page.reads("#day", "Closed")
    await page.see('[data-act="open"]')


async def test_the_next_dialog_lives_as_the_one_before_did(
    url: str, window: Opener, hall: RedisHall, lin: str
) -> None:
    """Opened in the moment in which the other closes, or while its answer is still on the way."""
    page = await opened(window, url, lin, "/manage/hall?language=en")
    await page.see("body[data-ready]")
    await page.page.click('[data-act="broadcast"]')
    await page.page.evaluate(
        """() => {
          document.querySelector("dialog").close();
          document.querySelector('[data-act="close"]').click();
        }"""
    )
    await hall.take("S1")
    await page.reads("dialog", "1 people wait, 0 are at windows.")
    await page.page.keyboard.press("Escape")

    held = asyncio.Event()

    async def late(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.page.route("**/open_window", late)
    await page.page.click('button[data-window="3"]')
    await page.page.locator("dialog button.primary:visible").click()
    await page.page.keyboard.press("Escape")
    await page.page.click('[data-act="close"]')
    held.set()
    await page.see('button[data-window="3"].free')
    await page.until("!document.querySelector('dialog [data-does]').disabled")
    assert await page.page.evaluate("document.querySelector('dialog').open")


async def test_nobody_acts_on_an_old_picture(
    url: str, window: Opener, hall: RedisHall, lin: str, clock: Clock
) -> None:
    """While the line is down every button is off; what was not heard is done once, afterwards."""
    async with Network(url).laid() as network:
        page = await opened(window, network.url, lin, "/manage/hall", timed=True)
        await page.page.click('button[data-window="3"]')
        await page.see("dialog button.primary:visible")
        # The line is up, and the command is lost on its way back.
        lost = 0

        async def lose(route: object) -> None:
            nonlocal lost
            lost += 1
            if lost == 1:
                await route.fetch()  # type: ignore[attr-defined]
            await (route.abort() if lost < 3 else route.continue_())  # type: ignore[attr-defined]

        await page.page.route("**/open_window", lose)
        await page.page.click("dialog button.primary:visible")
        await page.see('button[data-window="3"].free')
        await page.until("!document.querySelector('dialog').open")

        await page.page.click('button[data-window="3"]')
        network.cut()
        await page.page.context.set_offline(True)
        clock.pass_(seconds=CUT)
        await page.passes(CUT)
        await page.until("document.body.classList.contains('old')")
        await page.until("document.querySelector('dialog button[data-does]').disabled")
        assert await page.page.locator("[data-act]:enabled").count() == 0
        network.mend()
        await page.page.context.set_offline(False)
        await page.until("!document.body.classList.contains('old')")
        await page.until("!document.querySelector('dialog button[data-does]').disabled")


async def test_a_plan_is_edited_with_what_is_wrong_named(
    url: str, window: Opener, configuration: Configuration, lin: str, hall: RedisHall
) -> None:
    """A wrong number points at its field; mended, the plan is published, once for two presses."""
    page = await opened(window, url, lin, "/manage/hall/layout")
    await page.see("#services .row")
    assert await page.page.locator("#publish").is_disabled()
    await page.page.click("#services .row summary")
    minutes = page.page.locator('[data-path="services/0/minutes"]')
    await minutes.fill("0")
    await page.page.click("#publish")
    await page.reads("#wrong", "综合 · minutes")
    assert await minutes.get_attribute("aria-invalid") == "true"

    await minutes.fill("25")
    await page.page.locator('[data-path="services/0/materials"]').fill("身份证\n户口本")
    await page.page.locator("#publish").dblclick()
    await page.reads("#told", "已发布为第 2 版")
    kept = configuration.layout("hall").services[0]
    assert (kept.minutes, kept.materials) == (25, ("身份证", "户口本"))
    assert len(configuration.versions("hall")) == 2
    # 422 is what the page asked for.
    assert [one for one in page.complaints if "422" not in one] == []


async def test_a_clerk_is_engaged_and_released(
    url: str, window: Opener, configuration: Configuration, lin: str, hall: RedisHall
) -> None:
    """A weak password is said so; two presses are one role; taken again, there is none."""
    page = await opened(window, url, lin, "/manage/hall/layout?language=en")
    await page.see("#engage")
    await page.page.get_by_label("Name to sign in with").fill("li")
    await page.page.get_by_label("First password").fill("short")
    await page.page.click("#engage button")
    await page.reads("#people-told", "password: must have at least")
    await page.page.get_by_label("First password").fill("a long enough one")
    await page.page.get_by_label("Only at window").fill("3")
    await page.page.locator("#engage button").dblclick()
    await page.reads("#people", "Clerk, window 3")
    li = next(one for one in configuration.people.people() if one.name == "li")
    assert [(one.role, one.hall, one.window) for one in li.grants] == [("clerk", "hall", "3")]

    await page.page.get_by_role("button", name="Take the roles: li", exact=True).click()
    await page.until("!document.querySelector('#people').textContent.includes('Clerk')")
    assert configuration.people.people()[0].grants == ()


@pytest.fixture
async def town(
    state: ServerState,
    configuration: Configuration,
    connection: Connection,
    feed: Feed,
    hall: RedisHall,
    layout: Layout,
    clock: Clock,
) -> AsyncIterator[dict[str, RedisHall]]:
    """The hall, and below 东镇 two more: `east` is open, `west` is not yet."""
    halls = {"hall": hall}
    for id_ in ("east", "west"):
        plan = replace(layout, hall=id_, name=f"{id_} 便民服务中心")
        configuration.publish(
            plan, Calendar.always(), "test", clock(), (Place(Level.TOWN, "东镇"),)
        )

        async def published(plan: Layout = plan) -> Layout:
            return plan

        halls[id_] = RedisHall(connection, feed, plan.tenant, id_, published, clock)
    await halls["east"].open_day()
    yield halls
    await halls["east"].close()
    await halls["west"].close()


async def test_many_halls_change_their_mode_at_once(
    town: dict[str, RedisHall],
    state: ServerState,
    configuration: Configuration,
    window: Opener,
    clock: Clock,
    lin: str,
) -> None:
    """Chosen one by one and by their place, looked over, told; only what failed is told again.
    What was lost on its way back is done once; where somebody only audits, there is no box."""
    for id_ in ("east", "west"):
        configuration.people.grant(lin, "manager", hall=id_)
    configuration.people.grant(lin, "auditor", hall="other")

    async def find(id_: str) -> RedisHall | None:
        return town.get(id_)

    async with running(managed(replace(state, hall=find))) as url:
        page = await opened(window, url, lin, "/manage")
        await page.see('[data-hall="other"]')
        await page.page.get_by_role("button", name="选择多个大厅").click()
        assert await page.page.locator(".pick:visible").count() == 4
        await page.page.get_by_label("东镇下的全部大厅").check()
        await page.page.get_by_label("测试大厅").check()
        await page.reads("#chosen", "已选 3 个大厅")
        await page.page.locator("#change").click()
        await page.page.get_by_label("谁可以取号").select_option("appointment_only")
        await page.page.get_by_label("给办事群众的通知").fill("系统升级\n请预约")
        await page.page.get_by_role("button", name="核对").click()
        await page.reads("dialog", "3 个大厅的取号对象改为")
        await page.reads("dialog .told", "东镇 · west 便民服务中心")
        assert await axe.violations(page.page) == []
        # Nothing is done by looking it over.
        assert (await town["east"].view()).mode == "normal"

        await page.page.route("**/east/set_mode", lose_first_answer())
        await page.page.locator("dialog .primary").dblclick()
        await page.reads("dialog .sum", "3 个大厅中已有 2 个执行成功")
        await page.reads('[data-told="west"]', "今日业务已结束")
        assert await axe.violations(page.page) == []
        day = (await town["east"].view()).day
        east = await town["east"].events(Position(day, 0), 100)
        kinds = [one.kind for one in east]
        assert kinds.count("day.mode_set") == 1, kinds
        told = {id_: (await town[id_].view()).seq for id_ in ("hall", "east")}
        for id_ in told:
            view = await town[id_].view()
            assert (view.mode, view.notice) == ("appointment_only", "系统升级 请预约")

        await town["west"].open_day()
        await page.page.get_by_role("button", name="重试其余 1 个大厅").click()
        await page.reads("dialog .sum", "1 个大厅中已有 1 个执行成功")
        assert (await town["west"].view()).mode == "appointment_only"
        assert {id_: (await town[id_].view()).seq for id_ in told} == told
        await page.page.keyboard.press("Escape")
        await page.reads('[data-hall="west"]', "仅限预约")


def lose_first_answer() -> Any:
    """It reaches the hall, and the first answer is lost."""
    tries = 0

    async def route(route: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await route.fetch()
        await (route.abort() if tries == 1 else route.continue_())

    return route


async def test_a_town_does_not_see_its_neighbour(
    url: str, window: Opener, configuration: Configuration, clock: Clock, hall: RedisHall
) -> None:
    """The manager of `other` sees `other` alone; an auditor finds no button."""
    employ(configuration, "wu", "manager", clock(), hall="other")
    employ(configuration, "shen", "auditor", clock())
    page = await opened(window, url, "wu", "/manage")
    await page.see('[data-hall="other"]')
    assert await page.page.locator("[data-hall]").count() == 1
    await page.page.goto(f"{url}/manage/hall")
    await page.reads("h1", "您不能管理这个大厅。")

    auditor = await opened(window, url, "shen", "/manage/hall")
    await auditor.see("#floor .tile")
    assert await auditor.page.locator("main button").count() == 0


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
async def test_everybody_can_use_the_pages(
    url: str, window: Opener, hall: RedisHall, clock: Clock, lin: str, language: str, theme: str
) -> None:
    """axe finds nothing, and at a zoom of 400 % nothing runs out of the page."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.take("S1")
    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    clock.pass_(minutes=40)
    page = await opened(window, url, lin, f"/manage?language={language}", color_scheme=theme)
    for path in ("", "/hall", "/hall/layout"):
        await page.open(f"{url}/manage{path}?language={language}")
        await page.see("[data-hall], #alerts li, #windows .row")
        assert await axe.violations(page.page) == []
        if path == "/hall":
            await page.page.click('button[data-window="3"]')
            assert await axe.violations(page.page) == []
            await page.page.keyboard.press("Escape")
        await page.page.set_viewport_size({"width": 320, "height": 256})
        wide = await page.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= 320, path
        await page.page.set_viewport_size({"width": 1280, "height": 720})
    assert page.complaints == []
