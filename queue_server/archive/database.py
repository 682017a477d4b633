"""The one door to SQL: open it, keep its shape up to date, read and write in transactions.

Configuration is written seldom, so there is one writer at a time, on SQLite as on PostgreSQL
(`postgresql+psycopg://…`): what a writer has read stays true until it is done. A reader sees one
instant, however many questions it asks, and keeps nobody waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from queue_server.archive.errors import Invalid

if TYPE_CHECKING:
    from alembic.config import Config

#: How long a writer waits for another one, and how often it looks where SQLite does not, in ms.
BUSY_TIMEOUT = 15_000
SWITCH_EVERY = 20

#: The advisory lock that a writer holds on PostgreSQL; any number that nobody else uses.
WRITING = 0x4A1A_0A40

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An SQL database by its SQLAlchemy URL; opening it does not touch it yet."""

    def __init__(self, url: str) -> None:
        self.engine = _open(url)
        # The same pool under another name: its transactions take the write lock at once. On
        # PostgreSQL they look anew with each question, lest a writer that had to wait for the
        # lock see how things were before.
        anew = {"isolation_level": "READ COMMITTED"} if self.engine.name == "postgresql" else {}
        self.writer = self.engine.execution_options(writing=True, **anew)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look things up in, all as of one instant; nothing it does is kept."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept when the block ends well, and all undone if not."""
        with Session(self.writer) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to this program's shape; several processes may do so at once."""
        with self.engine.begin() as connection:
            if _revision(connection) == newest():
                return
        # Alembic is as large as all the rest of a small command, which seldom has need of it.
        from alembic import command

        with self.writer.begin() as connection:
            command.upgrade(migrations(connection), "head")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def newest() -> str:
    """The revision that this program's tables have, which its file is named after."""
    return max(file.stem for file in (MIGRATIONS / "versions").glob("v*.py"))[1:5]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found else None


def migrations(connection: Connection) -> Config:
    """Alembic's configuration for our migrations on this connection and its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _open(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Invalid("database", "must be a URL such as sqlite:////srv/hall.db") from None
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.drivername == "postgresql+psycopg":
        engine = create_engine(
            parsed,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            connect_args={"connect_timeout": 5},
        )
        event.listen(engine, "begin", _take_turns)
        return engine
    raise Invalid("database", "must begin with sqlite:/// or postgresql+psycopg://")


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Invalid("database", "SQLite must be a file, as several processes share it")
    engine = create_engine(url)
    event.listen(engine, "connect", _set_manners)
    event.listen(engine, "begin", _begin)
    return engine


def _set_manners(connection: sqlite3.Connection, _record: object) -> None:
    # The driver shall not open transactions by itself: `_begin` says when, and how.
    connection.isolation_level = None
    _write_ahead(connection)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # The first switch of a new file needs the file alone, and SQLite does not always wait for
    # that by itself: of several processes that start together, one was told "locked" at once.
    connection.execute("PRAGMA busy_timeout=0")
    for _ in range(BUSY_TIMEOUT // SWITCH_EVERY):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        sleep(SWITCH_EVERY / 1000)
    raise Invalid("database", "the SQLite file stays locked by another program")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose the race for the write lock and
    # must then fail; one that begins IMMEDIATE waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _take_turns(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writing"))
