"""Webhooks as people run them: a worker that is killed under load, and `jiaohao hook`."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.children import environment
from ops.jobs import commands as hooks
from ops.settings import Settings, read
from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import DEAD, Deliveries
from queue_server.archive.errors import ConfigurationError
from queue_server.archive.webhooks import DeliveryRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.archive.archiving import archiving
from tests.databases import with_tables
from tests.installation import JIAOHAO, PATIENCE
from tests.ops.jobs.conftest import Work
from tests.ops.jobs.receiver import Receiver, verified

pytestmark = pytest.mark.anyio

#: A worker whose courier takes over from a dead one, and tries again, within two seconds.
HASTY = """
from ops import settings
from ops.jobs import worker
from queue_server.archive import deliveries
deliveries.FIRST_PAUSE = 500
worker.work(settings.read(), lease=1500)
"""


class Town:
    """A hall that is archived, a receiver, and the command line."""

    def __init__(self, work: Work, hall: RedisHall, known: Configuration, url: str) -> None:
        self.work, self.hall, self.known, self.url = work, hall, known, url
        self.receiver = Receiver()

    async def say(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type one `jiaohao` command."""
        return await asyncio.to_thread(
            subprocess.run,
            [JIAOHAO, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def hook(self, *words: str) -> str:
        """The same for `jiaohao hook`, in this process: starting one costs seconds."""
        done = CliRunner().invoke(hooks.app, list(words), env=self.environment)
        if done.exception:
            raise done.exception
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        return self.work.environment | {"JIAOHAO_HOOKS": "127.0.0.0/8", "COLUMNS": "200"}

    def worker(self) -> subprocess.Popen[bytes]:
        """As people start it."""
        with (self.work.folder / "worker.log").open("ab") as log:
            started = subprocess.Popen(
                [JIAOHAO, "run", "worker"], env=self.environment, stdout=log, stderr=log
            )
        self.work.workers.append(started)
        return started

    async def until(self, true: Any, what: str) -> None:
        async with asyncio.timeout(2 * PATIENCE):
            while not true():
                await asyncio.sleep(0.02)
        assert true(), what


@pytest.fixture
async def town(work: Work, layout: Layout) -> AsyncIterator[Town]:
    known = Configuration(with_tables(f"sqlite:///{work.folder.resolve()}/jiaohao.sqlite"))
    known.migrate()
    known.publish(layout, Calendar.always(), "test", 0)
    address = Address.parse(work.server.url)
    redis, feed = Connection(address, prepare=load), Feed(address)
    await redis.open()
    await feed.open()

    async def published() -> Layout:
        return layout

    hall = RedisHall(redis, feed, layout.tenant, layout.hall, published)
    await hall.open_day()
    receiver = Receiver()
    async with archiving(hall, known.database), running(receiver.app) as url:
        made = Town(work, hall, known, url)
        made.receiver = receiver
        yield made
        receiver.hanging.set()
        await asyncio.to_thread(work.remove)
    await hall.close()
    await feed.close()
    await redis.close()
    known.close()


async def test_a_killed_worker_misses_nothing(town: Town) -> None:
    """Under load, and while the receiver fails now and then: everything arrives, in order; what
    comes twice comes with the same name and words."""
    secret = town.hook("add", f"{town.url}/in", "--kinds", "*", "--hall", "hall")
    rolls = random.Random(5)
    town.receiver.judge = lambda _told: 503 if rolls.random() < 0.01 else None

    async def bustle() -> None:
        await town.hall.open_window("4")
        for _ in range(40):
            await town.hall.take("S1")
            await town.hall.call_next("4")
            await town.hall.recall("4")
            await town.hall.start("4")
            await town.hall.finish("4")
            await asyncio.sleep(0.02)

    bustling = asyncio.create_task(bustle())
    for count in (20, 100):
        worker = town.work.start(HASTY, town.environment)
        await town.until(lambda n=count: len(town.receiver.taken) > n, f"{count} letters came")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    await bustling
    town.work.start(HASTY, town.environment)
    view = await town.hall.view()
    last = f"hall/{view.day}/{view.seq}"
    await town.until(lambda: town.receiver.taken[-1].id == last, "the last letter came")

    heard = town.receiver.taken
    first: dict[str, bytes] = {}
    for one in heard:
        assert first.setdefault(one.id, one.body) == one.body
        assert verified(secret.strip(), one)
    events = [one.told["seq"] for one in heard]
    once = list(dict.fromkeys(events))
    # Nothing is missed between the first and the last, and nothing overtakes.
    assert once == list(range(once[0], view.seq + 1))
    assert len(once) >= 201
    assert len(heard) - len(first) <= 3


async def test_the_command_line_shows_and_replays(town: Town) -> None:
    """Add, list, pause, dead, replay, remove; and what makes no sense is one sentence."""
    base = ["add", f"{town.url}/in", "--kinds", "ticket.taken,ticket.near", "--hall", "hall"]
    assert town.hook(*base, "--label", "省平台", "--ahead", "2").startswith("whsec_")
    assert all(word in town.hook("list") for word in ("/in", "ticket.near", "省平台", "on"))

    town.receiver.judge = lambda _told: 400
    await town.hall.take("S1")
    town.worker()
    await town.until(lambda: town.receiver.heard, "it was tried")
    await asyncio.to_thread(_all_dead, town.known)
    assert "HTTP 400" in town.hook("dead", "1")
    town.receiver.judge = lambda _told: None
    assert "1 on the way again" in town.hook("replay", "1")
    await town.until(lambda: town.receiver.taken, "it came")

    for words, sentence in (
        (("dead", "9"), "there is no hook 9"),
        (("replay", "1", "99"), "there is no dead letter 99"),
        (("add", "ftp://x", "--kinds", "*", "--hall", "hall"), "url: must be https"),
    ):
        with pytest.raises(ConfigurationError, match=sentence):
            town.hook(*words)
    refused = await town.say("hook", "add", town.url, "--kinds", "eaten", "--hall", "hall")
    assert refused.returncode == 1
    assert "no kind of event" in refused.stderr
    town.hook("pause", "1")
    assert "off" in town.hook("list")
    town.hook("resume", "1")
    town.hook("remove", "1")
    assert "/in" not in town.hook("list")


def _all_dead(known: Configuration) -> None:
    """Time flies for what waits."""
    post = Deliveries(known.database)
    while not post.listed(1, DEAD):
        with known.database.writing() as session:
            if row := session.get(DeliveryRow, 1):
                row.next_try = 0


def test_the_settings_reach_the_worker(tmp_path: Any) -> None:
    """As another process reads them, whatever was set in this one."""
    given = Settings(data=tmp_path, port=8123, hooks="10.0.0.0/8", log="error")
    assert read(environment(given)) == given
