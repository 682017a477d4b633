"""Who is near their turn: told once their number of people ahead falls far enough."""

from __future__ import annotations

import pytest

from queue_server.domain.near import Near, near
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


class Watcher:
    """Somebody who looks at a hall now and then."""

    def __init__(self, hall: RedisHall) -> None:
        self.hall = hall
        self.before = HallView()

    async def news(self, at_most: int = 3) -> tuple[Near, ...]:
        after = await self.hall.view()
        found = near(self.before, after, await self.hall.now(), at_most)
        self.before = after
        return found


async def test_whoever_moves_up_is_told(hall: RedisHall, clock: Clock) -> None:
    """With three ahead, and with the range that is expected from there."""
    watcher = Watcher(hall)
    await hall.open_window("4")
    for _ in range(6):
        clock.pass_(seconds=1)
        await hall.take("S1")
    assert await watcher.news() == ()

    await hall.call_next("4")
    (told,) = await watcher.news()

    assert (told.ticket, told.lane, told.ahead) == ("C005", "social", 3)
    assert told.expected
    assert told.expected.low <= told.expected.minutes < told.expected.high


async def test_a_newcomer_is_not_told_what_the_slip_says(hall: RedisHall) -> None:
    watcher = Watcher(hall)
    for _ in range(3):
        await hall.take("S1")
        assert await watcher.news() == ()


async def test_how_near_is_a_setting(hall: RedisHall) -> None:
    """And so is "you are next"; without an open window, nobody knows how long."""
    one, none = Watcher(hall), Watcher(hall)
    for _ in range(3):
        await hall.take("S1")
    assert (await one.news(1), await none.news(0)) == ((), ())

    await hall.cancel("C001")

    assert [told.ticket for told in await one.news(1)] == ["C003"]
    (first,) = await none.news(0)
    assert (first.ticket, first.ahead, first.expected) == ("C002", 0, None)


async def test_whoever_stepped_out_is_told_too(hall: RedisHall) -> None:
    """That is whom it helps most."""
    watcher = Watcher(hall)
    for _ in range(5):
        await hall.take("S1")
    await hall.away("C005")
    await watcher.news()

    await hall.cancel("C001")

    assert [told.ticket for told in await watcher.news()] == ["C005"]


async def test_another_wait_has_another_name(hall: RedisHall, clock: Clock) -> None:
    """The same place that comes near again has the same one, so that nobody is told twice."""
    watcher = Watcher(hall)
    await hall.open_window("4")
    for _ in range(3):
        clock.pass_(seconds=1)
        await hall.take("S1")
    await hall.call_next("4")
    await watcher.news()
    await hall.cancel("C002")
    assert [told.name for told in await watcher.news(0)] == [
        f"near/C003/{(await hall.view()).tickets['C003'].taken}"
    ]
    assert near(HallView(day="2026-03-01"), await hall.view(), clock()) == ()
