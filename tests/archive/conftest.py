"""Databases to test on: SQLite in a folder of its own, and a real, private PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher

from queue_server.archive.configuration import Configuration
from queue_server.archive.database import Database
from queue_server.archive.passwords import Passwords
from tests.databases import with_tables

#: PostgreSQL will not run as root, so root lends it the user that Debian made for it.
AS_POSTGRES: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
numbers = count(1)


def binary(name: str) -> str | None:
    """A program of PostgreSQL; Debian keeps them away from the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """The socket folder of a PostgreSQL that lives as long as this test process."""
    initdb, pg_ctl = binary("initdb"), binary("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    # A short path: the name of a Unix socket has room for 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="jh-pg-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    data = str(folder / "data")
    new = [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(new, **quiet, **AS_POSTGRES)
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    start = [pg_ctl, "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"]
    subprocess.run(start, **quiet, **AS_POSTGRES)
    yield folder
    subprocess.run([pg_ctl, "-D", data, "-m", "immediate", "stop"], **quiet, **AS_POSTGRES)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(postgresql: Path) -> str:
    """A database of that PostgreSQL that has its tables: a copy takes a quarter of the time that
    making them takes."""
    made = Database(_created(postgresql, "template0"))
    made.migrate()
    # Nobody may copy a database that somebody is in.
    made.close()
    return str(made.engine.url.database)


def _created(folder: Path, template: str) -> str:
    """The URL of a new database, a copy of another one."""
    name = f"test_{next(numbers)}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database once."""
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/configuration.db"
    return _created(request.getfixturevalue("postgresql"), "template0")


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that has its tables, and nothing in them."""
    if kind == "sqlite":
        return with_tables(f"sqlite:///{tmp_path}/tables.db")
    words = [request.getfixturevalue(name) for name in ("postgresql", "template")]
    return _created(*words)


@pytest.fixture
def cheap() -> Passwords:
    """Passwords that are hashed in no time: most tests are not about that."""
    return Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def configuration(tables: str, cheap: Passwords) -> Iterator[Configuration]:
    """An empty configuration."""
    opened = Configuration(tables, passwords=cheap)
    yield opened
    opened.close()


@pytest.fixture
def database(tables: str) -> Iterator[Database]:
    """An empty database."""
    opened = Database(tables)
    yield opened
    opened.close()
