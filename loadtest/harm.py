"""What is done to the machine during a load: processes killed, SQL held, the disk filled, the clock
put wrong. Each returns when its cause is over."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadtest import wrong_clock

if TYPE_CHECKING:
    from loadtest.server import Server
    from loadtest.stage import Stage

#: How wrong (s) the clock goes.
AHEAD = 600.0
BLOCK = b"\0" * 65536


def _server(stage: Stage) -> Server:
    if stage.server is None:
        raise RuntimeError("this can only be done to a server of our own")
    return stage.server


def redis_killed(stage: Stage, lasts: float) -> dict[str, Any]:
    """A power cut for Redis, again and again for so long; the server's supervisor starts it."""
    server = _server(stage)
    return _killed(lambda: server.redis_pid, lasts)


def _killed(found: Callable[[], int], lasts: float) -> dict[str, Any]:
    until, times = time.monotonic() + lasts, 0
    while True:
        if pid := found():
            os.kill(pid, signal.SIGKILL)
            times += 1
        if time.monotonic() >= until:
            return {"times": times}
        time.sleep(0.3)


def server_killed(stage: Stage, lasts: float) -> dict[str, Any]:
    """The server dies, and is started again after a while, as a service manager does."""
    server = _server(stage)
    server.kill()
    time.sleep(lasts)
    server.start().ready()
    return {}


def archive_killed(stage: Stage, lasts: float) -> dict[str, Any]:
    """The process that archives dies, again and again for so long; the server starts it."""
    server = _server(stage)
    return _killed(lambda: server.archive_pid, lasts)


def sql_away(stage: Stage, lasts: float) -> dict[str, Any]:
    """Somebody else writes to the database all the time: it can be read, but not written."""
    file = _server(stage).settings.data / "jiaohao.sqlite"
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        time.sleep(lasts)
        database.rollback()
    return {}


def disk_full(stage: Stage, lasts: float) -> dict[str, Any]:
    """Somebody's film takes all the room on the disk, whatever is set free meanwhile too."""
    film, until = _server(stage).settings.data / "film", time.monotonic() + lasts
    try:
        with film.open("wb", buffering=0) as file:
            while time.monotonic() < until:
                _grow(file.fileno(), film)
                time.sleep(0.05)
            size = file.tell()
    finally:
        film.unlink()
    return {"megabytes": size >> 20}


def _grow(file: int, film: Path) -> None:
    # Large pieces first, then whatever room is left.
    for piece in (BLOCK, BLOCK[:4096], BLOCK[:1]):
        with suppress(OSError):
            while os.write(file, piece) == len(piece):
                if film.stat().st_size >> 30:
                    raise RuntimeError("this is no small disk")


def clock_wrong(stage: Stage, lasts: float) -> dict[str, Any]:
    """The server's clock jumps ahead, and back again."""
    clock = _server(stage).clock
    if clock is None:
        raise RuntimeError("this server goes by the machine's clock")
    wrong_clock.put(clock, AHEAD)
    time.sleep(lasts)
    wrong_clock.put(clock, 0)
    return {}
