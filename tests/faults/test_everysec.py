"""A Redis that syncs once a second may lose one: no number is given twice for that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest

from queue_server.audit.auditor import audit
from queue_server.domain.events import DayReopened, TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Refused
from queue_server.engine.redis_hall import GAP, RedisHall
from tests.conftest import Clock
from tests.faults.halls import lose_since, own_redis, process, size_of_log
from tests.installation import PATIENCE
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio

NUMBERS = 100


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with own_redis("everysec") as server:
        yield server


@pytest.fixture
async def hall(redis: RedisServer, layout: Layout, clock: Clock) -> AsyncIterator[RedisHall]:
    async with process(redis.url, layout, clock) as found:
        await found.open_day()
        yield found


async def take(hall: RedisHall, count: int = 1, service: str = "G1") -> list[str]:
    told = await asyncio.gather(*(hall.take(service) for _ in range(count)))
    return [event.ticket for events in told for event in events if isinstance(event, TicketTaken)]


async def stream(hall: RedisHall) -> Events:
    async with asyncio.timeout(PATIENCE):
        return await hall.events(Position((await hall.view()).day, 0), 10_000)


async def test_numbers_jump_over_what_may_be_lost(redis: RedisServer, hall: RedisHall) -> None:
    """A005 is in somebody's hand and not on the disk: the next one is past it, in every lane."""
    kept = await take(hall, 3)
    size = size_of_log(redis)
    lost = await take(hall, 2)

    lose_since(redis, size)
    after = await take(hall, 2) + await take(hall, service="P1")

    assert kept + lost == ["A001", "A002", "A003", "A004", "A005"]
    assert sorted(after) == [f"A{4 + NUMBERS:03d}", f"A{5 + NUMBERS:03d}", f"B{1 + NUMBERS:03d}"]


async def test_the_stream_says_that_it_jumped(redis: RedisServer, hall: RedisHall) -> None:
    """`day.reopened` stands between, with the gap; the auditor takes it as it is meant."""
    await take(hall, 3)
    size = size_of_log(redis)
    await take(hall, 2)

    lose_since(redis, size)
    await take(hall)

    told = await stream(hall)
    (reopened,) = [event for event in told if isinstance(event, DayReopened)]
    assert (reopened.gap, reopened.numbers) == (GAP, NUMBERS)
    assert reopened.seq == 4 + GAP + 1
    verdict = audit(told)
    assert verdict.clean, verdict.lines()


async def test_nothing_lost_is_a_jump_all_the_same(redis: RedisServer, hall: RedisHall) -> None:
    """Killed without losing anything: nobody can know that, so it jumps, and all is kept."""
    before = await take(hall, 3)

    redis.written()
    redis.kill()
    redis.start()
    after = await take(hall, 1)

    assert set(before).isdisjoint(after)
    taken = [e.ticket for e in await stream(hall) if isinstance(e, TicketTaken)]
    assert taken == before + after
    verdict = audit(await stream(hall))
    assert verdict.clean, verdict.lines()


async def test_two_processes_jump_once(
    redis: RedisServer, hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """Every process meets the new Redis by itself; the first one says so, and only once."""
    async with process(redis.url, layout, clock) as other:
        await take(other, 2)
        size = size_of_log(redis)
        await take(hall, 2)

        lose_since(redis, size)
        told = await asyncio.gather(take(hall, 5), take(other, 5))

        numbers = sorted(told[0] + told[1])
        assert numbers == [f"A{n + NUMBERS:03d}" for n in range(3, 13)]
        assert len([e for e in await stream(hall) if isinstance(e, DayReopened)]) == 1


async def test_again_and_again(redis: RedisServer, hall: RedisHall) -> None:
    """Ten lost seconds in a row: not one of all the numbers is given twice."""
    given: list[str] = []
    for _ in range(10):
        given += await take(hall, 2)
        size = size_of_log(redis)
        given += await take(hall, 2)
        await asyncio.to_thread(lose_since, redis, size)

    given += await take(hall, 2)

    assert len(set(given)) == len(given) == 42
    verdict = audit(await stream(hall))
    assert verdict.clean, verdict.lines()


async def test_followers_go_on_behind_the_jump(redis: RedisServer, hall: RedisHall) -> None:
    """A screen that showed what is lost now shows what comes next, and nothing twice."""
    await take(hall)
    size = size_of_log(redis)
    await take(hall)
    heard: Events = []
    after = Position((await hall.view()).day, 0)

    async def listen() -> None:
        async for events in hall.follow(after):
            heard.extend(events)
            if any(isinstance(event, DayReopened) for event in heard):
                return

    listening = asyncio.create_task(listen())
    while len(heard) < 3:
        await asyncio.sleep(0.01)
    await asyncio.to_thread(lose_since, redis, size)
    await take(hall)
    async with asyncio.timeout(PATIENCE):
        await listening

    seqs = [event.seq for event in heard]
    assert seqs == sorted(set(seqs))
    assert [e.ticket for e in heard if isinstance(e, TicketTaken)][:2] == ["A001", "A002"]


async def test_a_command_that_was_under_way_when_it_was_lost(
    redis: RedisServer, hall: RedisHall
) -> None:
    """Its second try meets the new Redis, which must have jumped before that."""
    before = await take(hall)
    size = size_of_log(redis)
    before += await take(hall, 2)

    redis.freeze()
    under_way = asyncio.create_task(take(hall))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(lose_since, redis, size)
    try:
        after = await under_way
    except Refused:
        after = await take(hall)

    assert set(before).isdisjoint(after)


async def test_a_day_that_was_lost_altogether(redis: RedisServer, hall: RedisHall) -> None:
    """The day had just been opened and its first numbers given: whoever lived through it knows
    that this Redis is another, and they are not given again."""
    before = await take(hall, 3)

    await asyncio.to_thread(lose_since, redis, 0)
    with suppress(Refused):
        await hall.open_day()
    after = await take(hall, 1)

    assert set(before).isdisjoint(after)


async def test_the_first_second_of_a_day(redis: RedisServer, layout: Layout, clock: Clock) -> None:
    """Only its opening reached the disk; the number that was given next is not given again."""
    async with process(redis.url, layout, clock) as hall:
        await hall.open_day()
        size = size_of_log(redis)
        before = await take(hall, 1)

        await asyncio.to_thread(lose_since, redis, size)
        after = await take(hall, 1)

    assert set(before).isdisjoint(after)
