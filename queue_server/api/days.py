"""The log of any day of a hall: from its stream while that stands, and then from the archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from queue_server.api.problems import NotFound
from queue_server.archive.configuration import Configuration
from queue_server.archive.history import Day, History
from queue_server.domain.civil import date_of
from queue_server.domain.events import TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.refusals import NoTicket
from queue_server.engine.redis_hall import RedisHall

AT_ONCE = 2000
#: Where the archive is behind, days are looked for in Redis so far back.
LOOK_BACK = 14


class Days:
    """Reads the days of halls."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._history = History(configuration.database)

    async def events(self, hall: RedisHall, after: Position) -> AsyncIterator[Events]:
        """The events of one day after a position, in batches."""
        while batch := await self._some(hall, after):
            yield batch
            after = Position(after.day, batch[-1].seq)

    async def _some(self, hall: RedisHall, after: Position, limit: int = AT_ONCE) -> Events:
        if told := await hall.events(after, limit):
            return told
        return await asyncio.to_thread(self._history.events, hall.id, after, limit)

    async def whole(self, hall: RedisHall, day: str) -> Events:
        """All events of a day; raises `NotFound` when nothing of it is kept."""
        found: Events = []
        async for batch in self.events(hall, Position(day, 0)):
            found += batch
        if not found:
            raise NotFound("Nothing of this day is kept.")
        return found

    async def with_ticket(self, hall: RedisHall, day: str, *tickets: str) -> Events:
        """The same; raises `NoTicket` unless these numbers were given on it."""
        found = await self.whole(hall, day)
        given = {event.ticket for event in found if isinstance(event, TicketTaken)}
        for ticket in tickets:
            if ticket not in given:
                raise NoTicket(f"There is no ticket {ticket[:32]} on this day.")
        return found

    async def at(self, hall: RedisHall, at: int) -> str:
        """The day that was the hall's newest at `at` (Unix ms); "" when it had none that is known.

        A drill counts only while it is the hall's day now: its time is none of the calendar's.
        """
        view = await hall.view()
        if view.speed > 1 and 0 < view.opened <= at:
            return view.day
        archived = await asyncio.to_thread(self._archived, hall.id, at)
        layout = await asyncio.to_thread(self._configuration.layout, hall.id)
        today = date_of(at, layout.zone())
        for back in range(LOOK_BACK):
            day = (today - timedelta(days=back)).isoformat()
            if archived and archived.date >= day:
                break
            if (first := await hall.events(Position(day, 0), 1)) and first[0].at <= at:
                return day
        return archived.day if archived else ""

    def _archived(self, hall: str, at: int) -> Day | None:
        days = self._history.days(hall)
        return next((day for day in days if day.speed == 1 and day.opened <= at), None)
