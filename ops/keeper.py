"""Keep the hours: open and close days by each hall's calendar, and let time pass in them.

Every server process keeps all halls; the commands are safe to say twice. A day that was closed by
hand stays closed; one that was opened by hand before the hours ends with them, and one that was
opened after them makes way for the next day.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from queue_server.domain.calendar import Calendar, OpenDay
from queue_server.domain.calling import HOUR
from queue_server.domain.civil import date_of
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Refused, Unavailable
from queue_server.engine.connection import Connection
from queue_server.engine.opening import Opening, plan_digest
from queue_server.engine.redis_hall import RedisHall, wall_clock

EVERY = 1.0
# A hall that never closes changes its day when it is empty, or this long after midnight at last.
PATIENCE = 4 * HOUR
# No drill is longer than this, in its own time.
DRILL_LASTS = 30 * HOUR

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hours:
    """What the keeper needs to know of a hall."""

    layout: Layout
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Todo:
    """What is to be done with the day now: open it (`open_day`), close it by a policy, or let the
    plan that was published since hold."""

    open_day: str = ""
    close_by: str = ""
    change_layout: bool = False


def todo(hours: Hours, opening: Opening | None, now: int) -> Todo:
    """What the calendar asks for at `now` (Unix ms). Pure."""
    zone = hours.layout.zone()
    due = hours.calendar.day_of(now, zone)
    if opening and opening.speed > 1:
        return _after_drill(due, opening)
    if opening is None or opening.state == "closed":
        return _opens(due, opening)
    ends = _ends(hours, opening)
    if opening.state == "closing":
        # Whoever is still in it went home long ago, and today's people stand at the door.
        return Todo(close_by="force" if due and ends <= now else "")
    if now < ends:
        return Todo(change_layout=opening.published != plan_digest(hours.layout, opening.opened))
    if due is None:
        return Todo(close_by=hours.layout.closing)
    # The next day has begun already: wait for an empty hall rather than refuse people at midnight.
    if opening.live == 0 or now > ends + PATIENCE:
        return Todo(close_by="expire")
    return Todo()


def _after_drill(due: OpenDay | None, opening: Opening) -> Todo:
    """Whoever held a drill cleans up after it; a drill that was left behind ends by itself."""
    if opening.now < opening.opened + DRILL_LASTS:
        return Todo()
    if opening.state != "closed":
        return Todo(close_by="force")
    return Todo(open_day=due.date.isoformat()) if due else Todo()


def _opens(due: OpenDay | None, opening: Opening | None) -> Todo:
    if due is None:
        return Todo()
    day = due.date.isoformat()
    if opening and (opening.day == day or opening.opened >= due.begins):
        return Todo()  # It was closed by hand, or a drill was held since.
    return Todo(open_day=day)


def _ends(hours: Hours, opening: Opening) -> float:
    """When the calendar ends a day that was opened then: with that date's hours. What was opened
    by hand after the hours, or on a day off, goes on until the next day begins."""
    zone, opened = hours.layout.zone(), opening.opened
    day = hours.calendar.day_of(opened, zone) or hours.calendar.next_day(opened, zone)
    if day is None:
        return math.inf
    return day.ends if day.date == date_of(opened, zone) else day.begins


class Keeper:
    """Keeps the hours of all halls."""

    def __init__(
        self,
        halls: Callable[[], Awaitable[list[RedisHall]]],
        hours: Callable[[str], Awaitable[Hours]],
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        self._halls = halls
        self._hours = hours
        self._clock = clock

    async def run(self) -> None:
        """Once a second, for ever. Halls whose Redis is away are nobody else's concern."""
        rounds: dict[Connection, asyncio.Task[None]] = {}
        try:
            while True:
                await self._begin(rounds)
                await asyncio.sleep(EVERY)
        finally:
            for task in rounds.values():
                task.cancel()

    async def _begin(self, rounds: dict[Connection, asyncio.Task[None]]) -> None:
        """A round for the halls of each Redis, unless one is still under way."""
        together = defaultdict(list)
        try:
            for hall in await self._halls():
                together[hall.redis].append(hall)
        except Exception:
            # One bad moment must not stop the hours of every hall.
            log.exception("the keeper stumbled")
        for redis, halls in together.items():
            if redis not in rounds or rounds[redis].done():
                rounds[redis] = asyncio.create_task(self._round(halls), name="a keeper's round")

    async def _round(self, halls: list[RedisHall]) -> None:
        try:
            for hall in halls:
                await self.keep(hall)
        except Unavailable as away:
            log.warning("the hours wait: %s", away)
        except Exception:
            log.exception("the keeper stumbled")

    async def keep(self, hall: RedisHall) -> None:
        """One look at one hall."""
        opening = await hall.opening()
        what = todo(await self._hours(hall.id), opening, self._clock())
        try:
            if what.close_by:
                await hall.close_day(what.close_by, by="calendar")
            elif what.open_day:
                await hall.open_day(what.open_day, by="calendar")
            elif what.change_layout:
                await hall.change_layout(by="publisher")
            elif opening and opening.state != "closed":
                await hall.tick()
        except Unavailable:
            raise
        except Refused as refused:
            # Another process was quicker, or somebody decided otherwise this very moment.
            log.debug("%s: %s", hall.id, refused)
