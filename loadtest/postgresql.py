"""A PostgreSQL of our own for a measurement, from the distribution's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: PostgreSQL will not run as root, so root lends it the user that Debian made for it.
AS_POSTGRES: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}


def installed() -> bool:
    """Whether there is one to start."""
    return bool(_binary("initdb") and _binary("pg_ctl"))


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database, in a server that lives as long as the block."""
    # A short path: the name of a Unix socket has room for 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="jh-pg-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    _run(folder, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses="
    _run(folder, "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run(folder, "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _run(folder: Path, program: str, *words: str) -> None:
    found = _binary(program) or program
    subprocess.run(
        [found, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder, **AS_POSTGRES
    )


def _binary(name: str) -> str | None:
    """A program of PostgreSQL; Debian keeps them away from the path."""
    known = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(known[-1]) if known else None)
