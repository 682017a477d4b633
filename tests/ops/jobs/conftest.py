"""A worker in a process of its own, with tasks that leave marks, on a Redis that nobody shares; and
an office that writes to receivers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis

from ops.jobs.queue import Jobs, redis_at
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.installation import wait_until
from tests.ops.jobs import tasks_for_tests
from tests.ops.jobs.office import Office, office_of
from tests.redis_server import RedisServer

ROOT = Path(__file__).parents[3]
#: A worker in a hurry: it says every second that it is there.
WORKER = """
from ops import settings
from ops.jobs import worker
worker.work(settings.read(), beat=1)
"""
#: Every process of the worker begins with this.
KNOW = "from tests.ops.jobs import tasks_for_tests\ntasks_for_tests.know()\n"
tasks_for_tests.know()


class Work:
    """A folder, its Redis and workers over both."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.folder = folder
        self.server = redis
        self.redis: Redis = redis_at(redis.url)
        self.jobs = Jobs(self.redis)
        self.workers: list[subprocess.Popen[bytes]] = []
        (folder / "site").mkdir()
        (folder / "site/sitecustomize.py").write_text(KNOW)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JIAOHAO_")}
        own = {"JIAOHAO_DATA": str(self.folder), "JIAOHAO_REDIS": self.server.url}
        return kept | own | {"PYTHONPATH": f"{self.folder / 'site'}:{ROOT}"}

    def start(
        self, program: str = WORKER, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-c", program],
                env=environment or self.environment,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def until(self, id_: str, *states: str) -> str:
        """Wait until a job is in one of these states."""
        wait_until(lambda: self.jobs.job(id_).state in states, f"{id_} is {states}: {self.log}")
        return self.jobs.job(id_).state

    def marks(self, name: str) -> list[str]:
        """What tasks wrote."""
        path = self.folder / name
        return path.read_text("utf-8").splitlines() if path.exists() else []

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text("utf-8")

    def remove(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
        self.redis.close()


@pytest.fixture
def work() -> Iterator[Work]:
    with tempfile.TemporaryDirectory(prefix="jh-") as name:
        folder = Path(name)
        redis = RedisServer(folder / "redis", durable=True).start()
        made = Work(folder, redis)
        yield made
        made.remove()
        redis.kill()


@pytest.fixture
async def office(
    hall: RedisHall, layout: Layout, tmp_path: Path, clock: Clock
) -> AsyncIterator[Office]:
    async with office_of(hall, layout, tmp_path, clock) as made:
        yield made
