"""Does archiving keep up? Events a second written, against the bare driver with the same rows.

The day is a generated one: visitors who are taken, called, recalled now and then, served, missed,
rated, at twelve windows. Written by the archive in the batches in which a stream is followed, and,
as floor, by the driver alone: the same rows (log, visits, stages, seats, ratings, estimates, the
day), table by table, with `executemany` and one transaction a batch.

`written` is what the archive does with a batch that it has heard: hash, log, records, position.
`heard and written` is the whole way, with the fold that makes the records and estimates anew.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from loadtest.figures import Figure, figure
from loadtest.processes import uncollected
from ops.sample_hall import sample_hall
from queue_server.archive.database import Database
from queue_server.archive.entries import COLUMNS, entry
from queue_server.archive.ledger import SHELVES, Ledger
from queue_server.domain import events as told
from queue_server.domain.events import Event
from queue_server.domain.story import Story, Touched

HALL = "demo"
TICKETS = 2000
BATCH = 500
ROUNDS = 5
STARTS = 1_772_411_400_000
DAY = "2026-03-02"


def a_day(tickets: int, dice: Random) -> list[Event]:
    """A busy day of the sample hall, about seven events a visit."""
    plan = sample_hall()
    lanes = {lane.id: lane for lane in plan.lanes}
    windows = [w for w in plan.windows if w.lanes][:12]
    found: list[Event] = []
    now = STARTS

    def tell(kind: type[Event], **words: Any) -> None:
        found.append(kind(day=DAY, seq=len(found) + 1, at=now, **words))

    tell(told.DayOpened, layout=plan.to_json())
    for window in windows:
        tell(told.WindowOpened, window=window.number, clerk=f"person:{window.number}")
    waiting: list[told.TicketTaken] = []
    for number in range(tickets):
        now += dice.randrange(5_000, 15_000)
        service = dice.choice(plan.services)
        place = {"lane": service.lane, "class_": "ordinary", "entered": now, "counts_from": now}
        name = f"{lanes[service.lane].prefix}{number + 1:04d}"
        tell(told.TicketTaken, ticket=name, entry=number + 1, services=(service.code,), **place)
        waiting.append(found[-1])  # type: ignore[arg-type]  # It was just told.
        tell(told.TicketPrinted, ticket=name, device="printer-1")
        if len(waiting) > 30:
            now += 500
            _served(tell, waiting.pop(0), dice.choice(windows).number, now, dice)
    tell(told.DayClosing, policy="wait")
    return found


def _served(tell: Any, taken: told.TicketTaken, window: str, now: int, dice: Random) -> None:
    words = {"lane": taken.lane, "class_": taken.class_, "entered": taken.entered}
    words |= {"counts_from": taken.counts_from, "rule": "order", "wait": now - taken.entered}
    tell(told.TicketCalled, ticket=taken.ticket, window=window, **words)
    if dice.random() < 0.1:
        tell(told.TicketRecalled, ticket=taken.ticket, window=window, calls=2)
    if dice.random() < 0.06:
        tell(told.TicketMissed, ticket=taken.ticket, window=window, misses=1)
        return
    tell(told.TicketStarted, ticket=taken.ticket, window=window)
    tell(told.TicketFinished, ticket=taken.ticket, window=window, outcome="accepted")
    if dice.random() < 0.3:
        tell(told.TicketRated, ticket=taken.ticket, score=5, window=window, source="tablet")


Part = tuple[list[Event], Story, Touched, int]


def folded(events: list[Event]) -> list[Part]:
    """The batches, each with the story after it and what it touched."""
    story, parts = Story.of(HALL), []
    for at in range(0, len(events), BATCH):
        batch, known = events[at : at + BATCH], story.seq
        story, touched = story.after(batch)
        parts.append((batch, story, touched, known))
    return parts


def written(database: Database, parts: Sequence[Part]) -> float:
    """Seconds to write the batches."""
    ledger, began = Ledger(database, HALL), time.perf_counter()
    for batch, story, touched, known in parts:
        ledger.write(batch, story, touched, known)
    return time.perf_counter() - began


def heard_and_written(database: Database, events: list[Event]) -> float:
    """Seconds to fold and write the batches."""
    ledger, began = Ledger(database, HALL), time.perf_counter()
    story = Story.of(HALL)
    for at in range(0, len(events), BATCH):
        after, touched = story.after(batch := events[at : at + BATCH])
        ledger.write(batch, after, touched, story.seq)
        story = after
    return time.perf_counter() - began


# --- the floor


Rows = list[tuple[str, list[tuple[Any, ...]]]]


def plain(parts: Sequence[Part], mark: str) -> list[Rows]:
    """Each batch as statements with their rows, as somebody would write them by hand."""
    return [
        [
            (_insert("events", COLUMNS, mark), [entry(HALL, event) for event in batch]),
            *(
                (
                    _upsert(shelf.name, shelf.columns, shelf.key, mark),
                    [shelf.values(getattr(story, shelf.name)[k]) for k in _there(shelf, story, t)],
                )
                for shelf in SHELVES
            ),
            (
                _upsert("days", DAYS, ("hall", "day"), mark),
                [(HALL, DAY, DAY, 1, STARTS, 0, batch[-1].seq, batch[-1].seq, "x", 0, "", 1, 0, 0)],
            ),
        ]
        for batch, story, t, _ in parts
    ]


DAYS = (
    *("hall", "day", "date", "speed", "opened", "closed", "seq", "count", "digest", "sealed"),
    *("trouble", "turn", "expired", "purged"),
)


def _there(shelf: Any, story: Story, touched: Touched) -> list[Any]:
    known = getattr(story, shelf.name)
    return [key for key in sorted(getattr(touched, shelf.name)) if key in known]


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    named = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({named}) VALUES ({', '.join([mark] * len(columns))})"


def _upsert(table: str, columns: Sequence[str], key: Sequence[str], mark: str) -> str:
    others = ", ".join(f'"{c}" = excluded."{c}"' for c in columns if c not in key)
    named = ", ".join(f'"{name}"' for name in key)
    return f"{_insert(table, columns, mark)} ON CONFLICT ({named}) DO UPDATE SET {others}"


def by_sqlite(file: Path, batches: Sequence[Rows]) -> float:
    """Seconds that the driver of SQLite takes."""
    line = sqlite3.connect(file, isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    began = time.perf_counter()
    for batch in batches:
        line.execute("BEGIN IMMEDIATE")
        for statement, rows in batch:
            line.executemany(statement, rows)
        line.execute("COMMIT")
    taken = time.perf_counter() - began
    line.close()
    return taken


def by_psycopg(folder: Path, batches: Sequence[Rows]) -> float:
    """Seconds that the driver of PostgreSQL takes."""
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres") as line:
        began = time.perf_counter()
        for batch in batches:
            with line.cursor() as cursor:
                for statement, rows in batch:
                    if rows:
                        cursor.executemany(statement, rows)
            line.commit()
        return time.perf_counter() - began


# --- rounds


def _emptied(database: Database) -> None:
    with database.writing() as session:
        for table in ("days", "events", *(shelf.name for shelf in SHELVES)):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")


def _measured(name: str, url: str, floor: Any, mark: str, events: list[Event]) -> list[Figure]:
    parts = folded(events)
    batches = plain(parts, mark)
    database = Database(url)
    database.migrate()
    times: dict[str, list[float]] = {"floor": [], "written": [], "heard": []}
    for _ in range(ROUNDS):
        for what in times:
            _emptied(database)
            times[what].append(
                floor(batches)
                if what == "floor"
                else written(database, parts)
                if what == "written"
                else heard_and_written(database, events)
            )
    database.close()
    rate = {what: len(events) / sorted(found)[ROUNDS // 2] for what, found in times.items()}
    said = f"archive on {name}"
    return [
        figure(f"{said}: written ÷ driver", rate["written"], rate["floor"], "events/s", ">= 0.5"),
        figure(f"{said}: heard and written ÷ driver", rate["heard"], rate["floor"], "events/s"),
    ]


@contextmanager
def a_postgresql() -> Iterator[Path | None]:
    """The socket folder of a PostgreSQL for the moment; None where there is none installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("pg_ctl") or (str(binaries[-1] / "pg_ctl") if binaries else "")
    if not found:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="jh-pg-"))
    # PostgreSQL will not run as root.
    how: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        how |= {"user": "postgres", "group": "postgres"}
    data = str(folder / "data")
    initdb = str(Path(found).parent / "initdb")
    subprocess.run([initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], **how)
    options = f"-k {folder} -c listen_addresses="
    log = str(folder / "log")
    subprocess.run([found, "-D", data, "-o", options, "-l", log, "-w", "start"], **how)
    try:
        yield folder
    finally:
        subprocess.run([found, "-D", data, "-m", "immediate", "stop"], **how)
        shutil.rmtree(folder)


def everything(tickets: int = TICKETS) -> list[Figure]:
    """Both engines."""
    events = a_day(tickets, Random(5))
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        file = Path(folder) / "bench.db"

        def bare(batches: Sequence[Rows]) -> float:
            return by_sqlite(file, batches)

        figures = _measured("SQLite", f"sqlite:///{file}", bare, "?", events)
    with a_postgresql() as socket:
        if socket:
            url = f"postgresql+psycopg://postgres@/postgres?host={socket}"
            figures += _measured(
                "PostgreSQL", url, lambda batches: by_psycopg(socket, batches), "%s", events
            )
    return figures


async def run() -> list[Figure]:
    """What `make bench` asks for."""
    # The archive's own process collects as seldom (`ops/collecting.py`).
    with uncollected():
        return await asyncio.to_thread(everything)


if __name__ == "__main__":
    for one in asyncio.run(run()):
        print(f"{one['name']}: {one['value']:,.0f} ÷ {one['floor']:,.0f} = {one['ratio']:.2f}")
