"""A voice at work in a hall, and what its speaker has played."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from queue_server.client.device import Device, DeviceError
from queue_server.domain.events import Event, TicketAnnounced
from queue_server.domain.hall import Hall, Position
from tests.client.at_work import running, until
from voice.speakers.file import File
from voice.speaking import Speaking


@dataclass
class Played:
    """One sound: what it was, from when until when (s), and how long it was (bytes)."""

    zone: str
    name: str
    begun: float
    size: int
    ended: float = 0.0


@dataclass
class Watched:
    """A file speaker that notes what it plays and when; `dead` says why it cannot."""

    folder: Path
    pace: float = 0.0
    alone: bool = False
    dead: str = ""
    played: list[Played] = field(default_factory=list)

    async def play(self, wav: Path, name: tuple[str, ...]) -> None:
        if self.dead:
            raise DeviceError(self.dead)
        now = asyncio.get_running_loop().time
        one = Played(name[1], name[2], now(), wav.stat().st_size)
        self.played.append(one)
        await File(self.folder, self.pace).play(wav, name)
        one.ended = now()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.played]


@asynccontextmanager
async def at_work(speaking: Speaking) -> AsyncIterator[Speaking]:
    """The voice runs until the end of the block; a bug in it ends the test."""
    async with running(speaking):
        await until(lambda: bool(speaking.view.day))
        yield speaking


async def announced(hall: Hall, count: int, day: str = "2026-03-02") -> list[TicketAnnounced]:
    """The first so many announcements that the hall was told of."""
    found: list[TicketAnnounced] = []
    async with asyncio.timeout(20):
        async for events in hall.follow(Position(day, 0)):
            found += [event for event in events if isinstance(event, TicketAnnounced)]
            if len(found) >= count:
                break
    return found


def device(hall: Hall) -> Device:
    return Device(hall, "voice-1", "voice")


def seq_of(events: list[Event]) -> int:
    return events[-1].seq
