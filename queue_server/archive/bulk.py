"""Many rows into a table at once, the same way to write them twice: PostgreSQL and SQLite.

Rows are given as tuples, so that nothing is built for each of them on the way to the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, Table

Rows = Sequence[tuple[Any, ...]]


def upsert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Write these rows, over those that have the same key."""
    _write(connection, table, columns, rows, over=True)


def insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Write these rows, but for those whose key is there already."""
    _write(connection, table, columns, rows, over=False)


def delete(connection: Connection, table: Table, key: tuple[str, ...], rows: Rows) -> None:
    """Take out the rows with these keys."""
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        where = " AND ".join(f"{name} = {mark}" for name in _quoted(table, key))
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {where}", list(rows))


def _write(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, *, over: bool
) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement(table, columns, over, "sqlite"), list(rows))
    else:
        # One statement with a list a column: a message for each row costs more than the row.
        lists = tuple(list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(_statement(table, columns, over, "postgresql"), lists)


@lru_cache
def _statement(table: Table, columns: tuple[str, ...], over: bool, engine: str) -> str:
    names = _quoted(table, columns)
    if engine == "sqlite":
        source = f"VALUES ({', '.join('?' * len(names))})"
    else:
        lists = (f"%s::{_type(table, name)}[]" for name in columns)
        source = f"SELECT * FROM unnest({', '.join(lists)})"
    key = [column.name for column in table.primary_key]
    others = [name for name in columns if name not in key]
    change = ", ".join(f"{name} = excluded.{name}" for name in _quoted(table, tuple(others)))
    conflict = f"DO UPDATE SET {change}" if over and others else "DO NOTHING"
    into = f"INSERT INTO {table.name} ({', '.join(names)}) {source}"
    return f"{into} ON CONFLICT ({', '.join(_quoted(table, tuple(key)))}) {conflict}"


def _quoted(table: Table, names: tuple[str, ...]) -> list[str]:
    return [f'"{table.c[name].name}"' for name in names]


def _type(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, BigInteger):
        return "bigint"
    if isinstance(kind, Boolean):
        return "boolean"
    return "integer" if isinstance(kind, Integer) else "text"
