"""One reader per process, fanned out to all followers.

A hall's `Tail` keeps the newest events of its day in memory. A follower asks its tail for what
comes after its own position: the answer comes from memory when it is near the end, from the
stream when it is not. Nobody has a queue, so a slow follower costs nothing and misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from queue_server.domain.codec import dict_from_flat, from_flat
from queue_server.domain.events import KINDS, Event
from queue_server.domain.hall import Events, Position
from queue_server.engine import keys
from queue_server.engine.connection import Address, Away, Connection, RedisError, Reply, Where

KEPT = 2000
BATCH = 500
BLOCK_MS = 5000

log = logging.getLogger(__name__)


def decoded(day: str, entries: Reply) -> Events:
    """The events of stream entries `[[id, [name, value, …]], …]`; unknown kinds are left out."""
    return [
        from_flat(day, int(id_.partition("-")[0]), flat)
        for id_, flat in entries
        if flat[1] in KINDS
    ]


def answered(day: str, texts: Reply) -> Events:
    """The events that a command answers with (`_doorway.lua`, `answer`)."""
    return [from_flat(day, int(seq), flat) for seq, *flat in map(_cut, texts)]


def told(day: str, texts: Reply) -> list[dict[str, Any]]:
    """The same as JSON's own types."""
    return [dict_from_flat(day, int(seq), flat) for seq, *flat in map(_cut, texts)]


def _cut(text: str) -> list[str]:
    return text.split("\x1f")


def _day_of(entry: Reply) -> tuple[str, int]:
    """Which day an entry of the stream of days names, and after which of its events."""
    words = dict(zip(entry[1][::2], entry[1][1::2], strict=True))
    return words["day"], int(words.get("after", 0))


class Tail:
    """The newest events of one hall."""

    def __init__(self, feed: Feed, root: str) -> None:
        self._feed = feed
        self.root = root
        self.day = ""
        self.seen_day = "0-0"
        self.seq = 0
        self._begun = 0
        self._ring: deque[Event] = deque(maxlen=KEPT)
        self._moved = asyncio.Event()
        #: Who wants to know at once; a turn of the loop is a long time.
        self.listeners: list[Callable[[Events], None]] = []

    def stream(self) -> str:
        """The stream that is read now."""
        return keys.events(keys.day_root(self.root, self.day))

    def turn(self, entry: Reply) -> None:
        """Another day has come (an entry of the stream of days)."""
        self.seen_day = entry[0]
        self.day, self._begun = _day_of(entry)
        self.seq = self._begun
        self._ring.clear()
        self._wake()

    def add(self, entries: Reply) -> None:
        """New entries of the day's stream."""
        self.seq = int(entries[-1][0].partition("-")[0])
        events = decoded(self.day, entries)
        self._ring.extend(events)
        for told in self.listeners:
            told(events)
        self._wake()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def here(self) -> Position:
        """The present end, though the reader may still be on its way there."""
        await self._feed.joined(self)
        day = self.day
        return Position(day, await self._feed.end(self.root, day))

    async def after(self, position: Position) -> Events:
        """What comes after a position; waits until there is something."""
        entering = False
        while True:
            await self._feed.joined(self)
            moved = self._moved
            here = position.day == self.day and (
                entering or position.seq > self._begun or not self._begun
            )
            if here and position.seq >= self.seq:
                await moved.wait()
            elif found := await self._newer(position, here):
                return found
            elif here:
                # Only events of kinds that this version does not know.
                position = Position(self.day, self.seq)
            else:
                position, entering = await self._feed.day_after(self.root, position), True

    async def _newer(self, position: Position, here: bool) -> Events:
        if here and self._ring and self._ring[0].seq <= position.seq + 1:
            return [event for event in self._ring if event.seq > position.seq][:BATCH]
        until = None if here else await self._feed.left_at(self.root, position)
        return await self._feed.read(self.root, position, until)


