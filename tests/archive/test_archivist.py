"""The archivist: everything once, whatever happens to it or to SQL."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Table, delete
from sqlmodel import SQLModel

from queue_server.archive.archivist import Pace
from queue_server.archive.database import Database
from queue_server.archive.history import History
from queue_server.archive.ledger import EVENTS, SHELVES, Ledger
from queue_server.domain.hall import Position
from queue_server.domain.story import Story
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import archiving, caught_up, shelves, some_day, stream_of, told
from tests.conftest import Clock
from tests.engine.stories import called, open_windows, serve, take

pytestmark = pytest.mark.anyio


async def test_everything_is_written_down(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """The log word for word, and everything that is made from it."""
    async with archiving(hall, database) as archivist:
        await some_day(hall, clock)
        await caught_up(archivist, hall)

    stream = await stream_of(hall)
    day = stream[0].day
    story, _ = Story().after(stream)
    assert History(database).day_events(hall.id, day) == stream
    assert shelves(database, hall.id, day) == told(story)
    found = History(database).day(hall.id, day)
    assert found
    assert (found.seq, found.count, found.date) == (stream[-1].seq, len(stream), "2026-03-02")


async def test_an_archive_that_was_away_catches_up(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """It begins where it was, also in the middle of a visit, and knows the day again."""
    async with archiving(hall, database) as archivist:
        await open_windows(hall, "1")
        number = await take(hall, "G1")
        await called(hall, "1")
        await caught_up(archivist, hall)
    clock.pass_(minutes=3)
    await hall.finish("1")
    await hall.rate(number, 4)

    async with archiving(hall, database) as archivist:
        await caught_up(archivist, hall)

    stream = await stream_of(hall)
    story, _ = Story().after(stream)
    assert shelves(database, hall.id, stream[0].day) == told(story)
    assert shelves(database, hall.id, stream[0].day)["visits"][number,]["service_time"] == 180_000


async def test_an_archive_that_is_behind_does_not_rest(hall: RedisHall, database: Database) -> None:
    """Behind many events there are more."""
    await asyncio.gather(*(hall.take("G1") for _ in range(600)))
    async with archiving(hall, database, pace=Pace(linger=3600)) as archivist:
        await caught_up(archivist, hall)


async def test_two_archivists_write_everything_once(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """Should two servers believe that it is theirs to do."""
    async with archiving(hall, database) as one, archiving(hall, database) as two:
        await some_day(hall, clock)
        await caught_up(one, hall)
        await caught_up(two, hall)

    stream = await stream_of(hall)
    story, _ = Story().after(stream)
    assert History(database).day_events(hall.id, stream[0].day) == stream
    assert shelves(database, hall.id, stream[0].day) == told(story)


async def test_what_only_another_archivist_saw_does_not_stay(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """A stage that came and went again: one wrote it down while it was there, the other hears of
    it only in one batch with its end."""
    await open_windows(hall, "1", "3")
    await take(hall, "G1")
    busy, held = ThreadPoolExecutor(1), Event()
    async with archiving(hall, database, threads=busy) as slow:
        await caught_up(slow, hall)
        busy.submit(held.wait)
        await called(hall, "1")
        async with archiving(hall, database) as quick:
            await hall.transfer("1", lane="social")
            await caught_up(quick, hall)
        assert len(shelves(database, hall.id, quick.position.day)["stages"]) == 2
        await hall.undo("1")
        held.set()
        await caught_up(slow, hall)
    busy.shutdown()

    stream = await stream_of(hall)
    story, _ = Story().after(stream)
    assert shelves(database, hall.id, stream[0].day) == told(story)


async def test_days_follow_each_other_and_a_drill_lies_between(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """A day goes on after a drill; the archive does not mix them up, also when it begins anew."""
    today = (await hall.view()).day
    async with archiving(hall, database, start=Position(today, 0)) as archivist:
        await open_windows(hall, "1")
        await take(hall, "G1")
        await serve(hall, "1")
        await hall.close_day("wait")
        await hall.open_day(speed=60)
        await take(hall, "G1")
        await caught_up(archivist, hall)
    await hall.close_day("force")
    drill = (await hall.view()).day
    await hall.open_day()
    await take(hall, "S1")

    async with archiving(hall, database) as archivist:
        await caught_up(archivist, hall)
        await take(hall, "S1")
        await caught_up(archivist, hall)

    for day in (today, drill):
        stream = await stream_of(hall, day)
        story, _ = Story().after(stream)
        assert History(database).day_events(hall.id, day) == stream
        assert shelves(database, hall.id, day) == told(story)
    speeds = {day.day: day.speed for day in History(database).days(hall.id)}
    assert speeds == {today: 1, drill: 60}
    assert Ledger(database, hall.id).position() == Position(today, (await hall.view()).seq)


async def test_an_archive_put_back_from_a_backup_catches_up(
    hall: RedisHall, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """SQL knows less than the archivist believes: it says so, and goes back."""
    async with archiving(hall, database) as archivist:
        await some_day(hall, clock)
        await caught_up(archivist, hall)
        with database.writing() as session:
            for table in _tables():
                session.execute(delete(table).where(table.c.hall == hall.id))
        await take(hall, "G1")
        await caught_up(archivist, hall)
        async with asyncio.timeout(20):
            while not (day := History(database).day(hall.id, (await hall.view()).day)) or (
                day.seq < (await hall.view()).seq
            ):
                await asyncio.sleep(0.01)

    stream = await stream_of(hall)
    story, _ = Story().after(stream)
    assert History(database).day_events(hall.id, stream[0].day) == stream
    assert shelves(database, hall.id, stream[0].day) == told(story)
    assert "going to where SQL is" in caplog.text


def _tables() -> list[Table]:
    return [SQLModel.metadata.tables["days"], EVENTS, *(shelf.table for shelf in SHELVES)]
