"""All tables out of one database and into another, of the same engine or the other one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, types
from sqlmodel import SQLModel

from queue_server.archive import dump
from queue_server.archive.configuration import Configuration
from queue_server.archive.database import Database
from queue_server.archive.dump import Rows
from queue_server.archive.errors import Invalid
from queue_server.archive.passwords import Passwords
from queue_server.domain.calendar import Calendar
from tests.archive.halls import path, town_hall

PASSWORD = "correct horse"
Lines = dict[str, list[bytes]]


def settled(configuration: Configuration) -> None:
    """A hall in a tree, a person who may sign in, and a row in every other table."""
    place = path("示例市", "示例县", "东镇")
    configuration.publish(town_hall(), Calendar.always(), "setup", 1, place)
    configuration.people.add_person("li", PASSWORD, 1, "李雷")
    configuration.people.grant("li", "auditor")
    configuration.tokens.issue("kiosk", "east", 1)
    with configuration.database.engine.execution_options(writing=True).begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if not connection.execute(table.select().limit(1)).first():
                connection.execute(insert(table), _row(table))


def _row(table: Table) -> dict[str, Any]:
    """Something for every column; large numbers where there is room for them."""
    known = {"hall": "east", "tenant": "city", "person": 1, "place": None}
    row = {column.name: _value(column.type) for column in table.columns}
    return row | {name: value for name, value in known.items() if name in row}


def _value(sort: Any) -> Any:
    values: list[tuple[type, Any]] = [
        (types.JSON, {"a": [1, "例"]}),
        (types.LargeBinary, b"\0\xff"),
        (types.Boolean, True),
        (types.BigInteger, 2**52),
        (types.Integer, 7),
        (types.Float, 0.1),
    ]
    return next((value for one, value in values if isinstance(sort, one)), "例 \"'\n")


def lines(database: Database) -> tuple[str, Lines]:
    with dump.snapshot(database) as found:
        return found.revision, {name: list(found.lines(name)) for name in found.tables}


def filled(database: Database, revision: str, tables: Lines) -> None:
    def of(name: str) -> Rows | None:
        return iter(tables[name]) if name in tables else None

    with database.engine.execution_options(writing=True).begin() as connection:
        dump.fill(connection, revision, of)


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path, cheap: Passwords) -> Any:
    """An empty database of either engine."""
    import psycopg

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/other.db"
    else:
        folder = request.getfixturevalue("postgresql")
        with psycopg.connect(
            f"host={folder} user=postgres dbname=postgres", autocommit=True
        ) as sql:
            sql.execute("DROP DATABASE IF EXISTS other")
            sql.execute("CREATE DATABASE other")
        url = f"postgresql+psycopg://postgres@/other?host={folder}"
    opened = Configuration(url, passwords=cheap)
    yield opened
    opened.close()


def test_every_table_goes_over(configuration: Configuration, other: Configuration) -> None:
    """Row by row the same, on whichever engine; people sign in, and ids are counted on."""
    settled(configuration)
    revision, tables = lines(configuration.database)
    assert all(len(rows) > 1 for rows in tables.values()), tables.keys()

    assert dump.is_empty(other.database)
    filled(other.database, revision, tables)

    assert lines(other.database) == (revision, tables)
    assert not dump.is_empty(other.database)
    assert other.sessions.sign_in("li", PASSWORD, 10).principal.may("auditor", "east")
    assert other.layout("east") == configuration.layout("east")
    assert other.people.add_person("han", PASSWORD, 2) == 2
    other.publish(town_hall("west"), Calendar.always(), "setup", 1, path("示例市", "西县"))
    assert len(other.audit_log.entries()) == len(configuration.audit_log.entries()) + 2


def test_places_come_after_those_above_them(
    configuration: Configuration, other: Configuration
) -> None:
    """Also when the one above is the younger row."""
    configuration.add_place("city", path("示例市", "示例县", "东镇"))
    revision, tables = lines(configuration.database)
    head, *rows = tables["places"]

    shuffled = [head, *reversed(rows)]
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        filled(other.database, revision, tables | {"places": shuffled})

    assert dump.is_empty(other.database)
    filled(other.database, revision, tables)
    assert other.places() == configuration.places()


def test_a_dump_is_one_moment(configuration: Configuration) -> None:
    """What is written meanwhile is not in it, and whoever writes does not wait."""
    configuration.people.add_person("li", PASSWORD, 1)
    with dump.snapshot(configuration.database) as found:
        next(found.lines("halls"))
        writer = threading.Thread(target=configuration.people.add_person, args=("han", PASSWORD, 2))
        writer.start()
        writer.join(30)
        assert not writer.is_alive()
        people = list(found.lines("people"))

    assert len(people) == 2
    assert len(configuration.people.people()) == 2


def test_tables_of_an_older_version_are_brought_up_to_date(
    configuration: Configuration, other: Configuration
) -> None:
    """A backup of last year is read into last year's tables first."""
    _, tables = lines(configuration.database)
    old = {name: rows for name, rows in tables.items() if name in ("tenants", "people", "places")}

    filled(other.database, "0001", old)

    assert other.people.add_person("li", PASSWORD, 1) == 1
    assert lines(other.database)[0] > "0001"


def test_tables_of_a_newer_version_are_refused(other: Configuration) -> None:
    """This program would not know what they mean; nothing is left behind."""
    with pytest.raises(Invalid, match="of version 9999, which this program is too old for"):
        filled(other.database, "9999", {})

    assert dump.is_empty(other.database)
