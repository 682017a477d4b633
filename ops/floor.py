"""The floor of a simulated hall: its clock, what everybody can see, and who is who.

Sleeping is always to a moment of the hall's own time, so that the speed of a drill changes
nothing but how long we look on.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from ops.behaviour import Visitor
from queue_server.domain.hall import Events, Hall, Position
from queue_server.domain.refusals import Refused, Unavailable
from queue_server.domain.view import HallView

Say = Callable[[str], Awaitable[Events]]


@dataclass
class Floor:
    """What visitors and clerks share. `midnight` (Unix ms) is that of the drill's date."""

    hall: Hall
    speed: int
    midnight: int
    view: HallView = field(default_factory=HallView)
    people: dict[str, Visitor] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    _once: set[tuple[str, str]] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _origin: tuple[int, float] = (0, 0.0)
    _ids: count[int] = field(default_factory=count)

    async def watch(self, day: str) -> None:
        """See everything that happens, from the start of the day, until it is closed."""
        async for events in self.hall.follow(Position(day, 0)):
            ours = [event for event in events if event.day == day]
            self.view = self.view.after(ours)
            self._wake()
            if self.view.state == "closed":
                return

    async def until(self, true: Callable[[HallView], bool], latest: int = 0) -> None:
        """Wait until something can be seen, or the hall's clock shows `latest`; nobody polls."""
        left = (latest - self.now) / 1000 / self.speed if latest else None
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                while not true(self.view):
                    await self._changed.wait()

    def introduce(self, ticket: str, visitor: Visitor) -> None:
        """From now on everybody knows whose number this is."""
        self.people[ticket] = visitor
        self._wake()

    def first_time(self, ticket: str, what: str) -> bool:
        """Whether this visitor does this for the first time; it is for the last as well."""
        known = (ticket, what) in self._once
        self._once.add((ticket, what))
        return not known

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # --- time

    async def set_clock(self) -> None:
        """Look at the hall's clock once; from then on we know how fast it runs."""
        self._origin = (await self.hall.now(), time.monotonic())

    @property
    def now(self) -> int:
        """The hall's time, Unix ms."""
        at, looked = self._origin
        return at + round((time.monotonic() - looked) * 1000 * self.speed)

    async def sleep_until(self, at: int) -> None:
        """Until the hall's clock shows `at` (Unix ms)."""
        while (left := at - self.now) > 0:
            await asyncio.sleep(left / 1000 / self.speed)

    async def sleep(self, ms: float) -> None:
        """For so many ms of the hall's time."""
        await self.sleep_until(self.now + round(ms))

    def of_day(self, ms: int) -> int:
        """A moment that is `ms` after the date's midnight."""
        return self.midnight + ms

    # --- speaking

    async def say(self, say: Say) -> Events:
        """Say one command until it is heard: with the same id, so that it counts once.

        Raises `Refused` when the rules say no; that is counted, as it belongs to a hall's day.
        """
        command = f"simulated-{id(self):x}-{next(self._ids)}"
        while True:
            try:
                return await say(command)
            except Unavailable:
                await asyncio.sleep(0.2)
            except Refused as no:
                self.refused[no.code] += 1
                raise

    async def try_to(self, say: Say) -> bool:
        """Say one command; answers whether the hall agreed."""
        try:
            await self.say(say)
        except Refused:
            return False
        return True
