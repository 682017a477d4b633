"""A short morning of visitors and clerks in a real hall; the auditor has nothing to say."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from rich.console import Console

from ops.behaviour import DAY, Crowd
from ops.sample_hall import sample_hall
from ops.simulation import Occupied, show, simulate
from ops.waits import Waits, waits
from queue_server.domain.calling import MINUTE
from queue_server.domain.facts import Call
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall, wall_clock
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio

MORNING = ((510, 530, 0.7), (530, 550, 0.3))
SPEED = 600


class WallClock(Clock):
    """Real time: a drill's clock is made from it."""

    def __call__(self) -> int:
        return wall_clock()


@pytest.fixture
def clock() -> Clock:
    return WallClock()


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """The sample hall, on a tenant of its own."""
    return replace(sample_hall(), tenant=layout.tenant)


async def test_a_morning_is_clean_and_its_table_adds_up(closed_hall: RedisHall) -> None:
    """Forty visitors and twelve clerks, with their mishaps, in a few seconds."""
    result = await simulate(closed_hall, speed=SPEED, seed=3, visitors=40, shape=MORNING)

    assert result.verdict.findings == ()
    assert result.verdict.tickets == 40
    *rows, everybody = result.waits
    assert everybody.lane == "all"
    assert sum(row.count for row in rows) == everybody.count
    assert everybody.longest == max(row.longest for row in rows)
    assert (await closed_hall.view()).state == "closed"
    assert "-drill-" in result.day


async def test_the_same_seed_gives_the_same_visitors() -> None:
    """Whatever the hall does with them."""
    crowd, again = Crowd(sample_hall(), 7), Crowd(sample_hall(), 7)

    assert crowd.visitors(100) == again.visitors(100)
    assert crowd.visitors(100) != Crowd(sample_hall(), 8).visitors(100)
    assert crowd.clerks() == again.clerks()


async def test_visitors_are_as_many_as_a_town_has() -> None:
    """The usual day of the sample hall, and how its visitors are."""
    crowd = Crowd(sample_hall(), 1)
    people = crowd.visitors(2000)
    classes = Counter(visitor.class_ for visitor in people)

    assert 150 < crowd.usual < 600
    assert classes["green"] / 2000 == pytest.approx(0.10, abs=0.03)
    assert classes["appointment"] / 2000 == pytest.approx(0.22, abs=0.03)
    assert sum(v.misses > 0 for v in people) / 2000 == pytest.approx(0.06, abs=0.02)
    early = sum(visitor.arrives < 570 * MINUTE for visitor in people)
    assert early / 2000 == pytest.approx(sum(s for _, ends, s in DAY if ends <= 570), abs=0.05)


async def test_a_hall_with_visitors_does_not_give_way(closed_hall: RedisHall) -> None:
    """A drill must not send real people home."""
    await closed_hall.open_day()
    await closed_hall.take("SVC-02")

    with pytest.raises(Occupied, match="1 visitors are in the hall"):
        await simulate(closed_hall, speed=SPEED)

    assert (await closed_hall.view()).state == "open"


async def test_an_empty_open_hall_is_open_again_afterwards(closed_hall: RedisHall) -> None:
    """Also when the drill is broken off with Ctrl-C."""
    opened = await closed_hall.open_day()
    drill = asyncio.create_task(simulate(closed_hall, speed=60, visitors=5, shape=MORNING))
    async with asyncio.timeout(PATIENCE):
        while (await closed_hall.view()).speed != 60:
            await asyncio.sleep(0.01)

    drill.cancel()
    with suppress(asyncio.CancelledError):
        await drill

    # Whoever follows the hall must come back to its day with it.
    view = await asyncio.wait_for(closed_hall.view(), PATIENCE)
    assert (view.day, view.state, view.speed) == (opened[0].day, "open", 1)


async def test_an_impossible_speed_is_refused(closed_hall: RedisHall) -> None:
    with pytest.raises(ValueError, match="2 to 1000"):
        await simulate(closed_hall, speed=1)


async def test_waits_are_counted_by_lane_and_class() -> None:
    """Ten waits of 1 to 10 minutes: percentiles are those of all reports."""
    calls = [Call(0, n, f"A{n:03d}", "1", "a", "green", n * MINUTE) for n in range(1, 11)]

    assert waits(calls) == [
        Waits("a", "green", 10, 5.5, 5.5, 9.1, 10),
        Waits("all", "all", 10, 5.5, 5.5, 9.1, 10),
    ]
    assert waits([]) == []


async def test_the_result_is_shown(closed_hall: RedisHall) -> None:
    """A table of waits, and each guarantee in words."""
    result = await simulate(closed_hall, speed=1000, visitors=3, shape=((510, 512, 1.0),))
    console = Console(record=True, width=120)

    show(result, console)

    said = console.export_text()
    assert "Waits in minutes" in said
    assert "Everything holds." in said
