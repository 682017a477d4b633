"""`jiaohao purge`: what goes from SQL and from Redis, and what is said about it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from ops import purging
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.archive.memory import DayRow, EventRow
from queue_server.archive.retention import DAY, EVENTS, SPOKEN
from queue_server.archive.tables import BookingRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine import keys
from queue_server.engine.redis_hall import wall_clock
from tests.databases import with_tables
from tests.faults.halls import own_redis
from tests.installation import Installation, installed

pytestmark = pytest.mark.anyio

NOW = wall_clock()
TAKEN = {"kind": "ticket.taken", "on_behalf": "王奶奶", "lane": "a"}


@pytest.fixture
def redis() -> Iterator[Redis]:
    with own_redis() as server, Redis.from_url(server.url) as client:
        yield client


@pytest.fixture
def settings(redis: Redis, layout: Layout) -> Iterator[Settings]:
    """A hall with a day of last year, one of last month, and the present one; in SQL and Redis."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        url = f"unix://{redis.get_connection_kwargs()['path']}"
        made = Settings(data=Path(folder), redis=url)
        known = Configuration(with_tables(made.database_url))
        known.migrate()
        known.publish(layout, Calendar.always(), "test", NOW)
        with known.database.writing() as session:
            for day, ago in (("old", 401), ("last-month", 31), ("today", 0)):
                at = NOW - ago * DAY
                row = DayRow(hall="hall", day=day, date="2026-01-01", opened=at - 2, count=1)
                row.closed, row.sealed = (at - 1, at) if ago else (0, 0)
                session.add(row)
                body = json.dumps(TAKEN)
                event: Any = {"kind": "ticket.taken", "at": at, "body": body}
                session.add(EventRow(hall="hall", day=day, seq=1, **event))
                root = keys.day_root(keys.hall_root(layout.tenant, "hall"), day)
                redis.hset(root, "state", "closed" if ago else "open")
                redis.hset(f"{root}:persons", "a hash", "A001")
            redis.hset(keys.hall_root(layout.tenant, "hall"), "day", "today")
            for code, ago in (("B1", 31), ("B2", -1)):
                at = NOW - ago * DAY
                booking: Any = {"service": "S", "appointed": at, "person": "a hash"}
                session.add(BookingRow(hall="hall", code=code, **booking))
        known.close()
        yield made


def left(redis: Redis) -> set[str]:
    """The days that Redis knows somebody's hash of."""
    names: Any = redis.keys("*:persons")
    return {name.decode().split(":")[2] for name in names}


async def test_what_is_old_goes_from_both(settings: Settings, redis: Redis) -> None:
    """Last year's log; last month's words about people, and all of those days in Redis."""
    planned = {one.what: one.count for one in purging.plan(settings, NOW)}
    gone = await purging.purge(settings, NOW, "test")

    assert planned == {EVENTS: 1, SPOKEN: 1, "bookings: person": 1}
    assert gone == planned | {purging.IN_REDIS: 2}
    assert left(redis) == {"today"}
    known = Configuration(settings.database_url)
    with known.database.reading() as session:
        days = {
            day: session.get_one(DayRow, ("hall", day)) for day in ("old", "last-month", "today")
        }
        assert [bool(row.purged) for row in days.values()] == [True, False, False]
        assert [row.expired for row in days.values()] == [NOW, NOW, 0]
        assert session.get(EventRow, ("hall", "old", 1)) is None
        month = session.get_one(EventRow, ("hall", "last-month", 1))
        assert json.loads(month.body) == {"kind": "ticket.taken", "lane": "a"}
        assert json.loads(session.get_one(EventRow, ("hall", "today", 1)).body) == TAKEN
    (line,) = [one for one in known.audit_log.entries() if one.what == "memory.purged"]
    assert (line.by, line.details) == ("test", planned)
    known.close()

    assert purging.plan(settings, NOW) == []
    assert await purging.purge(settings, NOW, "test") == {}


async def test_a_day_that_is_not_sealed_stays_in_redis(settings: Settings, redis: Redis) -> None:
    """The archive may not have all of it."""
    known = Configuration(settings.database_url)
    with known.database.writing() as session:
        session.get_one(DayRow, ("hall", "last-month")).sealed = 0
    known.close()

    await purging.purge(settings, NOW, "test")

    assert left(redis) == {"last-month", "today"}


async def test_other_terms(settings: Settings, redis: Redis) -> None:
    """Half a year at least, and personal data for a week: as it is set."""
    longer = replace(settings, keep_days=402, personal_days=60)
    assert {one.what for one in purging.plan(longer, NOW)} == {SPOKEN}
    shorter = replace(settings, keep_days=183)
    assert {one.what: one.count for one in purging.plan(shorter, NOW + 153 * DAY)}[EVENTS] == 2


# --- as it is typed


@pytest.fixture(scope="module")
def town() -> Iterator[Installation]:
    with installed() as made:
        made.token()
        known = Configuration(f"sqlite:///{made.data}/jiaohao.sqlite")
        with known.database.writing() as session:
            old: Any = {"service": "S", "appointed": NOW - 40 * DAY, "person": "a hash"}
            session.add(BookingRow(hall="demo", code="B1", **old))
        known.close()
        yield made


def test_a_dry_run_changes_nothing(town: Installation) -> None:
    """Said twice it says the same; then it is done, and the book says so."""
    for _ in range(2):
        told = town.do("purge", "--dry-run")
        assert told.returncode == 0, told.stderr
        assert "bookings: person" in told.stdout
        assert "Nothing was changed." in told.stdout

    assert "1 gone: bookings: person" in town.do("purge").stdout
    assert "Nothing would go." in town.do("purge", "--dry-run").stdout
    assert "Nothing had to go." in town.do("purge").stdout
    assert "memory.purged" in town.do("log").stdout
    assert not town.redis.alive


def test_the_law_is_named(town: Installation) -> None:
    """Before anything starts, in one sentence."""
    for words in (("purge",), ("run",)):
        bold = Installation(town.data, JIAOHAO_KEEP_DAYS="90")
        told = bold.do(*words)
        assert told.returncode == 1
        assert "JIAOHAO_KEEP_DAYS is 90; it must be 183 or more" in told.stderr
        assert "Traceback" not in told.stderr
