"""Databases that have their tables already: making those takes longer than most tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.engine import make_url

from queue_server.archive.database import Database


def with_tables(url: str) -> str:
    """Give an SQLite database that is not there yet its tables; answers with its URL. Any other
    makes them when it is migrated, which is to be asked for all the same."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).write_bytes(_tables())
    return url


@cache
def _tables() -> bytes:
    """What the migrations make of an empty file; once for each process."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        file = Path(folder) / "tables.sqlite"
        database = Database(f"sqlite:///{file}")
        database.migrate()
        # Everything comes from the log into the file when the last connection closes.
        database.close()
        return file.read_bytes()
