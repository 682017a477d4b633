"""What is done to a hall during a load: its Redis or its server killed, its database held.

A cut, in which every screen loses its line, is done by those who hold the lines.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from loadtest.stage import Server
from loadtest.watch import family

#: How long (s) a service manager waits before it starts a server again, as our unit file has it.
RESTART = 1.0
#: How long (s) the database is away.
AWAY = 10.0


def do(what: str, server: Server) -> None:
    """Carry out one fault; returns when its cause is over."""
    {"redis": kill_redis, "server": kill_server, "archive": hold_archive}[what](server)


def kill_redis(server: Server) -> None:
    """A power cut for Redis; the supervisor in the server starts it again."""
    if pid := server.redis_pid:
        os.kill(pid, signal.SIGKILL)


def kill_server(server: Server) -> None:
    """The server dies, and is started again as a service manager does."""
    server.kill()
    time.sleep(RESTART)
    server.start()
    server.ready()


def hold_archive(server: Server) -> None:
    """The archiving process, where it is one of its own, is killed; SQL can be read but not
    written for a while."""
    process = server.process
    for pid in family(process.pid)[1:] if process else []:
        if b"archiv" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    with closing(sqlite3.connect(server.settings.data / "jiaohao.sqlite", timeout=5)) as database:
        database.execute("BEGIN IMMEDIATE")
        time.sleep(AWAY)
        database.rollback()
