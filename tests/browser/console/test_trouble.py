"""The window console when something comes between: another tab, another clerk, a lost answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Route

from queue_server.api.auth import COOKIE
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser.console.consoles import Console, Sit, calls, kinds
from tests.browser.proxy import Network
from tests.conftest import Clock
from tests.console.serving import desks, hired

pytestmark = pytest.mark.anyio

#: So long (s) a network is away here: longer than a line may be silent.
CUT = 30


async def test_nothing_is_done_twice(url: str, hall: RedisHall, sit: Sit) -> None:
    """Two tabs with the same picture, double clicks, a key that is held down."""
    for _ in range(6):
        await hall.take("P1")
    console = await sit(f"{url}/hall/windows/3")
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


async def test_an_answer_that_was_lost(url: str, hall: RedisHall, sit: Sit) -> None:
    """The command is said again until it is answered; the hall has carried it out once."""
    for _ in range(3):
        await hall.take("P1")
    console = await sit(f"{url}/hall/windows/3")
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


async def test_the_seat_changes_hands(
    url: str, hall: RedisHall, sit: Sit, configuration: Configuration
) -> None:
    """The B clerk takes over with the open number; the first can do nothing any more, and sees
    why. Signing out with a number is asked about first."""
    li = hired(configuration, "li", full="李敏")
    await hall.take("P1")
    first = await sit(f"{url}/hall/windows/3")
    await (await first.ready()).press("F4")
    await first.told("窗口已开放")
    await first.press("F2", "F4")
    await first.at("serving")

    second = await sit(f"{url}/hall/windows/3", "li")
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
    state: ServerState, layout: Layout, hall: RedisHall, sit: Sit, clock: Clock
) -> None:
    """Another server changes nothing; while nothing comes through it says so and does nothing;
    after a night somebody has to sign in."""
    async with running(desks(state, layout)) as url, Network(url).laid() as network:
        await hall.take("P1")
        console = await sit(f"{network.url}/hall/windows/3", timed=True)
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
    url: str, hall: RedisHall, sit: Sit, clock: Clock
) -> None:
    """So long as the page lives the window is not lost; when the machine slept, the window stands
    paused, and its clerk goes on with a key."""
    console = await sit(f"{url}/hall/windows/3")
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
    state: ServerState, layout: Layout, hall: RedisHall, sit: Sit
) -> None:
    """Once, when nobody is at the window."""
    plans = [layout]
    renamed = replace(
        layout, lanes=tuple(replace(one, name=f"新{one.name}") for one in layout.lanes)
    )

    def app() -> Any:
        return desks(state, plans[-1])

    async with running(app()) as old, Network(old).laid() as network:
        console = await sit(f"{network.url}/hall/windows/3")
        await console.reads("#lanes", "公安")
        plans.append(renamed)
        async with running(app()) as new:
            network.to(new)
            await console.until("document.body.dataset.live === 'true'")
            await hall.change_layout(renamed.to_json())
            await console.see('#lanes .named:text("新公安")')
