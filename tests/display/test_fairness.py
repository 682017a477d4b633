"""Today's fairness: each number as it is said to be counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from display.fairness import fairness
from queue_server.domain.calling import MINUTE
from queue_server.domain.events import TicketCalled
from queue_server.domain.layout import Layout
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.stories import open_windows, seen
from tests.events import only

pytestmark = pytest.mark.anyio


async def test_waits_are_those_of_todays_calls(hall: RedisHall, clock: Clock) -> None:
    """Half and nine of ten; a recall is no call of its own."""
    await open_windows(hall, "3")
    for minutes in (2, 4, 10):
        await hall.take("P1")
        clock.pass_(minutes=minutes)
        await hall.call_next("3")
        await hall.recall("3")
        await hall.finish("3")

    waits = (await seen(hall, clock, "fairness", "today"))["waits"]
    assert waits == {"calls": 3, "p50": 4 * MINUTE, "p90": round(8.8 * MINUTE)}


async def test_who_came_later_and_was_called_first_has_passed(
    hall: RedisHall, clock: Clock
) -> None:
    """The green one passes both; whoever waits still is counted, too."""
    await open_windows(hall, "3")
    await hall.take("P1")
    clock.pass_(minutes=1)
    await hall.take("P1")
    clock.pass_(minutes=1)
    await hall.take("P1", class_="green")
    for _ in range(2):
        await hall.call_next("3")
        await hall.finish("3")

    passed = (await seen(hall, clock, "fairness", "today"))["passed"]
    assert passed == {"most": 1, "people": 2, "allowed": 5}


async def test_nobody_is_passed_in_order(hall: RedisHall, clock: Clock) -> None:
    """Another lane passes nobody; neither does who missed a call and comes back behind others."""
    await open_windows(hall, "1", "3")
    for service in ("P1", "G1", "P1"):
        await hall.take(service)
        clock.pass_(minutes=1)
    await hall.call_next("1")
    await hall.call_next("3")
    await hall.recall("3")
    clock.pass_(minutes=2)
    await hall.no_show("3")
    await hall.reinstate("B001")
    for _ in range(2):
        await hall.call_next("3")
        await hall.finish("3")

    assert (await seen(hall, clock, "fairness", "today"))["passed"]["most"] == 0


async def test_a_call_was_delivered_when_every_sort_of_device_said_so(
    hall: RedisHall, clock: Clock, layout: Layout
) -> None:
    """Of the newest call of every number; one that is still young is not counted yet."""
    await hall.change_layout(replace(layout, confirm_within=5000).to_json())
    await open_windows(hall, "3", "4", "5")
    for service, window in (("P1", "3"), ("S1", "4"), ("S1", "5")):
        await hall.take(service)
        called = only(await hall.call_next(window), TicketCalled)
        if window == "5":
            continue
        await hall.shown(called.ticket, called.seq, "lobby")
        if window == "4":
            await hall.announced(called.ticket, called.seq, "voice")
    clock.pass_(seconds=5)
    await hall.take("P1")
    await hall.finish("3")
    await hall.call_next("3")

    delivered = (await seen(hall, clock, "fairness", "today"))["delivered"]
    assert delivered == {"calls": 3, "all": 1, "shown": 2, "announced": 1}


async def test_nothing_is_claimed_where_nothing_is_known(hall: RedisHall, clock: Clock) -> None:
    """A hall without devices, a morning without calls, a hall before its first day."""
    told = await seen(hall, clock, "fairness", "today")
    assert told["waits"] == {"calls": 0, "p50": None, "p90": None}
    assert told["delivered"] is None
    assert fairness(HallView(), "today", 0)["passed"] == {"most": 0, "people": 0, "allowed": None}
    with pytest.raises(LookupError):
        fairness(HallView(), "yesterday", 0)
