"""The archivist: everything once, whatever happens to it or to SQL; days sealed, or why not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Table, delete, func, select, update
from sqlmodel import Session, SQLModel, col

from queue_server import engine
from queue_server.archive.archivist import Pace
from queue_server.archive.database import Database
from queue_server.archive.expiry import gone, may_go
from queue_server.archive.history import History
from queue_server.archive.ledger import EVENTS, SHELVES, UNFOLDED, Ledger, folded
from queue_server.archive.memory import DayRow
from queue_server.domain.hall import Position
from queue_server.domain.story import Story
from queue_server.engine import keys
from queue_server.engine.connection import Connection
from queue_server.engine.expiry import PARTS, first_day, let_go
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import archiving, caught_up, shelves, stream_of, told
from tests.conftest import Clock
from tests.databases import with_tables
from tests.engine.stories import called, open_windows, serve, take

pytestmark = pytest.mark.anyio

LONG_AFTER = 400 * 24 * 3600 * 1000


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(with_tables(url))
    opened.migrate()
    yield opened
    opened.close()


async def some_day(hall: RedisHall, clock: Clock) -> None:
    """A little of everything."""
    await open_windows(hall, "1", "3", "4")
    for code in ("G1", "P1", "S1", "T1", "G1"):
        await take(hall, code, **({"booking": "b1"} if code == "P1" else {}))
        clock.pass_(minutes=2)
    first = await serve(hall, "1")
    await hall.rate(first, 5)
    await called(hall, "3")
    await hall.transfer("3", lane="social")
    await hall.undo("3")
    await hall.recall("3")
    clock.pass_(minutes=5)
    await hall.no_show("3")
    await called(hall, "4")
    await hall.hold("4")


async def whole_day(hall: RedisHall, clock: Clock) -> str:
    """The same, and closed."""
    await some_day(hall, clock)
    await hall.close_day("force")
    return (await hall.view()).day


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


# --- sealing


async def test_a_closed_day_is_sealed(hall: RedisHall, database: Database, clock: Clock) -> None:
    """Stream and table agree; whoever makes more of sealed days is told within the transaction."""
    sealed: list[tuple[str, str]] = []

    def note(session: Session, hall_id: str, day: str) -> None:
        row = session.get(DayRow, (hall_id, day))
        assert row
        assert row.sealed
        sealed.append((hall_id, day))

    async with archiving(hall, database, clock, sealed=note) as archivist:
        await some_day(hall, clock)
        await caught_up(archivist, hall)
        assert await archivist.seal() == []
        assert sealed == []
        await hall.close_day("force")
        await caught_up(archivist, hall)
        assert await archivist.seal() == []

    found = History(database).day(hall.id, (await hall.view()).day)
    assert found
    assert (found.sealed, found.trouble) == (clock(), "")
    assert sealed == [(hall.id, found.day)]


async def test_what_comes_after_sealing_opens_the_day_again(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """Somebody rates in the evening; it is sealed once more, with that."""
    async with archiving(hall, database, clock) as archivist:
        await open_windows(hall, "1")
        number = await take(hall, "G1")
        await serve(hall, "1")
        await hall.close_day("wait")
        await caught_up(archivist, hall)
        await archivist.seal()
        await hall.rate(number, 1)
        await caught_up(archivist, hall)
        history, day = History(database), (await hall.view()).day
        before = history.day(hall.id, day)
        await archivist.seal()
        after = history.day(hall.id, day)

    assert before
    assert after
    assert (before.sealed, after.sealed) == (0, clock())


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("lost", "the stream has 30 events up to 30, the archive 29 up to 30"),
        ("changed", "the 30 events of the archive are not those of the stream"),
    ],
)
async def test_a_day_that_is_not_the_same_stays_open_and_says_why(
    hall: RedisHall,
    database: Database,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    harm: str,
    said: str,
) -> None:
    """A row was lost or altered: an error is logged, nothing is sealed, nothing may expire."""
    async with archiving(hall, database, clock) as archivist:
        await open_windows(hall, "1", "3", "4")
        for _ in range(8):
            await take(hall, "G1")
            clock.pass_(minutes=1)
        for _ in range(8):
            await hall.cancel((await hall.view()).waiting[0].number)
        for number in range(8):
            await hall.quick("1", persons=number + 1)
        await hall.close_day("wait")
        await caught_up(archivist, hall)
        day = (await hall.view()).day
        here = (EVENTS.c.hall == hall.id, EVENTS.c.day == day, EVENTS.c.seq == 7)
        with database.writing() as session:
            if harm == "lost":
                session.execute(delete(EVENTS).where(*here))
                session.execute(update(DayRow).values(count=col(DayRow.count) - 1))
            else:
                session.execute(update(EVENTS).values(body='{"kind":"day.closed"}').where(*here))
        wrong = await archivist.seal()
        again = await archivist.seal()

    found = History(database).day(hall.id, day)
    assert found
    assert (found.sealed, found.trouble) == (0, said)
    assert wrong == again == [f"{day}: {said}"]
    assert caplog.text.count("cannot be sealed") == 1
    assert [one.day for one in History(database).days(troubled=True)] == [day]
    assert may_go(database, hall.id, 1, LONG_AFTER * 1000) == []


async def test_a_log_that_makes_no_sense_is_kept_all_the_same(
    hall: RedisHall, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Without its opening nobody can tell the day's story; once that is possible it is told."""
    day = await whole_day(hall, clock)
    stream = await stream_of(hall)
    ledger = Ledger(database, hall.id)
    story, touched = folded(Story.of(hall.id), stream[1:])
    ledger.write(stream[1:], story, touched, 0)

    assert History(database).day_events(hall.id, day) == stream[1:]
    assert ledger.trouble(day).startswith(UNFOLDED)
    assert "cannot be folded" in caplog.text

    with database.writing() as session:
        session.execute(delete(EVENTS))
        session.execute(delete(DayRow))
    whole, _ = Story().after(stream)
    ledger.write(stream, replace(whole, broken=1), touched, 0)
    assert ledger.trouble(day).startswith(UNFOLDED)
    ledger.remake(day)
    assert ledger.trouble(day) == ""
    assert shelves(database, hall.id, day) == told(whole)


