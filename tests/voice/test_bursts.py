"""A thousand calls in bursts over three zones: none lost, none together, all in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from queue_server.domain.events import Event, TicketCalled, TicketRecalled
from queue_server.domain.layout import Kind, Layout, Window
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import until
from tests.voice.sounds import Instant
from tests.voice.voices import Played, Watched, announced, at_work, device
from voice.announcer import Settings
from voice.speaking import Speaking

pytestmark = pytest.mark.anyio

ZONES = ("east", "south", "west")
WINDOWS = 60
CALLS = 1000


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """Sixty windows in three zones, all of them for everything."""
    lanes = tuple(lane.id for lane in layout.lanes)
    windows = (
        Window(
            number=str(number),
            name="综合",
            kinds=(Kind.UNIFIED,),
            lanes=lanes,
            zone=ZONES[number % len(ZONES)],
        )
        for number in range(1, WINDOWS + 1)
    )
    return replace(layout, windows=tuple(windows)).checked()


async def test_a_thousand_calls(hall: RedisHall, tmp_path: Path) -> None:
    """Every one is heard or counted, however the windows hurry."""
    speaker = Watched(tmp_path / "said", pace=0.01)
    voice = Speaking(hall, device(hall), Instant(tmp_path), speaker, settings=Settings(pause=5))
    for _ in range(CALLS // 50):
        await asyncio.gather(*(hall.take("G1") for _ in range(50)))
    numbers = [str(number) for number in range(1, WINDOWS + 1)]
    await asyncio.gather(*(hall.open_window(number) for number in numbers))

    async with at_work(voice):
        told = await _bursts(hall, voice, numbers)
        await _all_said(voice, len(told))
        heard = await announced(hall, voice.stats.heard)

    firsts = [event for event in told if isinstance(event, TicketCalled)]
    assert len(firsts) == CALLS
    assert voice.stats.waiting == 0
    assert set(voice.stats.left_out) <= {"gone", "stale"}
    # Of the bursts that the clerks waited for, nothing was left out.
    assert voice.stats.heard >= CALLS // 2
    assert len({one.call for one in heard}) == voice.stats.heard
    assert {one.call for one in heard} <= {event.seq for event in told}
    _in_order(speaker.played, {event.seq for event in firsts})


async def _bursts(hall: RedisHall, voice: Speaking, numbers: list[str]) -> list[Event]:
    """All windows call at once, some call again, then all visitors come; over and over.

    In every other burst the clerks wait until all were called aloud, in the others they do not.
    """
    told: list[Event] = []
    for burst in range(-(-CALLS // WINDOWS)):
        size = min(WINDOWS, CALLS - burst * WINDOWS)
        here = numbers[:size]
        for events in await asyncio.gather(*(hall.call_next(number) for number in here)):
            told += [event for event in events if isinstance(event, TicketCalled)]
        for events in await asyncio.gather(*(hall.recall(number) for number in here[::7])):
            told += [event for event in events if isinstance(event, TicketRecalled)]
        if burst % 2 == 0:
            await _all_said(voice, len(told))
        await asyncio.gather(*(hall.start(number) for number in here))
        await asyncio.gather(*(hall.finish(number) for number in here))
    return told


async def _all_said(voice: Speaking, calls: int) -> None:
    def counted() -> bool:
        return voice.stats.heard + sum(voice.stats.left_out.values()) == calls

    await until(counted, patience=60)


def _in_order(played: list[Played], firsts: set[int]) -> None:
    zones: dict[str, list[Played]] = defaultdict(list)
    for one in played:
        zones[one.zone].append(one)
    assert sorted(zones) == sorted(ZONES)
    for sounds in zones.values():
        assert all(before.ended <= after.begun for before, after in pairwise(sounds))
        seqs = [int(one.name.partition("-")[0]) for one in sounds]
        said = [seq for seq in dict.fromkeys(seqs) if seq in firsts]
        assert said == sorted(said)
        # A repeat follows what it repeats.
        assert all(
            before.name.startswith(after.name.removesuffix("-2"))
            for before, after in pairwise(sounds)
            if after.name.endswith("-2")
        )
