"""The window console in a real browser: a clerk's day, by keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Route

from queue_server.api.auth import COOKIE
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.events import Event, TicketCalled
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser.axe import violations
from tests.browser.chromium import Opener, Screen
from tests.browser.proxy import Network
from tests.conftest import Clock
from tests.console.serving import PASSWORD, desks, hired

pytestmark = pytest.mark.anyio

#: So long (s) a network is away here: longer than a line may be silent.
CUT = 30


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(desks(state, layout)) as address:
        yield address


class Console(Screen):
    """A console that somebody works at."""

    async def press(self, *keys: str) -> None:
        """Keys, one after the other, each when the page is ready for it."""
        for key in keys:
            await self.until("document.body.dataset.busy === 'false'")
            await self.page.keyboard.press(key)

    async def told(self, words: str) -> None:
        """Wait until the page has told this."""
        await self.reads("#told, #trouble", words)

    async def at(self, state: str) -> None:
        """Wait until the window is in this state: closed, open, paused, called or serving."""
        await self.until("state => document.body.dataset.state === state", state)

    async def ready(self) -> Console:
        """Wait until it has its picture, and knows who works here."""
        await self.until("'state' in document.body.dataset")
        await self.until("document.querySelector('#account').textContent.match(/王芳|李敏/)")
        return self


@pytest.fixture
def sit(window: Opener, configuration: Configuration, clock: Clock) -> Any:
    """Opens a console for somebody who has signed in already."""

    async def opened(address: str, name: str = "wang", **more: Any) -> Console:
        token = configuration.sessions.sign_in(name, PASSWORD, clock()).token
        page = await window("about:blank", **more)
        await page.page.context.add_cookies(
            [{"name": COOKIE, "value": token, "url": address.partition("/hall")[0]}]
        )
        console = Console(page.page)
        await console.open(address)
        return console

    return opened


@pytest.fixture(autouse=True)
def wang(configuration: Configuration) -> str:
    return hired(configuration, "wang", full="王芳")


async def events(hall: RedisHall) -> list[Event]:
    return await hall.events(Position((await hall.view()).day, 0), 1000)


async def kinds(hall: RedisHall) -> list[str]:
    return [one.kind for one in await events(hall) if one.kind.startswith(("ticket", "window"))]


async def calls(hall: RedisHall) -> list[str]:
    return [one.ticket for one in await events(hall) if isinstance(one, TicketCalled)]


async def test_a_visit_from_the_first_key_to_the_rating(
    url: str, hall: RedisHall, sit: Any, wang: str
) -> None:
    """Open, call, recall, start, finish; who it is, what for, how long, and why the next."""
    for service, class_ in (("P1", "ordinary"), ("G1", "ordinary"), ("G1", "green")):
        await hall.take(service, class_=class_)
    console: Console = await sit(f"{url}/hall/windows/1")
    await console.reads("#account", "王芳")
    await console.reads("#state", "窗口未开放")

    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    seen = (await hall.view()).windows["1"]
    assert (seen.state, seen.clerk) == ("open", wang)
    assert seen.lease > 60_000
    await console.reads("#queue .first", "绿色通道：提前 15 分钟")

    await console.press("F2")
    await console.at("called")
    await console.reads("#visitor", "A002")
    await console.reads("#about", "综合")
    await console.reads("#no_show", "先按 F3")
    await hall.announced("A002", (await hall.view()).tickets["A002"].call_seq, "voice")
    await console.reads("#visitor .delivery", "已播报")
    await console.press("F3")
    await console.reads("#visitor", "已叫号 2 次")
    await console.reads("#no_show", "秒后")
    await console.press("F4")
    await console.at("serving")
    await console.reads("#clock", "0:0")

    await console.press("F8")
    await console.see("dialog[open]")
    await console.press("2")
    await console.told("A002 已办结，请提示群众评价")
    assert (await hall.view()).tickets["A002"].outcome == "incomplete"
    await console.reads("#served", "今日已办 1 件")
    assert await console.page.locator("#next").is_enabled()
    assert await calls(hall) == ["A002"]
    assert console.complaints == []


async def test_the_last_step_is_taken_back_and_done_again(
    url: str, hall: RedisHall, sit: Any
) -> None:
    """Within its ten seconds, with a countdown; what is then said again is not taken for the
    first time."""
    await hall.take("P1")
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    await console.press("F2")
    await console.at("called")
    await console.reads("#undo", "撤销：叫下一位（")

    await console.press("Control+Z")
    await console.told("已撤销：叫下一位")
    await console.at("open")
    await asyncio.sleep(0.8)
    await console.press("F2")
    await console.at("called")
    await console.press("F8")
    await console.press("1")
    await console.told("B001 已办结")
    await console.page.click("#undo")
    await console.told("已撤销：完成")
    await console.at("called")
    await asyncio.sleep(0.8)
    await console.press("F8")
    await console.press("1")
    await console.told("B001 已办结")

    assert await kinds(hall) == [
        *("ticket.taken", "window.opened", "ticket.called", "window.undone", "ticket.called"),
        *("ticket.finished", "window.undone", "ticket.finished"),
    ]
    await console.press("Control+Z")
    await console.told("已撤销")
    await asyncio.sleep(0.8)
    await console.press("Control+Z")
    await console.told("已无法撤销")


async def test_nothing_is_done_twice(url: str, hall: RedisHall, sit: Any) -> None:
    """Two tabs with the same picture, double clicks, a key that is held down."""
    for _ in range(6):
        await hall.take("P1")
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    other = Console(await console.page.context.new_page())
    await other.open(f"{url}/hall/windows/3")
    await other.at("open")
    await other.ready()

    # Both see the same idle window at the moment of the key.
    await asyncio.gather(console.page.keyboard.press("F2"), other.page.keyboard.press("F2"))
    await console.at("called")
    await other.at("called")
    assert await calls(hall) == ["B001"]

    await console.page.bring_to_front()
    await asyncio.sleep(0.8)
    await console.page.dblclick("#recall")
    await console.reads("#visitor", "已叫号 2 次")
    await console.press("F1")
    await console.page.keyboard.press("k")
    await console.page.keyboard.press("k")
    await console.reads("#visitor", "B002")
    await asyncio.sleep(0.3)
    assert (await hall.view()).tickets["B001"].calls == 0
    assert await calls(hall) == ["B001", "B002"]

    await console.press("F4")
    await console.at("serving")
    await asyncio.gather(console.page.keyboard.press("F8"), other.page.keyboard.press("F8"))
    await console.see("dialog[open]")
    await other.see("dialog[open]")
    await asyncio.gather(console.page.keyboard.press("1"), other.page.keyboard.press("1"))
    await console.at("open")
    await other.at("open")
    told = await kinds(hall)
    assert (told.count("ticket.finished"), told.count("ticket.recalled")) == (1, 1)
    assert await calls(hall) == ["B001", "B002"]


async def test_an_answer_that_was_lost(url: str, hall: RedisHall, sit: Any) -> None:
    """The command is said again until it is answered; the hall has carried it out once."""
    for _ in range(3):
        await hall.take("P1")
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    said: list[str] = []

    async def loses(route: Route) -> None:
        said.append(route.request.headers["idempotency-key"])
        if len(said) == 3:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await console.page.route("**/call_next", loses)
    await console.press("F2")
    await console.told("正在呼叫 B001")
    await console.at("called")
    assert (len(said), len(set(said))) == (3, 1)
    assert await calls(hall) == ["B001"]


async def test_every_other_command_has_a_key(url: str, hall: RedisHall, sit: Any) -> None:
    """Hold and bring back, requeue, transfer with a note, one more service, a number, quick,
    help, pause, other queues, close."""
    for service in ("P1", "P1", "P2", "P2", "G1"):
        await hall.take(service)
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    await console.press("F2", "F7", "3")
    await console.told("B001 已暂缓")
    assert (await hall.view()).tickets["B001"].reason == "copies"
    await console.reads("#aside", "B001 复印材料")

    await console.press("F1", "h", "1")
    await console.at("called")
    await console.reads("#visitor", "B001")
    await console.press("F1", "r", "2")
    await console.told("B001 已回到队列")
    await console.press("F2")
    await console.reads("#visitor", "B002")
    await console.press("F9")
    await console.page.fill("dialog [name=note]", "请核对原件")
    await console.page.check("dialog [name=back]")
    await console.page.focus("dialog .option")
    await console.press("2")
    await console.told("B002 已转移")
    sent = (await hall.view()).tickets["B002"]
    assert (sent.lane, sent.note, sent.come_back_to) == ("social", "请核对原件", "3")

    await console.press("F1", "c")
    await console.page.keyboard.type("b004")
    await console.press("Enter")
    await console.reads("#visitor", "B004")
    await console.press("F1", "s")
    await console.page.keyboard.type("社保")
    await console.until("document.querySelector('dialog .options').textContent === '社保登记社保'")
    await console.press("Enter")
    await console.reads(".steps", "社保")
    await console.press("F8", "1")
    await console.told("B004 的下一环节：社保")

    await console.press("F1", "q", "1")
    await console.told("已计入：无号办理")
    await console.press("F1", "a", "1")
    await console.reads("#calls", "正在等待同事支援")
    await hall.assist_accept("3", helper="4")
    await console.reads("#calls", "4 号窗口的同事正在赶来")
    await console.press("F1", "a")
    await console.told("支援已结束")
    await console.press("F10", "1")
    await console.reads("#state", "起暂停：午餐")
    await console.press("F4")
    await console.told("已恢复服务")

    await console.press("F1", "b")
    await console.page.check("dialog [name=lane][value=general]")
    await console.press("Enter")
    await console.see('#lanes [data-lane="general"]')
    assert (await hall.view()).windows["3"].lanes == ("general", "police")
    await console.press("F1", "l", "1")
    await console.reads("#visitor", "A001")
    await console.press("F1", "x")
    await console.reads("dialog", "A001 还在本窗口")
    await console.press("Escape", "F8", "1")
    await console.told("A001 已办结")
    await console.press("F1", "x")
    await console.at("closed")
    assert console.complaints == []


async def test_help_between_windows(url: str, hall: RedisHall, sit: Any, clock: Clock) -> None:
    """A colleague who asks for somebody, and a number whose window fell silent."""
    await hall.open_window("4")
    await hall.open_window("2", lease=1000)
    await hall.take("P1")
    await hall.call_next("2")
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")

    await hall.assist("4", reason="case")
    await console.page.get_by_role("button", name="我去支援").click()
    await console.reads("#calls", "您正在支援 4 号窗口")
    assert (await hall.view()).windows["4"].helper == "3"
    await console.page.get_by_role("button", name="支援完毕").click()
    await console.told("支援已结束")

    clock.pass_(seconds=5)
    await hall.do("tick", {}, silence=600_000, speed=1)
    await console.reads("#calls", "B001 滞留在 2 号窗口")
    await console.page.get_by_role("button", name="查看").click()
    await console.press("1")
    await console.reads("#visitor", "B001")
    assert (await hall.view()).windows["2"].ticket == ""


async def test_the_seat_changes_hands(
    url: str, hall: RedisHall, sit: Any, configuration: Configuration
) -> None:
    """The B clerk takes over with the open number; the first can do nothing any more, and sees
    why. Signing out with a number is asked about first."""
    li = hired(configuration, "li", full="李敏")
    await hall.take("P1")
    first: Console = await sit(f"{url}/hall/windows/3")
    await (await first.ready()).press("F4")
    await first.told("窗口已开放")
    await first.press("F2", "F4")
    await first.at("serving")

    second: Console = await sit(f"{url}/hall/windows/3", "li")
    await second.at("serving")
    await second.reads("#calls", "此窗口由其他同事值守")
    await second.press("F8")
    await second.told("此窗口由其他同事值守")
    await second.page.get_by_role("button", name="取代上岗").click()
    await second.reads("dialog", "B001 正在此窗口，将由您接办")
    await second.page.locator("dialog").get_by_role("button", name="取代上岗").click()
    await second.told("您已接管此窗口")
    assert (await hall.view()).windows["3"].clerk == li

    await first.reads("#calls", "此窗口由其他同事值守")
    await first.press("F8")
    await first.told("此窗口由其他同事值守")
    assert await first.page.locator("dialog").count() == 0

    await second.press("F1", "e")
    await second.reads("dialog", "B001 还在本窗口")
    await second.press("Enter")
    await second.press("F8", "1")
    await second.told("B001 已办结")
    await second.press("F1", "e")
    await second.reads("dialog", "退出前将关闭窗口")
    await second.page.locator("dialog .danger").click()
    await second.see("#form")
    assert (await hall.view()).windows["3"].state == "closed"


async def test_a_page_that_was_away_acts_only_when_it_is_back(
    state: ServerState, layout: Layout, hall: RedisHall, sit: Any, clock: Clock
) -> None:
    """Another server changes nothing; while nothing comes through it says so and does nothing;
    after a night somebody has to sign in."""
    async with running(desks(state, layout)) as url, Network(url).laid() as network:
        await hall.take("P1")
        console: Console = await sit(f"{network.url}/hall/windows/3", timed=True)
        await (await console.ready()).press("F4")
        await console.told("窗口已开放")

        async with running(desks(state, layout)) as again:
            network.to(again)
            await console.until("document.body.dataset.live === 'false'")
            await console.until("document.body.dataset.live === 'true'")
            await console.press("F2", "F4")
            await console.at("serving")

            network.cut()
            clock.pass_(seconds=CUT)
            await console.passes(CUT)
            await console.until("document.body.dataset.live === 'false'")
            await console.reads("#line", "正在重新连接")
            await console.page.keyboard.press("F8")
            await console.told("尚未连接大厅")
            assert await console.page.locator("dialog").count() == 0
            await hall.finish("3")
            network.mend()
            await console.at("open")
            assert await console.page.locator("#line").is_hidden()

            await asyncio.to_thread(state.configuration.sessions.sign_out, await _token(console))
            await console.see("#form")
            assert "next=%2Fhall%2Fwindows%2F3" in console.page.url


async def _token(console: Console) -> str:
    cookies: list[Any] = await console.page.context.cookies()
    return str(next(one["value"] for one in cookies if one["name"] == COOKIE))


async def test_its_machine_shows_that_it_lives(
    url: str, hall: RedisHall, sit: Any, clock: Clock
) -> None:
    """So long as the page lives the window is not lost; when the machine slept, the window stands
    paused, and its clerk goes on with a key."""
    console: Console = await sit(f"{url}/hall/windows/3")
    await (await console.ready()).press("F4")
    await console.told("窗口已开放")
    async with asyncio.timeout(20):
        while "console-3" not in (await hall.view()).devices:
            await asyncio.sleep(0.1)
    await hall.do("tick", {}, silence=600_000, speed=1)
    assert (await hall.view()).windows["3"].state == "open"

    clock.pass_(minutes=5)
    await hall.do("tick", {}, silence=600_000, speed=1)
    await console.reads("#visitor", "本电脑曾失去连接，窗口已自动暂停")
    await console.press("F4")
    await console.told("已恢复服务")
    assert (await hall.view()).windows["3"].state == "open"


async def test_a_new_plan_brings_its_names(
    state: ServerState, layout: Layout, hall: RedisHall, sit: Any
) -> None:
    """Once, when nobody is at the window."""
    plans = [layout]
    renamed = replace(
        layout, lanes=tuple(replace(one, name=f"新{one.name}") for one in layout.lanes)
    )

    def app() -> Any:
        return desks(state, plans[-1])

    async with running(app()) as old, Network(old).laid() as network:
        console: Console = await sit(f"{network.url}/hall/windows/3")
        await console.reads("#lanes", "公安")
        plans.append(renamed)
        async with running(app()) as new:
            network.to(new)
            await console.until("document.body.dataset.live === 'true'")
            await hall.change_layout(renamed.to_json())
            await console.see('#lanes .named:text("新公安")')


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_everybody_can_use_it(
    url: str, hall: RedisHall, sit: Any, clock: Clock, language: str
) -> None:
    """Nothing is out of sight at 1280 × 720 or at half of it; at 400 % nothing scrolls sideways;
    axe finds nothing in either theme, in any state, in any question."""
    for service, class_ in (("P1", "green"), ("P1", "ordinary"), ("G1", "ordinary")):
        await hall.take(service, class_=class_)
    await hall.open_window("3")
    await hall.assist("3")
    clock.pass_(minutes=20)
    console: Console = await sit(
        f"{url}/hall/windows/1?language={language}&theme=light", reduced_motion="reduce"
    )
    await console.ready()
    for theme in ("light", "dark"):
        await console.page.evaluate(
            "media => { document.getElementById('dark').media = media }",
            "all" if theme == "dark" else "not all",
        )
        assert await violations(console.page) == []
        if theme == "light":
            await console.press("F4")
            await console.at("open")
            await console.press("F2")
            await console.at("called")
        for key in ("F1", "F7", "F8", "F9", "F10"):
            await console.press(key)
            await console.see("dialog[open]")
            assert await violations(console.page) == []
            await console.press("Escape")

    for width in (1280, 640):
        await console.page.set_viewport_size({"width": width, "height": 720})
        fits = "[document.documentElement.scrollHeight <= 720, "
        fits += "document.documentElement.scrollWidth <= innerWidth]"
        assert await console.page.evaluate(fits) == [True, True]
        for id_ in ("next", "finish", "undo", "lanes", "queue", "account"):
            assert await console.page.evaluate(
                """id => {
                  const box = document.getElementById(id).getBoundingClientRect();
                  return box.bottom <= innerHeight && box.right <= innerWidth && box.top >= 0;
                }""",
                id_,
            ), id_
    await console.page.set_viewport_size({"width": 320, "height": 256})
    assert await console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
