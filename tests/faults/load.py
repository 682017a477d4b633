"""People and clerks who never give up: each says a thing, with the same id, until it is heard."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

from queue_server.domain.events import Event, TicketTaken
from queue_server.domain.hall import Events, Hall, Position
from queue_server.domain.refusals import Nobody, Refused, Unavailable

Say = Callable[[str], Awaitable[Events]]

#: Between two commands of one person (s): many kinds of moments, not as many as possible.
BREATH = 0.01


class Load:
    """What is going on in a hall while something breaks; `told` is every answer, by command."""

    def __init__(self, hall: Hall, service: str, windows: Sequence[str]) -> None:
        self.hall = hall
        self.service = service
        self.windows = windows
        self.told: dict[str, Events] = {}
        self._ids = map("load-{}".format, count())

    async def say(self, say: Say) -> Events:
        """One command, until it is answered."""
        command = next(self._ids)
        while True:
            try:
                events = await say(command)
            except Unavailable:
                await asyncio.sleep(BREATH)
            else:
                self.told[command] = events
                return events

    async def visitors(self) -> None:
        """One after the other takes a number."""
        while True:
            await self.say(lambda id_: self.hall.take(self.service, command=id_))
            await asyncio.sleep(BREATH)

    async def clerk(self, window: str) -> None:
        """Calls, starts and finishes, one visitor after the other."""
        hall = self.hall
        await self.say(lambda id_: hall.open_window(window, command=id_))
        while True:
            try:
                await self.say(lambda id_: hall.call_next(window, command=id_))
                await self.say(lambda id_: hall.start(window, command=id_))
                await self.say(lambda id_: hall.finish(window, command=id_))
            except Nobody:
                pass
            await asyncio.sleep(BREATH)

    async def more(self, answers: int) -> None:
        """Until so many more commands have been answered."""
        wanted = len(self.told) + answers
        while len(self.told) < wanted:
            await asyncio.sleep(BREATH)

    def numbers(self) -> list[str]:
        """Every number that somebody holds in his hand."""
        return [e.ticket for told in self.told.values() for e in told if isinstance(e, TicketTaken)]


@asynccontextmanager
async def under_load(hall: Hall, service: str, windows: Sequence[str]) -> AsyncIterator[Load]:
    """Two visitors at a time and one clerk a window, as long as the block lasts."""
    load = Load(hall, service, windows)
    people = [load.visitors(), load.visitors(), *(load.clerk(window) for window in windows)]
    tasks = [asyncio.create_task(one) for one in people]
    try:
        yield load
        # Whoever was refused something has found a bug.
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Follower:
    """Somebody who listens all the time, and writes everything down."""

    def __init__(self, hall: Hall, after: Position) -> None:
        self.heard: list[Event] = []
        self._hall, self._after = hall, after

    async def listen(self) -> None:
        async for events in self._hall.follow(self._after):
            self.heard += events

    async def until(self, seq: int) -> None:
        """Until it has heard that far."""
        while not self.heard or self.heard[-1].seq < seq:
            await asyncio.sleep(BREATH)


def missing(load: Load, stream: Events) -> list[Event]:
    """What was acknowledged and is not in the stream, word for word."""
    known = {event.seq: event for event in stream}
    return [e for told in load.told.values() for e in told if known.get(e.seq) != e]


def doubled(load: Load, stream: Events) -> list[str]:
    """Tickets that were given but that nobody holds, and numbers that two people hold."""
    held = Counter(load.numbers())
    given = Counter(event.ticket for event in stream if isinstance(event, TicketTaken))
    return [number for number in held | given if held[number] > 1 or given[number] > 1]


def gaps(stream: Events) -> list[int]:
    """Every seq after which the next one is not the next."""
    seqs = [event.seq for event in stream]
    return [a for a, b in zip([0, *seqs], seqs, strict=False) if b != a + 1]


async def the_day(hall: Hall, day: str) -> Events:
    """The whole stream up to now."""
    last, found = (await hall.view()).seq, Events()
    async for events in hall.follow(Position(day, 0)):
        found += events
        if found[-1].seq >= last:
            break
    return found


async def settled(hall: Hall) -> str:
    """The hall's day, as soon as it is open."""
    while True:
        try:
            if (view := await hall.view()).state == "open":
                return view.day
        except Refused:
            pass
        await asyncio.sleep(0.1)
