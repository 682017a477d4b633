"""Days are sealed, or stay open and say why."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col

from queue_server.archive.database import Database
from queue_server.archive.expiry import may_go
from queue_server.archive.history import History
from queue_server.archive.ledger import EVENTS
from queue_server.archive.memory import DayRow
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import LONG_AFTER, archiving, caught_up, some_day
from tests.conftest import Clock
from tests.engine.stories import open_windows, serve, take

pytestmark = pytest.mark.anyio


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
