"""Screens are switched on first thing in the morning, and nobody touches them afterwards."""

from __future__ import annotations

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.browser.chromium import Opener

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hall(closed_hall: RedisHall) -> RedisHall:
    """Nobody has opened it yet."""
    return closed_hall


async def test_a_board_waits_for_its_hall(url: str, hall: RedisHall, window: Opener) -> None:
    """It shows the name from the published plan, and the first call as soon as there is one."""
    board = await window(f"{url}/hall/board")
    await board.reads("#state", "已结束")
    assert await board.text("#name") == "测试大厅 Test Hall"

    await hall.open_day()
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")

    await board.see("#calls .called")
    assert await board.text("#state") == ""
    assert await board.mark() == "first"


async def test_a_sign_knows_its_name(url: str, hall: RedisHall, window: Opener) -> None:
    """The hall itself has told nothing yet."""
    sign = await window(f"{url}/hall/signs/3")
    await sign.reads(".closed .not-now", "窗口未开放")
    assert await sign.text(".named") == "公安 Desk 3"
