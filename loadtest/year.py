"""Fill a database with a year of a whole city, as its archive would have: bulk, for measurements.

`python -m loadtest.year URL [days]` fills an empty database. Rows come from `city.py`, summaries
from the very function that counts a sealed day. Four weeks of each hall are drawn and then come
again and again, on their own weekdays. The log itself is left out: reports don't read it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any, TypeVar

from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlmodel import SQLModel

from loadtest import city
from loadtest.city import TABLES, Hall, Row
from queue_server.archive.memory import DayMeasureRow
from queue_server.archive.selection import SOURCES, SeatFacts, StageFacts, VisitFacts
from queue_server.archive.summaries import Facts, summary
from queue_server.domain.calling import MINUTE

SEED = 5
FIRST = date(2025, 1, 1)
DAYS = 365
MEMORY: dict[str, type[SQLModel]] = {**TABLES, "day_measures": DayMeasureRow}
#: Rows are written when there are so many.
BULK = 20_000
#: So many days are drawn; a whole number of weeks.
DRAWN = 28
DAY = 24 * 60 * MINUTE
#: Columns that say which day it is, and those that are a moment (Unix ms).
NAMED = {"day", "date"}
TIMED = {"at", "taken", "since", "called", "started", "ended", "opened", "closed", "sealed"}

#: A row's values, in the order of its columns.
Values = list[Any]

Kind = TypeVar("Kind", StageFacts, VisitFacts, SeatFacts)


def fill(engines: Sequence[Engine], days: int = DAYS, halls: Sequence[Hall] = ()) -> None:
    """Make the memory's tables where they are missing, and fill them with `days` from `FIRST`;
    the same in each database."""
    tables = [SQLModel.metadata.tables[name] for name in MEMORY]
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.begin()) for engine in engines]
        for connection in connections:
            SQLModel.metadata.create_all(connection, tables)
        for table, rows in _bulks(halls or city.halls(), days):
            for connection in connections:
                _write(connection, table, rows)
    for engine in engines:
        if engine.dialect.name == "postgresql":
            _look(engine)


def _look(engine: Engine) -> None:
    # What the database's own housekeeping does after such a load.
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _bulks(halls: Iterable[Hall], days: int) -> Iterator[tuple[str, list[Values]]]:
    kept: dict[str, list[Values]] = {name: [] for name in MEMORY}
    for table, rows in _rows(halls, days):
        kept[table] += rows
        if len(kept[table]) >= BULK:
            yield table, kept[table]
            kept[table] = []
    yield from kept.items()


def _rows(halls: Iterable[Hall], days: int) -> Iterator[tuple[str, list[Values]]]:
    for hall in halls:
        drawn = [_drawn(hall, FIRST + timedelta(n)) for n in range(min(days, DRAWN))]
        for number in range(days):
            for name, rows in drawn[number % DRAWN].items():
                yield name, _later(name, rows, number - number % DRAWN, number)


def _drawn(hall: Hall, on: date) -> dict[str, list[Values]]:
    day = city.day(hall, on, SEED)
    facts = Facts(
        _facts(StageFacts, day.stages),
        _facts(VisitFacts, day.visits),
        _facts(SeatFacts, day.seats),
    )
    rows: dict[str, Iterable[Row]] = {name: getattr(day, name) for name in TABLES}
    rows["day_measures"] = summary(hall.id, str(on), str(on), facts, 0)
    return {name: _values(name, some) for name, some in rows.items()}


def _values(name: str, rows: Iterable[Row]) -> list[Values]:
    plain = _defaults(MEMORY[name])
    return [[row.get(column, plain[column]) for column in plain] for row in rows]


def _later(name: str, rows: list[Values], days: int, number: int) -> list[Values]:
    """The same rows so many days later, on day `number` of the year."""
    if not days:
        return rows
    columns, on = list(_defaults(MEMORY[name])), str(FIRST + timedelta(number))
    named = [at for at, column in enumerate(columns) if column in NAMED]
    timed = [at for at, column in enumerate(columns) if column in TIMED]
    found = [list(row) for row in rows]
    for row in found:
        for at in named:
            row[at] = on
        for at in timed:
            row[at] += days * DAY if row[at] else 0
    return found


def _facts(kind: type[Kind], rows: Iterable[Row]) -> list[Kind]:
    plain = _defaults(SOURCES[kind])
    return [kind._make([row.get(name, plain[name]) for name in kind._fields]) for row in rows]


_DEFAULTS: dict[Any, Row] = {}


def _defaults(table: type[SQLModel]) -> Row:
    """Every column of a table, with what stands in it when nobody says anything."""
    if table not in _DEFAULTS:
        columns = [column.key for column in inspect(table).columns]
        fields = table.model_fields
        _DEFAULTS[table] = {name: fields[name].get_default() for name in columns}
    return _DEFAULTS[table]


def _write(connection: Connection, name: str, values: Sequence[Values]) -> None:
    columns = list(_defaults(MEMORY[name]))
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{column}"' for column in columns)
        raw.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', values)
        return
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(copy) as pipe:
        for row in values:
            pipe.write_row(row)


if __name__ == "__main__":
    fill([create_engine(sys.argv[1])], int(sys.argv[2]) if sys.argv[2:] else DAYS)
