"""Followers see every event once, in order, from wherever they were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from queue_server.domain.hall import Events, Position
from queue_server.engine import feed as feed_module
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import take

pytestmark = pytest.mark.anyio


async def read(followed: AsyncIterator[Events], count: int) -> list[tuple[str, int]]:
    """The places of the next `count` events."""
    found: list[tuple[str, int]] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found += [(event.day, event.seq) for event in await anext(followed)]
    return found


async def first_from_now(hall: RedisHall) -> int:
    """The seq of what a new follower hears first; tickets are taken until it hears one."""
    waiting = asyncio.ensure_future(read(hall.follow(), 1))
    while not waiting.done():
        await asyncio.sleep(0.05)
        await take(hall, "G1")
    ((_, seq),) = await waiting
    return seq


async def test_from_the_start_and_on(hall: RedisHall) -> None:
    """What was told before and what is told later, without a seam."""
    day = (await hall.state())["day"]
    await take(hall, "G1")
    followed = hall.follow(Position(day, 0))
    first = await read(followed, 2)
    await take(hall, "G1")

    assert first + await read(followed, 1) == [(day, 1), (day, 2), (day, 3)]


async def test_from_now(hall: RedisHall) -> None:
    """Without a position only what comes."""
    await take(hall, "G1")

    assert await first_from_now(hall) > 2


async def test_from_now_while_the_reader_is_on_its_way(
    hall: RedisHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that knows the day already, but not yet its end, makes nothing old new."""
    monkeypatch.setattr(feed_module, "BATCH", 1)
    await asyncio.gather(*(hall.take("G1") for _ in range(300)))
    tail = hall.feed.tail(hall.root)
    while not tail.seq:
        await asyncio.sleep(0)

    assert await first_from_now(hall) > 301


async def test_from_an_unknown_day_means_from_the_start_of_this_one(hall: RedisHall) -> None:
    """A screen that was switched off for a week draws today."""
    day = (await hall.state())["day"]

    assert await read(hall.follow(Position("1999-01-01", 17)), 1) == [(day, 1)]


async def test_across_days_nothing_is_missed(hall: RedisHall) -> None:
    """Who was away since yesterday reads the rest of yesterday first."""
    first = (await hall.state())["day"]
    await hall.close_day("force")
    await hall.open_day("2026-03-03")
    await take(hall, "G1")

    seen = await read(hall.follow(Position(first, 1)), 4)

    assert seen == [(first, 2), (first, 3), ("2026-03-03", 1), ("2026-03-03", 2)]


async def test_a_follower_goes_on_into_the_new_day(hall: RedisHall) -> None:
    """The hall closes and opens while somebody listens."""
    first = (await hall.state())["day"]
    followed = hall.follow(Position(first, 1))
    waiting = asyncio.ensure_future(read(followed, 3))
    await hall.close_day("force")
    await asyncio.sleep(0.1)
    await hall.open_day("2026-03-03")

    assert await waiting == [(first, 2), (first, 3), ("2026-03-03", 1)]


async def test_a_slow_follower_reads_on_from_the_stream(
    hall: RedisHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has left the memory is still in Redis."""
    monkeypatch.setattr(feed_module, "BATCH", 7)
    day = (await hall.state())["day"]
    slow = hall.follow(Position(day, 0))
    await read(slow, 1)
    await asyncio.gather(*(hall.take("G1") for _ in range(3000)))

    seen = await read(slow, 3000)

    assert [seq for _, seq in seen] == list(range(2, 3002))


async def test_many_followers_share_one_reader(hall: RedisHall) -> None:
    """Each gets everything."""
    day = (await hall.state())["day"]
    followers = [hall.follow(Position(day, 1)) for _ in range(50)]
    waiting = [asyncio.ensure_future(read(followed, 20)) for followed in followers]
    for _ in range(20):
        await take(hall, "G1")

    seen = await asyncio.gather(*waiting)

    assert all([seq for _, seq in one] == list(range(2, 22)) for one in seen)


async def test_through_a_drill_and_back(hall: RedisHall, clock: Clock) -> None:
    """The ordinary day was left for a drill and came back: in that order, each event once; and
    whoever had been away since before the drill sees the drill too."""
    day = (await hall.state())["day"]
    live = hall.follow(Position(day, 0))
    waiting = asyncio.ensure_future(read(live, 7))
    await hall.close_day("force")
    await hall.open_day(speed=60, starts=clock.now)
    drill = (await hall.state())["day"]
    await hall.close_day("force")
    await hall.open_day()
    expected = [(day, 1), (day, 2), (day, 3), (drill, 1), (drill, 2), (drill, 3), (day, 4)]

    assert await waiting == expected
    assert await read(hall.follow(Position(day, 0)), 7) == expected
    assert await read(hall.follow(Position(day, 3)), 4) == expected[3:]
    assert await read(hall.follow(Position(drill, 1)), 3) == expected[4:]
    assert (await hall.view()).day == day


async def test_followers_that_come_at_once_hear_what_is_there(hall: RedisHall) -> None:
    """None of them comes between the day and its end, and waits for an event that is long told."""
    day = (await hall.state())["day"]
    followers = [read(hall.follow(Position(day, 0)), 1) for _ in range(20)]

    assert await asyncio.gather(*followers) == [[(day, 1)]] * 20