# --- letting go


async def test_redis_lets_go_of_old_sealed_days(
    hall: RedisHall, database: Database, clock: Clock, connection: Connection
) -> None:
    """Every key of the old day, and nothing of the new one; who follows from the old one's place
    gets the start of the present day."""
    async with archiving(hall, database, clock) as archivist:
        old = await whole_day(hall, clock)
        await caught_up(archivist, hall)
        clock.pass_(minutes=24 * 60)
        await hall.open_day()
        await open_windows(hall, "1")
        await caught_up(archivist, hall)
        await archivist.seal()
    new = (await hall.view()).day
    later = clock() + LONG_AFTER

    (found,) = may_go(database, hall.id, 30, later)
    assert may_go(database, hall.id, 30, clock()) == []
    assert "present day" in await let_go(connection, hall.root, new, 2)
    assert "events" in await let_go(connection, hall.root, old, found[1] + 1)
    assert await let_go(connection, hall.root, *found) == ""
    gone(database, hall.id, found[0], later)

    left = await connection.call("KEYS", f"{hall.root}*")
    assert [key for key in left if key.startswith(keys.day_root(hall.root, old))] == []
    assert keys.events(keys.day_root(hall.root, new)) in left
    assert await let_go(connection, hall.root, *found) == ""
    assert may_go(database, hall.id, 30, later) == []
    assert await first_day(connection, hall.root) == Position(new, 0)
    async with asyncio.timeout(20):
        async for events in hall.follow(Position(old, 3)):
            assert [event.seq for event in events] == [1, 2]
            assert events[0].day == new
            break
    await take(hall, "G1")
    assert len(History(database).day_events(hall.id, old)) == found[1]


def test_every_key_of_a_day_is_known() -> None:
    """What the Lua library keeps below a day's root is what expires."""
    folder = Path(engine.__file__).parent / "lua"
    spelled = {
        name
        for file in folder.glob("*.lua")
        for name in re.findall(r"root \.\. ':([a-z_]+):?'", file.read_text("utf-8"))
    }
    # `days` is the hall's.
    assert spelled - {"events", "lane", "days"} == set(PARTS)


async def test_the_rows_are_those_of_many_small_batches(
    hall: RedisHall, database: Database, clock: Clock
) -> None:
    """Batches of one event each, or one of all: the same rows, the same hash."""
    day = await whole_day(hall, clock)
    stream = await stream_of(hall)
    ledger, other = Ledger(database, hall.id), Ledger(database, "other")
    story = Story.of(hall.id)
    for event in stream:
        after, touched = story.after([event])
        assert ledger.write([event], after, touched, story.seq)
        story = after
    whole, touched = Story.of("other").after(stream)
    assert other.write(stream, whole, touched, 0)
    assert not other.write(stream[:5], whole, touched, 0)

    assert shelves(database, hall.id, day) == told(Story.of(hall.id).after(stream)[0])
    history = History(database)
    one, two = history.day(hall.id, day), history.day("other", day)
    assert one
    assert two
    assert (one.count, one.digest) == (two.count, two.digest)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(EVENTS)).scalar() == 2 * len(stream)
