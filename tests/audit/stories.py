"""One small day in a real hall, with a little of everything: what auditors and explainers read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from queue_server.domain.events import Event
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Nobody
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

Story = Callable[[RedisHall, Clock], Awaitable[list[Event]]]


def told(url: str, layout: Layout, story: Story) -> list[Event]:
    """What a real hall tells when `story` happens in it; for tests that are not async."""

    async def whole() -> list[Event]:
        connection, feed = Connection(Address.parse(url), prepare=load), Feed(Address.parse(url))
        await connection.open()
        await feed.open()

        async def published() -> Layout:
            return layout

        clock = Clock()
        hall = RedisHall(connection, feed, layout.tenant, layout.hall, published, clock)
        try:
            await hall.open_day()
            return await story(hall, clock)
        finally:
            await hall.close()
            await feed.close()
            await connection.close()

    return asyncio.run(whole())


async def everything(hall: RedisHall) -> list[Event]:
    """The day's events so far."""
    return await hall.events(Position((await hall.view()).day, 0), 10_000)


async def a_day(hall: RedisHall, clock: Clock) -> list[Event]:
    """A day of the test hall, closed at the end with nobody left: 10 tickets, each command of a
    window at least once, two visitors passed by a green one, and a slip that was undone."""
    await _morning(hall, clock)
    await _noon(hall, clock)
    for window in ("4", "1", "3", "4"):
        await _serve_all(hall, clock, window)
    await hall.close_window("9")
    await hall.close_day("wait")
    assert (await hall.view()).state == "closed"
    return await everything(hall)


async def _morning(hall: RedisHall, clock: Clock) -> None:
    for window in ("1", "3", "4", "9"):
        await hall.open_window(window)
    for service in ("G1", "G1", "P1", "S1", "G1"):
        await hall.take(service)
        clock.pass_(minutes=2)
    await hall.take("G1", class_="green")
    await hall.take("P1", class_="green")
    await hall.take("S1", class_="green")
    await hall.call_next("1")
    clock.pass_(seconds=20)
    await hall.start("1")
    await hall.call_next("9")
    await hall.skip("9")
    await hall.hold("9", "a form is missing")
    await hall.call_next("9")
    await hall.start("9")
    await hall.undo("9")
    clock.pass_(minutes=5)
    await hall.finish("9", "accepted")


async def _noon(hall: RedisHall, clock: Clock) -> None:
    held = next(t.number for t in (await hall.view()).tickets.values() if t.state == "held")
    await hall.unhold(held)
    await hall.take("T1")
    await hall.reclassify("A003", "green", "aged 80")
    await hall.away("A002")
    await hall.finish("1")
    await hall.call_next("1")
    await hall.recall("1")
    clock.pass_(minutes=2)
    await hall.no_show("1")
    await hall.back("A002")
    missed = next(t.number for t in (await hall.view()).tickets.values() if t.state == "no_show")
    await hall.reinstate(missed)
    await hall.call_next("3")
    await hall.transfer(window="3", lane="general", place="first")
    await hall.call_next("4")
    await hall.pause("4")
    await hall.requeue("4", place="end")
    await hall.unpause("4")
    await hall.take("S1")
    await hall.cancel("C003")


async def _serve_all(hall: RedisHall, clock: Clock, window: str) -> None:
    with suppress(Nobody):
        while True:
            clock.pass_(minutes=3)
            await hall.call_next(window)
            await hall.start(window)
            clock.pass_(minutes=4)
            await hall.finish(window)
