"""The archive is killed, or SQL is away, while people are served: nothing is missing, nothing
stands there twice, and nobody at a window notices."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from queue_server.archive.database import Database
from queue_server.archive.history import History
from queue_server.domain.hall import Events
from queue_server.domain.layout import Layout
from queue_server.domain.story import Story
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.archive.archiving import archiving, caught_up, shelves, stream_of, told
from tests.archive.conftest import AS_POSTGRES, binary
from tests.databases import with_tables
from tests.faults.halls import own_redis, process
from tests.faults.load import gaps, missing, under_load

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from queue_server.archive.archivist import Archivist, Pace
from queue_server.archive.database import Database
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import wall_clock
from tests.faults.halls import process

async def main(redis, sql, layout):
    async with process(redis, Layout.from_json(layout)) as hall:
        pace = Pace(linger=0.01, first_pause=0.02, longest_pause=0.2)
        await Archivist(hall, Database(sql), hall.events, wall_clock, pace=pace).run()

asyncio.run(main(*sys.argv[1:]))
"""


class Sql:
    """A PostgreSQL of one test, to be stopped and started, or an SQLite file to be locked."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self._lock: sqlite3.Connection | None = None
        if engine == "sqlite":
            self.url = f"sqlite:///{folder}/hall.db"
            return
        initdb, self._pg_ctl = binary("initdb"), binary("pg_ctl")
        if not initdb or not self._pg_ctl:
            pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        if AS_POSTGRES:
            shutil.chown(folder, "postgres", "postgres")
        new = [initdb, "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self._say([*new, "--no-sync"])
        self.come_back()

    def _say(self, words: list[str]) -> None:
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": self.folder}
        subprocess.run(words, check=True, **quiet, **AS_POSTGRES)

    def go_away(self) -> None:
        """In the middle of whatever it does."""
        if self.engine == "sqlite":
            file = f"{self.folder}/hall.db"
            self._lock = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            self._lock.execute("PRAGMA busy_timeout=20000")
            self._lock.execute("BEGIN IMMEDIATE")
        else:
            data = ["-D", f"{self.folder}/data", "-m", "immediate", "-w"]
            self._say([str(self._pg_ctl), *data, "stop"])

    def come_back(self) -> None:
        """As before."""
        if self._lock:
            self._lock.close()
            self._lock = None
        if self.engine == "postgresql":
            options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
            log = ["-l", f"{self.folder}/log", "-w", "start"]
            self._say([str(self._pg_ctl), "-D", f"{self.folder}/data", "-o", options, *log])

    def end(self) -> None:
        if self._lock:
            self._lock.close()
        if self.engine == "postgresql":
            data = ["-D", f"{self.folder}/data", "-m", "immediate"]
            subprocess.run([str(self._pg_ctl), *data, "stop"], cwd=self.folder, **AS_POSTGRES)


@pytest.fixture(params=["sqlite", "postgresql"])
def sql(request: pytest.FixtureRequest) -> Iterator[Sql]:
    folder = Path(tempfile.mkdtemp(prefix="jh-sql-"))
    found = Sql(request.param, folder)
    yield found
    found.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(sql: Sql) -> Iterator[Database]:
    opened = Database(with_tables(sql.url))
    opened.migrate()
    yield opened
    opened.close()


def _is_whole(database: Database, hall: RedisHall, stream: Events) -> None:
    """Log, and all that is made from it, are those of the stream; the seal is the proof."""
    day = stream[0].day
    story, _ = Story.of(hall.id).after(stream)
    assert History(database).day_events(hall.id, day) == stream
    assert shelves(database, hall.id, day) == told(story)


async def test_killed_at_any_moment_it_misses_nothing(
    sql: Sql, database: Database, layout: Layout
) -> None:
    """Its process three times, its work in a process eight times more, without a goodbye."""
    dice = Random(sql.engine)
    with own_redis() as redis:
        async with process(redis.url, layout) as hall:
            await hall.open_day()
            async with under_load(hall, "G1", ("1", "2")) as load:
                for _ in range(3):
                    command = [sys.executable, "-c", PROGRAM, redis.url, sql.url, layout.to_json()]
                    program = subprocess.Popen(command, cwd=ROOT)
                    before = _count(database, hall)
                    async with asyncio.timeout(60):
                        while _count(database, hall) == before:
                            await asyncio.sleep(0.02)
                    await asyncio.sleep(dice.random() / 4)
                    program.kill()
                    await asyncio.to_thread(program.wait)
                for _ in range(8):
                    async with archiving(hall, database, wall_clock):
                        await asyncio.sleep(dice.random() / 4)
            async with archiving(hall, database, wall_clock) as archivist:
                await hall.close_day("force")
                await caught_up(archivist, hall)
                assert await archivist.seal() == []
            stream = await stream_of(hall)

    assert missing(load, stream) == []
    assert gaps(stream) == []
    _is_whole(database, hall, stream)
    (day,) = History(database).days(hall.id)
    assert day.sealed


def _count(database: Database, hall: RedisHall) -> int:
    days = History(database).days(hall.id)
    return days[0].count if days else 0


async def test_sql_is_away_for_a_while(
    sql: Sql, database: Database, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """Stopped and started, or locked, three times under load: calls go on meanwhile."""
    with own_redis() as redis:
        async with process(redis.url, layout) as hall:
            await hall.open_day()
            async with archiving(hall, database, wall_clock) as archivist:
                async with under_load(hall, "G1", ("1", "2")) as load:
                    for _ in range(3):
                        await load.more(60)
                        await asyncio.to_thread(sql.go_away)
                        written = archivist.position
                        await load.more(300)
                        # What was under way when it went may have arrived; no more than that.
                        assert archivist.position.seq - written.seq <= 500
                        assert archivist.position.seq < (await hall.view()).seq
                        await asyncio.to_thread(sql.come_back)
                    await load.more(30)
                await hall.close_day("force")
                await caught_up(archivist, hall)
                assert await archivist.seal() == []
            stream = await stream_of(hall)

    assert missing(load, stream) == []
    _is_whole(database, hall, stream)
    if sql.engine == "postgresql":
        assert "waits for SQL" in caplog.text
