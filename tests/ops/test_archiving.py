"""The archive as a process of its own: what it tells its server, and that it outlives a death."""

from __future__ import annotations

import os
import re
import signal
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from redis import Redis

from ops import archiving
from ops.archiving import Archiving
from ops.settings import Settings
from queue_server.api.metrics import Backlog
from queue_server.archive.database import Database
from queue_server.archive.history import History
from queue_server.domain.hall import Position
from tests.installation import Installation, installed, wait_until


def test_a_server_knows_how_far_its_archive_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the last line that it said, unless that was long ago."""
    watched = Archiving(Settings(), "redis://127.0.0.1")
    assert list(watched.backlogs()) == []
    watched._heard(b'[["demo", "2026-03-02", 7, 2]]\n')
    assert list(watched.backlogs()) == [Backlog("demo", Position("2026-03-02", 7), 2)]
    monkeypatch.setattr(archiving, "SILENT", 0.0)
    assert list(watched.backlogs()) == []


def archive_of(made: Installation) -> int:
    """The archive's process; 0 when there is none just now."""
    assert made.process
    for line in Path(f"/proc/{made.process.pid}/task").glob("*/children"):
        for pid in line.read_text().split():
            if b"archive_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    return 0


def test_everything_is_written_though_the_archive_is_killed() -> None:
    """Another one goes on where it was; the server tells how far, and takes numbers meanwhile."""
    with installed() as made, ExitStack() as stack:
        token = made.token()
        made.start().ready()
        say = stack.enter_context(
            httpx.Client(
                base_url=made.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
            )
        )
        known = Database(f"sqlite:///{made.data / 'jiaohao.sqlite'}")
        stack.callback(known.close)

        def taken(count: int) -> int:
            for _ in range(count):
                told = say.post("/api/v1/halls/demo/take", json={"service": "511F09014002"})
                assert told.status_code == 200, told.text
            return int(told.json()["events"][-1]["seq"])

        def written(seq: int) -> bool:
            page = say.get("/metrics").text
            behind = re.search(r'jiaohao_archive_behind_events{hall="demo"} (\d+)', page)
            day = History(known).days("demo")
            return bool(day) and day[-1].seq >= seq and behind is not None

        first = taken(3)
        wait_until(lambda: written(first), "the first are written")
        one = archive_of(made)
        assert one
        os.kill(one, signal.SIGKILL)
        # Its lease would end by itself a quarter of a minute later.
        with Redis.from_url(made.redis.url) as redis:
            assert redis.delete("jiaohao:archive")
        last = taken(3)
        wait_until(lambda: written(last), "the last are written")
        assert archive_of(made) not in (0, one)
