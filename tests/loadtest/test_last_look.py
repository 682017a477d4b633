"""Was every screen right at the end? One that shows something old and a dark one are found."""

from __future__ import annotations

from typing import Any

import pytest

from display.pictures import PAINTERS
from loadtest.last_look import digest, right
from queue_server.domain.codec import to_dict
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.faults.load import the_day

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


async def painted(hall: RedisHall, window: str = "") -> str:
    """What a screen shows now."""
    view = await hall.view()
    picture = PAINTERS["sign" if window else "board"](view, window, await hall.now())
    return digest({"picture": "as sent", "seq": view.seq, "now": 1, **picture})


async def log(hall: RedisHall) -> list[Json]:
    return [to_dict(event) for event in await the_day(hall, (await hall.view()).day)]


def screen(last: str, heard: float, window: str = "") -> Json:
    return {"screen": "hall", "window": window, "last": last, "heard": heard}


async def test_screens_that_show_the_hall_as_it_is_are_right(hall: RedisHall, clock: Clock) -> None:
    """The board and the sign have the picture of a served visitor."""
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")
    clock.pass_(seconds=20)

    screens = [screen(await painted(hall), clock.now)]
    screens += [screen(await painted(hall, "1"), clock.now, window="1")]

    assert right(await log(hall), screens, clock.now) == (2, [])


async def test_a_screen_that_shows_a_call_that_is_over_is_wrong(
    hall: RedisHall, clock: Clock
) -> None:
    """It came back after a cut, and shows what it showed before."""
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")
    old = await painted(hall, "1")
    await hall.start("1")
    await hall.finish("1")
    clock.pass_(seconds=20)

    wrong = right(await log(hall), [screen(old, clock.now, window="1")], clock.now)

    assert wrong == (0, ["sign 1 showed something old"])


async def test_a_picture_may_be_on_its_way(hall: RedisHall, clock: Clock) -> None:
    """A second before the end somebody took a number: the board of before that is right still."""
    await hall.take("G1")
    old = await painted(hall)
    clock.pass_(seconds=20)
    await hall.take("G1")
    clock.pass_(seconds=1)

    assert right(await log(hall), [screen(old, clock.now)], clock.now) == (1, [])


async def test_a_screen_that_nobody_spoke_to_is_dark(hall: RedisHall, clock: Clock) -> None:
    """Its last picture is the right one, but its line has been silent for half a minute."""
    await hall.take("G1")
    clock.pass_(seconds=60)

    wrong = right(await log(hall), [screen(await painted(hall), clock.now - 30_000)], clock.now)

    assert wrong == (0, ["a board was dark"])


async def test_what_happened_after_looking_is_left_out(hall: RedisHall, clock: Clock) -> None:
    """The day was closed when the screens had gone."""
    await hall.take("G1")
    last, ends = await painted(hall), clock.now + 10_000
    clock.pass_(minutes=1)
    await hall.close_day("force")

    assert right(await log(hall), [screen(last, ends)], ends) == (1, [])


async def test_a_clock_that_was_wrong_is_no_excuse_and_no_accusation(
    hall: RedisHall, clock: Clock
) -> None:
    """The hall's moments lie ten minutes after the end: only what is shown counts."""
    await hall.take("G1")
    ends = clock.now
    clock.pass_(minutes=10)
    await hall.open_window("1")

    assert right(await log(hall), [screen(await painted(hall), ends)], ends) == (1, [])
    assert right(await log(hall), [screen("nothing", ends)], ends)[0] == 0
