"""The hall now and its rules, for everybody, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from queue_server.api import exhibition
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser.axe import violations
from tests.browser.chromium import Opener
from tests.browser.visiting import visiting
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(visiting(state, layout)) as address:
        yield address


async def test_the_hall_as_it_is(
    url: str,
    hall: RedisHall,
    window: Opener,
    layout: Layout,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits where and how long, which windows are open, what is announced, and whether it is
    fair; by itself, and without anything about anybody."""
    # Nobody need wait five seconds for the next word about fairness.
    monkeypatch.setitem(exhibition.PACE, "fairness", 0.1)
    await hall.change_layout(replace(layout, confirm_within=1000).to_json())
    page = await window(f"{url}/hall")
    await page.reads("#state", "开放中")
    await page.reads('[data-lane="police"]', "暂时无法估计")
    await page.reads("#fairness", "暂无叫号")

    await hall.open_window("3")
    await hall.take("P1", on_behalf="Grandmother")
    # Who came in the same millisecond was passed by nobody.
    clock.pass_(seconds=1)
    await hall.take("P1", class_="green")
    await page.reads('[data-lane="police"] .count', "2")
    await page.reads('[data-lane="police"]', "分钟")
    await page.reads('[data-window="3"]', "开放中")
    (called,) = await hall.call_next("3")
    await page.reads('[data-window="3"]', "正在办理 B002")
    await page.reads("#fairness", "最多 1 次，共 1 人")
    await hall.shown("B002", called.seq, "lobby")
    await hall.announced("B002", called.seq, "voice")
    clock.pass_(seconds=2)
    await hall.finish("3")
    await hall.pause("3", reason="stomach ache")
    await page.reads('[data-window="3"]', "暂停服务")
    await page.reads("#fairness", "1 次叫号的 100%")

    await hall.broadcast("下午三点停电十分钟。")
    await page.reads("#told", "停电")
    await hall.set_mode("appointment_only", notice="今日仅接待预约群众。")
    await page.reads("#state", "仅限预约")
    await page.reads("#told", "仅接待预约")
    content = await page.page.content()
    assert "Grandmother" not in content
    assert "stomach" not in content
    await hall.close_day("force")
    await page.reads("#state", "已结束")
    assert page.complaints == []


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "dark"), ("en", "light")])
async def test_everybody_can_read_it(
    url: str, hall: RedisHall, window: Opener, language: str, theme: str
) -> None:
    """In both languages and themes, enlarged to 400 %, by keyboard from one page to the next."""
    await hall.open_window("3")
    await hall.take("P1")
    page = await window("about:blank")
    for width, height in ((1280, 900), (320, 640)):
        await page.page.set_viewport_size({"width": width, "height": height})
        await page.open(f"{url}/hall?language={language}&theme={theme}")
        await page.see('[data-lane="police"]')
        await page.see("#fairness div")
        out = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await violations(page.page) == []
        assert await page.page.evaluate(out) == 0
        await page.page.focus(".links a")
        await page.page.keyboard.press("Enter")
        await page.see(".wall")
        assert await violations(page.page) == []
        assert await page.page.evaluate(out) == 0
        assert page.complaints == []