class Feed:
    """The process's reader. `open` it once; `tail` gives each hall's events."""

    def __init__(self, address: Address | Where) -> None:
        # Redis answers a blocking read at the latest when its time is up.
        self._blocking = Connection(address, patience=BLOCK_MS / 1000 + 2)
        self._asking = Connection(address)
        self._tails: dict[str, Tail] = {}
        self._joined: dict[str, asyncio.Future[None]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def open(self, *, patient: bool = False) -> None:
        """Start reading; raises `Away` when Redis is not there, unless `patient`."""
        await self._blocking.open(patient=patient)
        await self._asking.open(patient=patient)
        self._reader = asyncio.create_task(self._run(), name="feed")

    async def close(self) -> None:
        """Stop reading."""
        if self._reader:
            self._reader.cancel()
        await self._blocking.close()
        await self._asking.close()

    def tail(self, root: str) -> Tail:
        """The tail of a hall (by its root key)."""
        if root not in self._tails:
            self._tails[root] = Tail(self, root)
        return self._tails[root]

    async def joined(self, tail: Tail) -> None:
        """Until the reader knows this tail's day; the first follower waits for the next turn."""
        if tail.day:
            return
        if tail.root not in self._joined:
            self._joined[tail.root] = asyncio.get_running_loop().create_future()
            await self._look_up(tail)
        moved = tail._moved
        if not tail.day:
            await moved.wait()

    async def _look_up(self, tail: Tail) -> None:
        newest = await self.ask("XREVRANGE", keys.days(tail.root), "+", "-", "COUNT", 1)
        if newest:
            end = await self.end(tail.root, _day_of(newest[0])[0])
            # Day and end together, or a follower between the two waits for what is there already.
            # The reader may have been quicker, and then knows better.
            if not tail.day:
                tail.turn(newest[0])
                tail.seq = end
        await self._unblock()

    async def end(self, root: str, day: str) -> int:
        """The seq of a day's newest event; 0 when it has none."""
        stream = keys.events(keys.day_root(root, day))
        last = await self.ask("XREVRANGE", stream, "+", "-", "COUNT", 1)
        return int(last[0][0].partition("-")[0]) if last else 0

    async def ask(self, *args: str | int) -> Reply:
        """A question to Redis that may be put again: it is, until it is answered."""
        while True:
            try:
                await self._asking.wait_ready()
                return await self._asking.call(*args)
            except Away:
                await asyncio.sleep(0.05)

    async def read(self, root: str, position: Position, until: int | None = None) -> Events:
        """A batch of a day's events after a position (up to `until`), from the stream."""
        stream = keys.events(keys.day_root(root, position.day))
        end = "+" if until is None else f"{until}-0"
        entries = await self.ask("XRANGE", stream, f"({position.seq}-0", end, "COUNT", BATCH)
        return decoded(position.day, entries)

    async def left_at(self, root: str, position: Position) -> int | None:
        """The seq after which the hall left this day for another (a drill, say) and came back to
        it later; None when it did not."""
        stays, at = await self._stays(root, position)
        later = [after for day, after in stays[at + 1 :] if day == position.day]
        return later[0] if at >= 0 and later else None

    async def day_after(self, root: str, position: Position) -> Position:
        """Where the hall went from a day that is over; from an unknown day, the present one's
        beginning."""
        stays, at = await self._stays(root, position)
        if 0 <= at < len(stays) - 1:
            return Position(*stays[at + 1])
        return Position(stays[-1][0], 0)

    async def _stays(self, root: str, position: Position) -> tuple[list[tuple[str, int]], int]:
        """The hall's days in order, each with the seq it went on from; and which of them a
        position is in (-1 for none). A seam belongs to the earlier one."""
        stays = [_day_of(entry) for entry in await self.ask("XRANGE", keys.days(root), "-", "+")]
        own = [at for at, (day, _) in enumerate(stays) if day == position.day]
        within = [at for at in own if stays[at][1] < position.seq]
        return stays, (within or own[:1] or [-1])[-1]

    async def _unblock(self) -> None:
        with contextlib.suppress(Away, RedisError):
            if self._blocking_id:
                await self._asking.call("CLIENT", "UNBLOCK", self._blocking_id)

    _blocking_id = 0

    async def _run(self) -> None:
        while True:
            try:
                await self._blocking.wait_ready()
                self._blocking_id = await self._blocking.call("CLIENT", "ID")
                while True:
                    await self._read_once()
            except Away:
                await asyncio.sleep(0.05)
            except RedisError as error:
                log.warning("reading events: %s", error)
                await asyncio.sleep(0.5)

    async def _read_once(self) -> None:
        streams: dict[str, tuple[Tail, str]] = {}
        for tail in self._tails.values():
            streams[keys.days(tail.root)] = (tail, tail.seen_day)
            if tail.day:
                streams[tail.stream()] = (tail, f"{tail.seq}-0")
        if not streams:
            await asyncio.sleep(0.02)
            return
        places = [place for _, place in streams.values()]
        told = await self._blocking.call(
            "XREAD", "COUNT", BATCH, "BLOCK", BLOCK_MS, "STREAMS", *streams, *places
        )
        # Events first: what is left of the old day comes before the new one.
        for name, entries in sorted(told or (), key=lambda one: one[0].endswith(":days")):
            tail, _ = streams[name]
            if name.endswith(":days"):
                tail.turn(entries[-1])
            elif name == tail.stream():
                tail.add(entries)

    async def follow(self, root: str, after: Position | None = None) -> AsyncIterator[Events]:
        """A hall's events after a position, for ever; from now when there is none."""
        tail = self.tail(root)
        position = after or await tail.here()
        while True:
            found = await tail.after(position)
            position = Position(found[-1].day, found[-1].seq)
            yield found
