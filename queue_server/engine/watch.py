"""The newest view of one hall, folded as its events come in.

Two hands fold: the follower, which sees to everything (days, seams, outages), and the reader
itself, which folds what simply comes next: a call is on its way to the screens one turn of the
loop earlier, and a turn is long when a thousand of them look.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from queue_server.domain.hall import Events, Position
from queue_server.domain.view import HallView
from queue_server.engine.feed import Feed


class Watch:
    """Keeps `view` for as long as it is watched; `root` is the hall's."""

    def __init__(self, feed: Feed, root: str) -> None:
        self.view = HallView()
        self._feed = feed
        self._root = root
        self._follower: asyncio.Task[None] | None = None
        self._folded = asyncio.Event()

    def begin(self, day: str) -> None:
        """Watch from the start of a day on, unless that goes on already."""
        if self._follower is None or self._follower.done():
            self._follower = asyncio.create_task(self._follow(day), name=f"view of {self._root}")
            listeners = self._feed.tail(self._root).listeners
            if self._next not in listeners:
                listeners.append(self._next)

    def end(self) -> None:
        """Watch no more."""
        if self._follower:
            self._follower.cancel()
            listeners = self._feed.tail(self._root).listeners
            if self._next in listeners:
                listeners.remove(self._next)

    async def change(self) -> None:
        """Until there is another view."""
        await self._folded.wait()

    async def newer(self, view: HallView, patience: float) -> HallView:
        """The newest view as soon as it is another one; after `patience` seconds, the same."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self.view is view:
                    await self._folded.wait()
        return self.view

    async def _follow(self, day: str) -> None:
        async for events in self._feed.follow(self._root, Position(day, 0)):
            here = self.view
            if new := [e for e in events if e.day != here.day or e.seq > here.seq]:
                self._fold(new)

    def _next(self, events: Events) -> None:
        if events and events[0].day == self.view.day and events[0].seq == self.view.seq + 1:
            # An event that cannot be folded is the follower's trouble, not the reader's.
            with suppress(Exception):
                self._fold(events)

    def _fold(self, events: Events) -> None:
        self.view = self.view.after(events)
        self._folded.set()
        self._folded = asyncio.Event()
