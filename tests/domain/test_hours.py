"""A day hour by hour, and a usual one."""

from __future__ import annotations

import pytest

from queue_server.domain.calling import MINUTE
from queue_server.domain.hours import Hour, by_hour, usual
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def test_numbers_and_calls_stand_in_their_hours(hall: RedisHall, clock: Clock) -> None:
    """By the hall's own clock; a wait belongs to the hour of its call."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.take("P1")
    clock.pass_(minutes=20)
    await hall.call_next("3")
    await hall.finish("3")
    clock.pass_(minutes=20)
    await hall.call_next("3")

    eight, nine = by_hour(await hall.view())

    assert eight == Hour(8, 2, 1, 20 * MINUTE)
    assert nine == Hour(9, 0, 1, 40 * MINUTE)
    assert (eight.wait, Hour(10).wait) == (20 * MINUTE, None)


def test_a_hall_that_was_never_open_has_no_hours() -> None:
    assert by_hour(HallView()) == ()


def test_a_usual_day_is_the_mean() -> None:
    """A day without an hour counts as nothing in it; waits are weighed by the people called."""
    first = (Hour(8, 10, 4, 40 * MINUTE), Hour(9, 2, 2, 2 * MINUTE))
    second = (Hour(8, 20, 8, 20 * MINUTE),)
    eight, nine = usual([first, second])
    assert (eight.taken, eight.called, eight.wait) == (15, 6, 5 * MINUTE)
    assert (nine.taken, nine.called) == (1, 1)
    assert usual([]) == ()
