"""The tables and the migrations that make them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from queue_server.archive import tables
from queue_server.archive.database import Database, migrations, newest
from queue_server.archive.errors import Invalid

ROOT = Path(tables.__file__).parents[2]
MIGRATE = """
import sys
from queue_server.archive.database import Database
Database(sys.argv[1]).migrate()
"""


def test_migrations_make_the_tables_that_the_program_expects(url: str) -> None:
    """Autogenerate finds nothing to add, to drop or to change."""
    database = Database(url)
    database.migrate()

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, SQLModel.metadata)

    assert tables.HallRow.metadata is SQLModel.metadata
    assert differences == []
    database.close()


def test_migrating_again_changes_nothing(url: str) -> None:
    """Every start of a server migrates; most have nothing to do."""
    database = Database(url)
    database.migrate()
    database.migrate()
    database.close()


def test_alembic_and_the_program_know_the_same_newest_revision(url: str) -> None:
    """The program goes by the names of the files, so that it need not ask Alembic each time."""
    database = Database(url)
    with database.engine.connect() as connection:
        head = ScriptDirectory.from_config(migrations(connection)).get_current_head()
    database.close()

    assert newest() == head


def test_processes_that_migrate_at_once_take_turns(url: str) -> None:
    """Three servers that start on an empty database: each finds it ready, none fails."""
    command = [sys.executable, "-c", MIGRATE, url]
    servers = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(3)]

    said = [server.communicate(timeout=60)[1].decode() for server in servers]

    assert [server.returncode for server in servers] == [0, 0, 0], said


@pytest.mark.parametrize("url", ["", "hall.db", "sqlite://", "mysql://root@db/x", "redis://x"])
def test_a_url_that_leads_to_no_database_is_refused(url: str) -> None:
    """The setting is named, and what it must be."""
    with pytest.raises(Invalid, match="database: "):
        Database(url)
