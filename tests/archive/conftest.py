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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/configuration.db"
    folder = request.getfixturevalue("postgresql")
    name = f"test_{next(numbers)}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


@pytest.fixture
def cheap() -> Passwords:
    """Passwords that are hashed in no time: most tests are not about that."""
    return Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def configuration(url: str, cheap: Passwords) -> Iterator[Configuration]:
    """An empty configuration, migrated."""
    opened = Configuration(with_tables(url), passwords=cheap)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database, migrated."""
    opened = Database(with_tables(url))
    opened.migrate()
    yield opened
    opened.close()
