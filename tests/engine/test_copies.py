"""Copies of everything that Redis keeps of halls, and days that jump after a restore."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from queue_server.audit.auditor import audit
from queue_server.domain.events import DayReopened, TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Layout
from queue_server.engine import copies
from queue_server.engine.copies import Copy
from queue_server.engine.redis_hall import GAP, RedisHall
from tests.conftest import Clock
from tests.engine.same import differences
from tests.faults.halls import own_redis, process
from tests.faults.load import under_load
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def old(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with own_redis() as made:
        yield made


@pytest.fixture
def new(server: RedisServer) -> Iterator[Redis]:
    """An empty Redis that loses nothing."""
    with Redis.from_url(server.url) as client:
        yield client


async def take(hall: RedisHall, count: int = 1) -> list[str]:
    told = [await hall.take("G1") for _ in range(count)]
    return [event.ticket for events in told for event in events if isinstance(event, TicketTaken)]


async def stream(hall: RedisHall) -> Events:
    return await hall.events(Position((await hall.view()).day, 0), 100_000)


def copied(redis: Redis, hall: RedisHall, layout: Layout) -> list[Copy]:
    return list(copies.copies(redis, [(layout.tenant, hall.id)]))


# --- copies


async def test_a_hall_goes_on_in_another_redis(
    hall: RedisHall, layout: Layout, clock: Clock, old: Redis, new: Redis, server: RedisServer
) -> None:
    """Its queue, its windows and its diary are there, and the next number is the next one."""
    await take(hall, 3)
    await hall.open_window("1", clerk="person:1")
    await hall.call_next("1")
    before = await stream(hall)

    copies.put(new, copied(old, hall, layout))

    async with process(server.url, layout, clock) as again:
        assert await stream(again) == before
        assert await differences(again) == []
        assert await take(again) == ["A004"]


async def test_nothing_of_others_is_copied(hall: RedisHall, layout: Layout, old: Redis) -> None:
    """Neither another tenant's days, nor the next hall's, nor what else lives in this Redis."""
    await take(hall)
    old.set("somebody's", "own")
    old.hset("{elsewhere}:hall", "day", "2026-03-02")
    next_hall = f"{hall.root}-2"
    old.hset(next_hall, "day", "2026-03-02")

    names = {one.key for one in copied(old, hall, layout)}

    assert names
    assert all(name == hall.root or name.startswith(f"{hall.root}:") for name in names)
    old.delete(next_hall, "{elsewhere}:hall", "somebody's")


async def test_a_name_that_is_a_pattern_is_a_name(old: Redis) -> None:
    """A tenant called `*` has no more than its own."""
    old.hset("{*}:h", "day", "d")
    old.hset("{star}:h", "day", "d")

    assert [one.key for one in copies.copies(old, [("*", "h")])] == ["{*}:h"]
    copies.forget(old, ["*"])
    assert old.exists("{star}:h")
    old.delete("{star}:h")


async def test_state_and_stream_agree_however_busy_it_is(
    hall: RedisHall, layout: Layout, clock: Clock, old: Redis, new: Redis, server: RedisServer
) -> None:
    """Copied in the middle of a rush: the copy is a moment of that hall, not a mixture of two."""
    async with under_load(hall, "G1", ["1", "2", "3"]) as load:
        for _ in range(5):
            await load.more(20)
            found = await asyncio.to_thread(copied, old, hall, layout)
            new.flushall()
            copies.put(new, found)
            async with process(server.url, layout, clock) as again:
                assert await differences(again) == []
                verdict = audit(await stream(again))
                assert verdict.clean, verdict.lines()


async def test_days_that_are_over_are_copied_and_let_go(
    hall: RedisHall, layout: Layout, clock: Clock, old: Redis, new: Redis
) -> None:
    """Of those that may go nothing is left; the day that goes on stays, whoever names it."""
    await take(hall)
    await hall.close_day("force")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await take(hall)

    copies.put(new, copied(old, hall, layout))
    days = ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert copies.forget_days(new, layout.tenant, hall.id, days) == ["2026-03-02"]

    names: Any = new.keys("*")
    left = {name.decode() for name in names}
    assert not any(":2026-03-02" in name for name in left)
    assert f"{hall.root}:2026-03-03:events" in left
    assert copies.forget_days(new, layout.tenant, hall.id, days) == []


async def test_what_is_there_already_is_seen(
    hall: RedisHall, layout: Layout, old: Redis, new: Redis
) -> None:
    assert copies.any_of(old, ["nobody", layout.tenant])
    assert not copies.any_of(new, ["nobody", layout.tenant])


# --- after a restore


def restored(
    new: Redis, found: list[Copy], layout: Layout, hall: RedisHall, date: str, numbers: int = 1000
) -> None:
    new.flushall()
    copies.put(new, found)
    copies.tell_restored(new, layout.tenant, hall.id, date, numbers, 7)


async def test_a_restored_day_jumps_once(
    hall: RedisHall, layout: Layout, clock: Clock, old: Redis, new: Redis, server: RedisServer
) -> None:
    """Over every number that it may have given since; Redis syncs every write all the same."""
    await take(hall, 2)
    found = copied(old, hall, layout)
    lost = await take(hall, 5)

    restored(new, found, layout, hall, "2026-03-02")
    async with process(server.url, layout, clock) as again:
        assert await take(again, 2) == ["A1003", "A1004"]
    async with process(server.url, layout, clock) as again:
        assert await take(again) == ["A1005"]
        told = await stream(again)

    assert "A003" in lost
    (jump,) = [event for event in told if isinstance(event, DayReopened)]
    assert (jump.gap, jump.numbers) == (GAP, 1000)
    verdict = audit(told)
    assert verdict.clean, verdict.lines()


async def test_a_day_that_the_backup_does_not_know_jumps_too(
    closed_hall: RedisHall, layout: Layout, clock: Clock, new: Redis, server: RedisServer
) -> None:
    """It was opened after the backup and gave numbers; now it is opened for the first time."""
    restored(new, [], layout, closed_hall, "2026-03-02")

    async with process(server.url, layout, clock) as again:
        await again.open_day()
        assert await take(again) == ["A1001"]
        verdict = audit(await stream(again))
        assert verdict.clean, verdict.lines()
        assert await differences(again) == []

        await again.close_day("force")
        clock.pass_(minutes=24 * 60)
        await again.open_day()
        assert await take(again) == ["A001"]


async def test_a_drill_does_not_jump(
    closed_hall: RedisHall, layout: Layout, clock: Clock, new: Redis, server: RedisServer
) -> None:
    """Nobody has a number of it in his hand."""
    restored(new, [], layout, closed_hall, "2026-03-02")

    async with process(server.url, layout, clock) as again:
        await again.open_day(speed=10)
        assert await take(again) == ["A001"]


async def test_a_second_restore_jumps_again(
    hall: RedisHall, layout: Layout, clock: Clock, old: Redis, new: Redis, server: RedisServer
) -> None:
    """From a backup that was made after the first one, on the same day."""
    restored(new, copied(old, hall, layout), layout, hall, "2026-03-02")
    async with process(server.url, layout, clock) as again:
        assert await take(again) == ["A1001"]
        second = copied(new, again, layout)

    assert copies.most_given(new, layout.tenant, hall.id) == 1001
    new.flushall()
    copies.put(new, second)
    copies.tell_restored(new, layout.tenant, hall.id, "2026-03-02", 2000, 8)

    async with process(server.url, layout, clock) as again:
        assert await take(again) == ["A3002"]


async def test_the_next_hall_is_nobody_of_ours(hall: RedisHall, layout: Layout, old: Redis) -> None:
    """What one hall has given says nothing of another."""
    await take(hall, 3)

    assert copies.most_given(old, layout.tenant, hall.id) == 3
    assert copies.most_given(old, layout.tenant, replace(layout, hall="next").hall) == 0
