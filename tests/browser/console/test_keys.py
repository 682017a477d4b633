"""The window console in a real browser: a clerk's day, by keys."""

from __future__ import annotations

import asyncio

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.browser.axe import violations
from tests.browser.console.consoles import Sit, calls, kinds
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def test_a_visit_from_the_first_key_to_the_rating(
    url: str, hall: RedisHall, sit: Sit, wang: str
) -> None:
    """Open, call, recall, start, finish; who it is, what for, how long, and why the next."""
    for service, class_ in (("P1", "ordinary"), ("G1", "ordinary"), ("G1", "green")):
        await hall.take(service, class_=class_)
    console = await sit(f"{url}/hall/windows/1")
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
    url: str, hall: RedisHall, sit: Sit
) -> None:
    """Within its ten seconds, with a countdown; what is then said again is not taken for the
    first time."""
    await hall.take("P1")
    console = await sit(f"{url}/hall/windows/3")
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


async def test_every_other_command_has_a_key(url: str, hall: RedisHall, sit: Sit) -> None:
    """Hold and bring back, requeue, transfer with a note, one more service, a number, quick,
    help, pause, other queues, close."""
    for service in ("P1", "P1", "P2", "P2", "G1"):
        await hall.take(service)
    console = await sit(f"{url}/hall/windows/3")
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


async def test_help_between_windows(url: str, hall: RedisHall, sit: Sit, clock: Clock) -> None:
    """A colleague who asks for somebody, and a number whose window fell silent."""
    await hall.open_window("4")
    await hall.open_window("2", lease=1000)
    await hall.take("P1")
    await hall.call_next("2")
    console = await sit(f"{url}/hall/windows/3")
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


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_everybody_can_use_it(
    url: str, hall: RedisHall, sit: Sit, clock: Clock, language: str
) -> None:
    """Nothing is out of sight at 1280 × 720 or at half of it; at 400 % nothing scrolls sideways;
    axe finds nothing in either theme, in any state, in any question."""
    for service, class_ in (("P1", "green"), ("P1", "ordinary"), ("G1", "ordinary")):
        await hall.take(service, class_=class_)
    await hall.open_window("3")
    await hall.assist("3")
    clock.pass_(minutes=20)
    console = await sit(
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
