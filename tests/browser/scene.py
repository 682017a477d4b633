"""A sample hall in the middle of a morning: some people wait, some are called, some were missed.

The morning is told to Redis before any server looks at it, with a clock of its own that ends now.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ops.configured import configuration
from ops.first_run import prepare
from ops.halls import secret
from ops.sample_hall import sample_hall
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.domain.hall import Hall
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Refused
from queue_server.domain.tickets import State
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.installation import Installation

MINUTE = 60_000
#: So many minutes has the hall been open.
MORNING = 95
PASSWORD = "a long enough one"
#: name → role, window, and what colleagues call them; all invented.
PEOPLE = {
    "lin": ("clerk", "3", "林晓"),
    "zhou": ("manager", "", "周敏"),
    "wu": ("guide", "", "吴静"),
    "chen": ("clerk", "1", "陈立"),
    "he": ("clerk", "2", "何雨"),
    "song": ("clerk", "4", "宋佳"),
    "tang": ("clerk", "6", "唐宁"),
    "xu": ("clerk", "7", "许航"),
    "gao": ("clerk", "9", "高原"),
    "luo": ("clerk", "10", "罗溪"),
    "deng": ("clerk", "11", "邓可"),
}
#: Windows at which somebody sits, and who: the administrator is the first person there is.
OPEN = {window: f"person:{id_}" for id_, (_, window, _) in enumerate(PEOPLE.values(), 2) if window}


@dataclass
class Past:
    """A clock that is set by hand."""

    now: int

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def past_hall(settings: Settings, url: str, clock: Past) -> AsyncIterator[RedisHall]:
    """The sample hall over this Redis, with a clock of its own."""
    known = await asyncio.to_thread(configuration, settings)
    prepare(known, clock())
    employ(known, clock())
    address = Address.parse(url)
    redis, feed = Connection(address, prepare=load), Feed(address)
    await redis.open()
    await feed.open()
    plan = await asyncio.to_thread(known.layout, "demo")

    async def published() -> Layout:
        return plan

    hall = RedisHall(
        redis, feed, plan.tenant, "demo", published, clock=clock, secret=secret(settings.data)
    )
    try:
        yield hall
    finally:
        await hall.close()
        await feed.close()
        await redis.close()
        known.close()


def employ(known: Configuration, now: int) -> None:
    """The people of the hall."""
    for name, (role, window, full) in PEOPLE.items():
        known.people.add_person(name, PASSWORD, now, full)
        known.people.grant(name, role, hall="demo", window=window)


async def a_morning(hall: Hall, clock: Past, minutes: int = MORNING, seed: int = 7) -> None:
    """From the first visitor on, busy at the end; with the same seed the same every time."""
    chance = random.Random(seed)
    services = [one.code for one in sample_hall().services]
    await hall.open_day()
    for number, clerk in OPEN.items():
        await hall.open_window(number, clerk=clerk)
    for minute in range(minutes):
        clock.now += MINUTE
        busy = minute > minutes - 25
        for _ in range(chance.choice((0, 1, 1, 2)) + 2 * busy):
            await _comes(hall, chance, services)
        for number in OPEN:
            await _works(hall, number, chance, minute, calm=busy)
    await _stand(hall, clock)


async def _comes(hall: Hall, chance: random.Random, services: list[str]) -> None:
    common = services[:20] if chance.random() < 0.5 else services
    class_ = "green" if chance.random() < 0.08 else ""
    await hall.take(chance.choice(common), class_=class_, source="kiosk")


async def _works(hall: Hall, number: str, chance: random.Random, minute: int, calm: bool) -> None:
    window = (await hall.view()).windows[number]
    ticket = (await hall.view()).tickets.get(window.ticket)
    if ticket is None:
        await _calls(hall, number)
    elif ticket.state is State.CALLED and ticket.calls > 1:
        await _said(hall.no_show(number))
    elif ticket.state is State.CALLED and chance.random() < 0.1:
        await _said(hall.recall(number))
    elif ticket.state is State.CALLED:
        await _said(hall.start(number))
    elif chance.random() < 0.03:
        await _said(hall.hold(number, reason="补充复印件"))
    elif chance.random() < (0.12 if calm else 0.25):
        await hall.finish(number)
        if chance.random() < 0.4:
            score = chance.choice((5, 5, 5, 4, 3))
            await _said(hall.rate(ticket.number, score, source="window"))


async def _calls(hall: Hall, number: str) -> None:
    """The next one, as screens show and voices say it."""
    with suppress(Refused):
        called = (await hall.call_next(number))[0]
        ticket = (await hall.view()).windows[number].ticket
        await hall.shown(ticket, called.seq, "board", 40)
        await hall.announced(ticket, called.seq, "voice", 900)


async def _stand(hall: Hall, clock: Past) -> None:
    """The last minute: a call that has just been made, somebody who asks for help, a pause."""
    await _said(hall.pause("11", reason="短暂离开"))
    await _said(hall.assist("7", reason="系统办理需复核"))
    clock.now += MINUTE - 10_000
    for number in ("3", "1"):
        window = (await hall.view()).windows[number]
        if window.ticket:
            await _said(hall.finish(number))
        await _calls(hall, number)
    await _said(hall.broadcast("今日 17:30 停止取号，请合理安排时间。"))


async def _said(asked: Any) -> None:
    # Nobody waits there, or not yet: it is a morning like any other.
    with suppress(Refused):
        await asked


def told(installation: Installation) -> None:
    """Put the morning into an installation that has not been started yet."""
    settings = Settings(data=installation.data)
    redis = PrivateRedis(installation.data / "redis")
    redis.start()
    try:
        asyncio.run(_told(settings, redis.url))
    finally:
        redis.stop()


async def _told(settings: Settings, url: str) -> None:
    clock = Past(wall_clock() - (MORNING + 1) * MINUTE)
    async with past_hall(settings, url, clock) as hall:
        await a_morning(hall, clock)
