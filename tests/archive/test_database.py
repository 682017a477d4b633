"""Readers see one instant, and writers take turns, on every kind of database."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from sqlmodel import select

from queue_server.archive.database import Database
from queue_server.archive.tables import TenantRow


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(TenantRow.id)))


def test_a_reader_sees_one_instant(database: Database) -> None:
    """Whatever is written between its questions: two answers never contradict each other."""
    with database.writing() as session:
        session.add(TenantRow(id="first"))

    with database.reading() as reader:
        before = list(reader.exec(select(TenantRow.id)))
        with database.writing() as session:
            session.add(TenantRow(id="second"))
        after = list(reader.exec(select(TenantRow.id)))

    assert before == after == ["first"]
    assert names(database) == ["first", "second"]


def test_a_writer_that_waited_sees_what_was_written_meanwhile(database: Database) -> None:
    """What it reads is true until it is done, so a count that many raise misses none."""
    began = Event()
    seen: list[str] = []

    def waits() -> None:
        began.set()
        with database.writing() as session:
            seen.extend(session.exec(select(TenantRow.id)))
            session.add(TenantRow(id=f"after-{len(seen)}"))

    other = Thread(target=waits)
    with database.writing() as session:
        session.add(TenantRow(id="first"))
        session.flush()
        other.start()
        began.wait()
        other.join(0.2)
        assert other.is_alive()
    other.join()

    assert seen == ["first"]
    assert names(database) == ["after-1", "first"]


def test_what_fails_is_not_half_written(database: Database) -> None:
    def fails() -> None:
        with database.writing() as session:
            session.add(TenantRow(id="half"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fails()

    assert names(database) == []
