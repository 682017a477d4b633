"""Halls that are found when they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ops.configured import configuration
from ops.halls import Halls, secret
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.homes import Home

pytestmark = pytest.mark.anyio


@pytest.fixture
def known(tmp_path: Path, layout: Layout) -> Iterator[Configuration]:
    made = configuration(Settings(data=tmp_path))
    made.publish(layout, Calendar.always(), "test", 1)
    yield made
    made.close()


async def test_everybody_who_asks_at_once_finds_the_hall(
    known: Configuration, connection: Connection, feed: Feed
) -> None:
    """A server that has just started: all screens come back at the same moment."""
    halls = Halls(known, lambda _tenant: Home(connection, feed))

    found = await asyncio.gather(*(halls.hall("hall") for _ in range(10)))

    assert [hall.id if hall else None for hall in found] == ["hall"] * 10
    assert len({id(hall) for hall in found}) == 1


async def test_a_hall_that_is_published_later_is_found(
    known: Configuration, connection: Connection, feed: Feed, layout: Layout
) -> None:
    """Within two seconds of its being asked for in vain."""
    halls = Halls(known, lambda _tenant: Home(connection, feed))
    assert await halls.hall("new") is None
    known.publish(replace(layout, hall="new"), Calendar.always(), "test", 2)

    async with asyncio.timeout(30):
        while await halls.hall("new") is None:
            await asyncio.sleep(0.1)

    assert (await halls.hours("new")).layout.hall == "new"


async def test_the_secret_is_made_once(tmp_path: Path) -> None:
    """For all processes, and for nobody else's eyes."""
    made = await asyncio.gather(*(asyncio.to_thread(secret, tmp_path) for _ in range(8)))

    assert len(set(made)) == 1
    assert len(made[0]) == 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
