"""A window's sign in a real browser."""

from __future__ import annotations

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.browser.chromium import Opener

pytestmark = pytest.mark.anyio


async def test_it_says_what_the_window_is_and_whom_it_calls(
    url: str, hall: RedisHall, window: Opener
) -> None:
    """Closed, open, called, being served, paused: each with a word, not by colour alone."""
    sign = await window(f"{url}/hall/signs/3", 800, 480)
    await sign.reads(".closed .not-now", "窗口未开放")

    await hall.open_window("3")
    await sign.see(".open .functions")
    assert await sign.text(".window") == "3"
    assert await sign.text(".named") == "公安 Desk 3"
    assert await sign.text(".functions") == "分领域综合受理 Specialist services"

    await hall.take("P1")
    await hall.call_next("3")
    await sign.see(".called.new")
    assert await sign.text(".ticket") == "B001"
    assert await sign.text(".doing") == "请到本窗口办理 Please come to this window"
    await sign.reads("[aria-live=polite]", "请 B001 到 3 号窗口")

    await hall.start("3")
    await sign.reads(".serving .doing", "办理中")

    await hall.finish("3")
    await hall.pause("3", reason="lunch")
    await sign.reads(".paused .not-now", "暂停服务 自 ")
    assert "lunch" not in await sign.text("body")
    assert sign.complaints == []


@pytest.mark.parametrize("size", [(800, 480), (480, 800), (1920, 1080), (3840, 2160), (1920, 360)])
async def test_the_number_fills_the_sign(
    url: str, hall: RedisHall, window: Opener, size: tuple[int, int]
) -> None:
    """And never spills out of it."""
    sign = await window(f"{url}/hall/signs/1", *size)
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")
    await sign.see(".called .ticket")

    wide, high = await sign.page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(".ticket"));
          const digits = range.getBoundingClientRect();
          const size = parseFloat(getComputedStyle(document.querySelector(".ticket")).fontSize);
          return [digits.width / innerWidth, size / innerHeight];
        }"""
    )
    assert wide <= 1
    assert wide > 0.6 or high > 0.55
    inside = "document.documentElement.scrollHeight <= innerHeight"
    assert await sign.page.evaluate(inside)
