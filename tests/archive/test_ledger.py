"""What the ledger writes: the same rows in any batches, and a log that makes no sense as well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from queue_server.archive.database import Database
from queue_server.archive.history import History
from queue_server.archive.ledger import EVENTS, UNFOLDED, Ledger, folded
from queue_server.archive.memory import DayRow
from queue_server.domain.story import Story
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import shelves, stream_of, told, whole_day
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


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
