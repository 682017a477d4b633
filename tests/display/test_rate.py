"""Whom a window's tablet asks for a rating."""

from __future__ import annotations

from typing import Any

import pytest

from display.rate import ASKED_FOR, rate
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.stories import open_windows, seen, take

pytestmark = pytest.mark.anyio


async def served(hall: RedisHall, window: str = "3") -> str:
    """Somebody takes a number and is served; his number."""
    number = await take(hall, "P1")
    await hall.call_next(window)
    await hall.finish(window)
    return number


async def asked(hall: RedisHall, clock: Clock, window: str = "3") -> Any:
    ask = (await seen(hall, clock, "rate", window))["ask"]
    return ask and ask["ticket"]


async def test_who_has_just_left_is_asked(hall: RedisHall, clock: Clock) -> None:
    """At this window only, and for three minutes."""
    await open_windows(hall, "3", "1")
    assert await asked(hall, clock) is None
    number = await served(hall)

    picture = await seen(hall, clock, "rate", "3")
    assert picture["ask"] == {"ticket": number, "until": clock() + ASKED_FOR}
    assert await asked(hall, clock, "1") is None

    clock.pass_(minutes=3)
    assert await asked(hall, clock) is None


async def test_one_rating_a_visit(hall: RedisHall, clock: Clock) -> None:
    """Whoever has rated is not asked again, and neither is anybody before him."""
    await open_windows(hall, "3")
    await served(hall)
    number = await served(hall)
    await hall.rate(number, 1, reasons=["slow"])

    picture = await seen(hall, clock, "rate", "3")
    assert picture["ask"] is None
    assert "score" not in str(picture)
    assert "slow" not in str(picture)


async def test_the_next_visitor_is_not_asked_for_the_one_before(
    hall: RedisHall, clock: Clock
) -> None:
    """A call leaves the question standing; when its visitor sits down, it goes."""
    await open_windows(hall, "3")
    number = await served(hall)
    await hall.take("P1")
    await hall.call_next("3")
    assert await asked(hall, clock) == number

    await hall.start("3")
    assert await asked(hall, clock) is None


async def test_who_goes_on_to_another_stop_is_asked_at_the_last(
    hall: RedisHall, clock: Clock
) -> None:
    """One rating for the whole visit, at the window that ends it."""
    await open_windows(hall, "1", "3", "4")
    await hall.take("T1")
    for window in ("1", "3", "4"):
        assert await asked(hall, clock, window) is None
        await hall.call_next(window)
        await hall.finish(window)
    assert await asked(hall, clock, "4") == "A001"
    assert await asked(hall, clock, "1") is None


async def test_there_is_a_picture_before_the_first_day_and_none_of_a_window_that_is_not_there(
    hall: RedisHall,
) -> None:
    """A tablet may be switched on at any time, and mistyped."""
    assert rate(HallView(), "3", 0)["ask"] is None
    with pytest.raises(LookupError):
        rate(await hall.view(), "77", 0)
