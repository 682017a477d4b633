"""All tables as lines of JSON, and back: out of either engine, into either.

What is written is what the database has, not what this program expects of it: so an older backup
is read into tables of its own version, which are then brought up to date like any others. The
first line of a table names its columns; every other one is a row.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.util import CommandError
from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, func, inspect, select, text

from queue_server.archive.database import Database, migrations
from queue_server.archive.errors import Invalid

#: Where Alembic keeps the version; it is written by itself.
VERSION = "alembic_version"
AT_ONCE = 1000

Rows = Iterator[bytes]


@dataclass(frozen=True)
class Snapshot:
    """A database as it was at one moment."""

    revision: str
    _connection: Connection
    _tables: tuple[Table, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of all tables, each after those it refers to."""
        return tuple(table.name for table in self._tables)

    def lines(self, name: str) -> Rows:
        """A table as lines."""
        table = next(one for one in self._tables if one.name == name)
        yield _line([column.name for column in table.columns])
        rows: Iterable[Sequence[Any]] = self._connection.execution_options(
            yield_per=AT_ONCE
        ).execute(select(table).order_by(*table.primary_key.columns))
        if own := _own_parent(table):
            rows = _parents_first(table, own, rows)
        for row in rows:
            yield _line([_plain(value) for value in row])


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """The database as it is now, however long reading it takes; nobody is kept waiting."""
    with database.engine.connect() as connection:
        revision = _revision(connection)
        yield Snapshot(revision, connection, tuple(_tables(connection)))


def is_empty(database: Database) -> bool:
    """Whether nothing has ever been put there."""
    return not inspect(database.engine).get_table_names()


def fill(connection: Connection, revision: str, lines_of: Callable[[str], Rows | None]) -> None:
    """Make the tables of a version in an empty database, put the lines of each there, and bring
    them up to date, all in the connection's transaction. Raises `Invalid` for a version that this
    program does not know."""
    try:
        command.upgrade(migrations(connection), revision)
    except CommandError:
        told = f"its tables are of version {revision}, which this program is too old for"
        raise Invalid("backup", told) from None
    for table in _tables(connection):
        if (lines := lines_of(table.name)) is not None:
            _put(connection, table, lines)
            _count_on(connection, table)
    command.upgrade(migrations(connection), "head")


def _revision(connection: Connection) -> str:
    return str(connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar_one())


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION]


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _put(connection: Connection, table: Table, lines: Rows) -> None:
    names = json.loads(next(lines))
    read = [_reader(table.columns[name]) for name in names]
    batch: list[dict[str, Any]] = []
    for line in lines:
        values = (one(value) for one, value in zip(read, json.loads(line), strict=True))
        batch.append(dict(zip(names, values, strict=True)))
        if len(batch) == AT_ONCE:
            connection.execute(table.insert(), batch)
            batch.clear()
    if batch:
        connection.execute(table.insert(), batch)


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    return lambda value: value


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids by itself, and must know which are taken."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        given = func.pg_get_serial_sequence(table.name, column.name)
        if connection.execute(select(given)).scalar() is not None:
            largest = connection.execute(select(func.max(column))).scalar()
            connection.execute(select(func.setval(given, largest or 1, largest is not None)))


def _own_parent(table: Table) -> tuple[Column[Any], Column[Any]] | None:
    """The column that leads to another row of the same table, and where it leads."""
    for key in table.foreign_keys:
        if key.column.table is table:
            return key.parent, key.column
    return None


def _parents_first(
    table: Table, own: tuple[Column[Any], Column[Any]], rows: Iterable[Sequence[Any]]
) -> Iterator[Sequence[Any]]:
    """Each row after the one above it; such tables are small."""
    names = [column.name for column in table.columns]
    parent, key = names.index(own[0].name), names.index(own[1].name)
    waiting, known = list(rows), {None}
    while waiting:
        ready = [row for row in waiting if row[parent] in known]
        if not ready:
            raise Invalid("backup", f"rows of {table.name} lead to each other in a ring")
        yield from ready
        known |= {row[key] for row in ready}
        waiting = [row for row in waiting if row[key] not in known]
