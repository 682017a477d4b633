"""`kill -9` in the middle of everything: what was acknowledged stays, and nothing happens twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from random import Random

import pytest

from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import TicketCalled
from queue_server.domain.hall import Position
from tests.faults.load import (
    Follower,
    Load,
    doubled,
    gaps,
    missing,
    settled,
    the_day,
    under_load,
)
from tests.installation import PATIENCE, Installation, hall_at, installed

pytestmark = pytest.mark.anyio

#: What the sample hall asks for at windows 1 and 2.
SERVICE, WINDOWS = "512B0003600029", ("1", "2", "3")
CUTS = ["redis"] * 12 + ["server"] * 4 + ["both"] * 4


@pytest.fixture(scope="module")
def town() -> Iterator[Installation]:
    with installed() as made:
        yield made.start().ready()


@pytest.fixture(scope="module")
def token(town: Installation) -> str:
    return town.token()


@pytest.fixture
async def remote(town: Installation, token: str) -> AsyncIterator[RemoteHall]:
    async with hall_at(town.url, token) as hall:
        yield hall


def cut(town: Installation, what: str) -> None:
    """No goodbye for Redis, for the server, or for both; then whatever starts it again."""
    if what != "redis":
        town.signal(signal.SIGKILL)
    if what != "server":
        town.kill_redis()
    if what != "redis":
        town.start()


def redis_starts(town: Installation) -> int:
    """How often Redis has come up; its log says so each time."""
    return town.redis.log.read_text("utf-8").count("Server initialized")


async def say_again(load: Load) -> None:
    """Whoever did not hear the answer asks once more, and is told the same."""
    for command, events in list(load.told.items())[-10:]:
        if events[0].kind == "ticket.taken":
            assert await load.hall.take(SERVICE, command=command) == events
        elif isinstance(called := events[0], TicketCalled):
            assert await load.hall.call_next(called.window, command=command) == events


async def test_twenty_cuts(town: Installation, remote: RemoteHall, token: str) -> None:
    """Twenty times Redis, a server or both: nothing is missing, doubled, or heard twice."""
    async with asyncio.timeout(10 * PATIENCE), hall_at(town.url, token) as ears:
        day = await settled(remote)
        follower = Follower(ears, Position(day, 0))
        listening = asyncio.create_task(follower.listen())
        async with under_load(remote, SERVICE, WINDOWS) as load:
            for what in Random(2).sample(CUTS, len(CUTS)):
                await load.more(20)
                await asyncio.to_thread(cut, town, what)
                await load.more(1)
                await say_again(load)
        stream = await the_day(remote, day)
        await follower.until(stream[-1].seq)
        listening.cancel()

    assert redis_starts(town) == 1 + sum(what != "server" for what in CUTS)
    assert missing(load, stream) == []
    assert doubled(load, stream) == []
    assert gaps(stream) == []
    assert follower.heard[: len(stream)] == stream
    verdict = audit(stream)
    assert verdict.clean, verdict.lines()
    assert verdict.calls > len(CUTS)
