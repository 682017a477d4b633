"""What LED strips say: at a window, in a zone, and when there is nothing to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from display.strips import BLANK, CallShown, Strip, plan, subject
from queue_server.domain.layout import Layout
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.stories import called, open_windows, take, zoned

pytestmark = pytest.mark.anyio


def narrow(page: str) -> bool:
    """A strip of 64 × 16: eight Latin letters or four Chinese ones."""
    return len(page.encode("gbk")) <= 8


def wide(page: str) -> bool:
    return len(page.encode("gbk")) <= 40


async def strip(hall: RedisHall, clock: Clock, shows: str) -> Strip:
    return plan(await hall.view(), shows, clock())


async def test_an_idle_window_says_number_name_and_function(hall: RedisHall, clock: Clock) -> None:
    """All at once where there is room, in turn where there is not."""
    await open_windows(hall, "3")

    idle = await strip(hall, clock, "window:3")

    assert idle.pages(wide) == ("3号窗口 公安 分领域综合受理",)
    assert idle.pages(narrow) == ("3号窗口", "公安", "分领域综合受理")
    assert not idle.flash
    assert idle.calls == ()


async def test_a_name_that_says_the_function_is_enough(hall: RedisHall, clock: Clock) -> None:
    """The green window is not called green twice."""
    await open_windows(hall, "9")

    assert (await strip(hall, clock, "window:9")).pages(wide) == ("9号窗口 绿色通道",)


async def test_a_called_window_shows_the_ticket_and_flashes(hall: RedisHall, clock: Clock) -> None:
    """The whole sentence where it fits, the number alone where it does not."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    event = (await hall.call_next("3"))[0]

    told = await strip(hall, clock, "window:3")

    assert told.pages(wide) == (f"请{number}号到3号窗口",)
    assert told.pages(narrow) == (number,)
    assert told.flash
    assert told.calls == (CallShown(number, event.seq, clock()),)


async def test_a_recall_is_a_new_strip(hall: RedisHall, clock: Clock) -> None:
    """The words are the same, the call is not: it is shown, and reported, anew."""
    await open_windows(hall, "3")
    await take(hall, "P1")
    await called(hall, "3")
    before = await strip(hall, clock, "window:3")

    await hall.recall("3")

    after = await strip(hall, clock, "window:3")
    assert after != before
    assert after.wordings == before.wordings


async def test_served_paused_and_closed(hall: RedisHall, clock: Clock) -> None:
    """While somebody is served the number stands still; then 暂停服务, then 未开放."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    await called(hall, "3")
    await hall.start("3")
    serving = await strip(hall, clock, "window:3")
    assert serving.pages(wide) == (f"{number} 正在办理",)
    assert not serving.flash

    await hall.pause("3", reason="lunch")
    assert (await strip(hall, clock, "window:3")).pages(narrow) == (number,)
    await hall.finish("3")
    assert (await strip(hall, clock, "window:3")).pages(narrow) == ("暂停服务",)
    await hall.close_window("3")
    assert (await strip(hall, clock, "window:3")).pages(wide) == ("3号窗口 未开放",)


async def test_a_zone_shows_who_is_called_there_newest_first(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """Only its own windows, and nobody who has come to the window already."""
    await zoned(hall, layout)
    await open_windows(hall, "1", "3", "4", "5")
    general, police = await take(hall, "G1"), await take(hall, "P1")
    first, second = await take(hall, "S1"), await take(hall, "S1")
    for window in ("1", "3", "4", "5"):
        await called(hall, window)
    await hall.start("4")

    upstairs = await strip(hall, clock, "zone:upstairs")
    board = await strip(hall, clock, "board")

    assert upstairs.pages(narrow) == (f"{second}→5", f"{police}→3")
    assert [call.ticket for call in upstairs.calls] == [second, police]
    assert [call.ticket for call in board.calls] == [second, police, general]
    assert first not in "".join(board.wordings[0])


async def test_a_quiet_zone_says_what_is_announced_or_welcomes(
    hall: RedisHall, clock: Clock
) -> None:
    """An announcement first, then the notice of the day, then a welcome."""
    assert (await strip(hall, clock, "board")).pages(wide) == ("欢迎光临测试大厅",)
    await hall.set_mode("appointment_only", "今日仅接待预约")
    assert (await strip(hall, clock, "board")).pages(wide) == ("今日仅接待预约",)
    await hall.broadcast("请注意保管物品", until=clock() + 1000)
    assert (await strip(hall, clock, "board")).pages(wide) == ("请注意保管物品",)
    clock.pass_(seconds=2)
    assert (await strip(hall, clock, "board")).pages(wide) == ("今日仅接待预约",)


async def test_a_hall_may_speak_english(hall: RedisHall, layout: Layout, clock: Clock) -> None:
    """The first of the hall's languages that strips can speak."""
    await hall.change_layout(replace(layout, languages=("eo", "en", "zh-CN")).to_json())
    await open_windows(hall, "3")
    await hall.pause("3")

    assert (await strip(hall, clock, "window:3")).pages(wide) == ("Window 3 paused",)


async def test_what_the_plan_does_not_have(hall: RedisHall, clock: Clock) -> None:
    """A sentence, for the device's state; before the first day, simply nothing."""
    for shows in ("window:77", "zone:cellar"):
        with pytest.raises(LookupError, match=shows.partition(":")[2]):
            await strip(hall, clock, shows)
        assert plan(HallView(), shows, 0) == BLANK


@pytest.mark.parametrize("shows", ["", "window", "window:", "board:3", "sign:3", "zone:"])
def test_a_strip_shows_one_of_three_things(shows: str) -> None:
    """Anything else is answered with the forms there are."""
    with pytest.raises(ValueError, match="window:3, zone:main or board"):
        subject(shows)
