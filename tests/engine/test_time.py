"""Time: midnight, clocks that are put forward, back, or wrong, and many things at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from queue_server.audit.auditor import audit
from queue_server.domain.events import TicketCalled, TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Layout, Slot
from queue_server.domain.refusals import OutOfHours
from queue_server.domain.tickets import State
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio

Here = Callable[[Layout], Awaitable[RedisHall]]


@pytest.fixture
async def here(connection: Connection, feed: Feed, clock: Clock) -> AsyncIterator[Here]:
    """Opens a hall with another plan, at whatever the clock shows."""
    made: list[RedisHall] = []

    async def open_here(layout: Layout) -> RedisHall:
        async def published() -> Layout:
            return layout

        hall = RedisHall(connection, feed, layout.tenant, layout.hall, published, clock)
        made.append(hall)
        await hall.open_day()
        return hall

    yield open_here
    for hall in made:
        await hall.close()


def at(zone: str, text: str, fold: int = 0) -> int:
    """A wall clock's time in Unix ms; `fold` 1 is the second of a time that comes twice."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(moment.timestamp() * 1000)


async def number(said: Awaitable[Events]) -> str:
    return next(e.ticket for e in await said if isinstance(e, TicketTaken | TicketCalled))


async def stream(hall: RedisHall, day: str = "") -> Events:
    return await hall.events(Position(day or (await hall.view()).day, 0), 10_000)


async def holds(hall: RedisHall, day: str = "") -> None:
    verdict = audit(await stream(hall, day))
    assert verdict.clean, verdict.lines()


@asynccontextmanager
async def a_visit(hall: RedisHall, window: str) -> AsyncIterator[str]:
    """Somebody is called to a window, and served when the block has ended."""
    ticket = await number(hall.call_next(window))
    yield ticket
    await hall.start(window)
    await hall.finish(window)


# --- midnight


async def test_a_day_goes_on_past_midnight(hall: RedisHall, clock: Clock) -> None:
    """Whoever still waits at 00:10 is called as if nothing had happened."""
    clock.now = at("Asia/Shanghai", "2026-03-02 23:55")
    before = await number(hall.take("G1"))
    clock.pass_(minutes=15)
    after = await number(hall.take("G1"))
    await hall.open_window("1")

    called = [await number(hall.call_next("1"))]
    await hall.finish("1")
    called.append(await number(hall.call_next("1")))

    assert (before, after, called) == ("A001", "A002", ["A001", "A002"])
    assert {event.day for event in await stream(hall)} == {"2026-03-02"}
    await holds(hall)


async def test_the_next_day_begins_with_001(hall: RedisHall, clock: Clock) -> None:
    """The old day's tickets keep their numbers in their own day; the new day's start anew."""
    clock.now = at("Asia/Shanghai", "2026-03-02 23:50")
    old = [await number(hall.take("G1")) for _ in range(3)]
    await hall.open_window("1")
    async with a_visit(hall, "1"):
        await hall.close_day("wait")
        clock.pass_(minutes=20)
    for _ in range(2):
        async with a_visit(hall, "1"):
            pass
    await hall.open_day()

    new = [await number(hall.take("G1")) for _ in range(2)]

    assert (old, new) == (["A001", "A002", "A003"], ["A001", "A002"])
    assert [e.day for e in await stream(hall) if isinstance(e, TicketTaken)] == ["2026-03-03"] * 2
    await holds(hall, "2026-03-02")
    await holds(hall, "2026-03-03")


async def test_a_follower_walks_from_one_day_into_the_next(hall: RedisHall, clock: Clock) -> None:
    """The last word of the old day, then the first of the new one: nothing is left out."""
    clock.now = at("Asia/Shanghai", "2026-03-02 23:59")
    await hall.take("G1")
    await hall.close_day("force")
    clock.pass_(minutes=2)
    await hall.open_day()
    await hall.take("G1")

    heard: Events = []
    async with asyncio.timeout(PATIENCE):
        async for events in hall.follow(Position("2026-03-02", 0)):
            heard += events
            if heard[-1].day == "2026-03-03" and isinstance(heard[-1], TicketTaken):
                break

    assert heard == await stream(hall, "2026-03-02") + await stream(hall, "2026-03-03")


async def test_the_view_of_a_new_day_is_empty(hall: RedisHall, clock: Clock) -> None:
    """Yesterday's tickets are not on today's screens."""
    await hall.take("G1")
    await hall.close_day("force")
    clock.now = at("Asia/Shanghai", "2026-03-03 08:30")

    await hall.open_day()
    view = await hall.view()

    assert (view.day, dict(view.tickets)) == ("2026-03-03", {})


async def test_a_command_id_of_yesterday_is_new_today(hall: RedisHall, clock: Clock) -> None:
    """Ids are remembered for a day: the kiosk that counts from 1 again gets a new ticket."""
    yesterday = await hall.take("G1", command="kiosk-1")
    await hall.close_day("force")
    clock.now = at("Asia/Shanghai", "2026-03-03 08:30")
    await hall.open_day()

    today = await hall.take("G1", command="kiosk-1")

    assert (yesterday[0].day, today[0].day) == ("2026-03-02", "2026-03-03")


# --- zones that put their clocks forward and back


def berlin(layout: Layout, *slots: Slot) -> Layout:
    """The hall in Berlin, with hours for one service."""
    services = tuple(
        replace(one, slots=slots) if one.code == "P1" else one for one in layout.services
    )
    return replace(layout, timezone="Europe/Berlin", services=services).checked()


@pytest.mark.parametrize(
    ("date", "begins"),
    [
        ("2026-03-28", "07:00"),  # The day before spring forward: UTC+1.
        ("2026-03-29", "06:00"),  # That day has 23 hours; 08:00 is UTC+2.
        ("2026-10-24", "06:00"),  # The day before the clocks go back: UTC+2.
        ("2026-10-25", "07:00"),  # That day has 25 hours; 08:00 is UTC+1.
    ],
)
async def test_service_hours_are_those_on_the_wall(
    here: Here, layout: Layout, clock: Clock, date: str, begins: str
) -> None:
    """From 08:00 to 12:00 by the clock in the hall, whatever happened in the night."""
    clock.now = at("Europe/Berlin", f"{date} 00:05")
    hall = await here(berlin(layout, Slot(8 * 60, 12 * 60)))

    clock.now = at("UTC", f"{date} {begins}") - 1
    with pytest.raises(OutOfHours):
        await hall.take("P1")
    clock.now += 1
    assert await number(hall.take("P1")) == "B001"
    clock.now = at("Europe/Berlin", f"{date} 12:00") - 1
    assert await number(hall.take("P1")) == "B002"
    clock.now += 1
    with pytest.raises(OutOfHours):
        await hall.take("P1")


async def test_the_hour_that_comes_twice_changes_no_order(
    here: Here, layout: Layout, clock: Clock
) -> None:
    """02:30, 02:30 again an hour later, and 03:00: called in the order in which they came."""
    night = "2026-10-25 02:30"
    clock.now = at("Europe/Berlin", "2026-10-25 01:00")
    hall = await here(berlin(layout))
    came = []
    for moment in (
        at("Europe/Berlin", night),
        at("Europe/Berlin", night, fold=1),
        at("Europe/Berlin", "2026-10-25 03:00"),
    ):
        clock.now = moment
        came.append(await number(hall.take("G1")))
    await hall.open_window("1")

    called = []
    for _ in came:
        async with a_visit(hall, "1") as ticket:
            called.append(ticket)

    assert called == came == ["A001", "A002", "A003"]
    waits = [e.wait for e in await stream(hall) if isinstance(e, TicketCalled)]
    assert waits == [90 * 60_000, 30 * 60_000, 0]
    await holds(hall)


async def test_the_hour_that_is_skipped_is_no_wait(
    here: Here, layout: Layout, clock: Clock
) -> None:
    """Taken at 01:59 and called at 03:01: that was two minutes, not an hour and two."""
    clock.now = at("Europe/Berlin", "2026-03-29 01:59")
    hall = await here(berlin(layout))
    await hall.take("G1")
    await hall.open_window("1")

    clock.now = at("Europe/Berlin", "2026-03-29 03:01")
    called = (await hall.call_next("1"))[0]

    assert isinstance(called, TicketCalled)
    assert called.wait == 2 * 60_000


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
async def test_the_day_is_the_date_in_the_hall(
    here: Here, layout: Layout, clock: Clock, zone: str
) -> None:
    """Not the server's date, and not London's."""
    clock.now = at(zone, "2026-06-30 23:59")

    hall = await here(replace(layout, timezone=zone).checked())

    assert (await hall.view()).day == "2026-06-30"


# --- clocks that are wrong


async def test_a_clock_that_jumps_back_changes_no_order(hall: RedisHall, clock: Clock) -> None:
    """An hour back in the middle of the day: who came first is called first, as before."""
    came = [await number(hall.take("G1")) for _ in range(3)]
    clock.pass_(minutes=-60)
    came += [await number(hall.take("G1")) for _ in range(3)]
    clock.pass_(minutes=5)
    await hall.open_window("1")

    called = []
    for _ in came:
        async with a_visit(hall, "1") as ticket:
            called.append(ticket)

    assert called == came == [f"A{n:03d}" for n in range(1, 7)]
    assert all(one.at <= other.at for one, other in pairwise(await stream(hall)))
    await holds(hall)


async def test_time_stands_still_until_it_is_caught_up(hall: RedisHall, clock: Clock) -> None:
    """`at` never decreases, and goes on as soon as the clock is past where it was."""
    began = clock.now
    clock.pass_(minutes=10)
    await hall.take("G1")
    clock.pass_(minutes=-8)
    await hall.take("G1")
    clock.pass_(minutes=9)
    await hall.take("G1")

    taken = [e.at - began for e in await stream(hall) if isinstance(e, TicketTaken)]
    assert taken == [10 * 60_000, 10 * 60_000, 11 * 60_000]


async def test_a_clock_that_jumps_back_over_midnight(hall: RedisHall, clock: Clock) -> None:
    """The day that is open stays the day: no number of it is given a second time."""
    clock.now = at("Asia/Shanghai", "2026-03-03 00:10")
    given = [await number(hall.take("G1")) for _ in range(2)]
    clock.now = at("Asia/Shanghai", "2026-03-01 23:50")
    given += [await number(hall.take("G1")) for _ in range(2)]
    await hall.close_day("force")
    await hall.open_day("2026-03-02")
    given += [await number(hall.take("G1"))]

    assert given == ["A001", "A002", "A003", "A004", "A005"]
    await holds(hall)


async def test_two_servers_whose_clocks_differ(
    hall: RedisHall, connection: Connection, feed: Feed, layout: Layout, clock: Clock
) -> None:
    """One is five minutes behind: both give numbers in turn, and the order is that of entry."""

    async def published() -> Layout:
        return layout

    late = RedisHall(
        connection, feed, layout.tenant, layout.hall, published, lambda: clock() - 300_000
    )
    came = []
    for server in (hall, late) * 3:
        clock.pass_(seconds=1)
        came.append(await number(server.take("G1")))
    await hall.open_window("1")

    called = []
    for _ in came:
        async with a_visit(hall, "1") as ticket:
            called.append(ticket)

    assert called == came == [f"A{n:03d}" for n in range(1, 7)]
    await holds(hall)


async def test_undo_and_grace_survive_a_clock_that_jumps_back(
    hall: RedisHall, clock: Clock
) -> None:
    """What was called before the jump can be undone after it, and nobody is missed too soon."""
    await hall.take("G1")
    await hall.open_window("1")
    await hall.call_next("1")
    clock.pass_(minutes=-60)

    await hall.undo("1")

    assert (await hall.view()).tickets["A001"].state is State.WAITING
    await holds(hall)


async def test_a_drill_never_sees_our_clock(closed_hall: RedisHall, clock: Clock) -> None:
    """The keeper looks at the hall while people take numbers: drill time, and nothing but that."""
    starts = clock.now - 8 * 3_600_000
    await closed_hall.open_day(speed=60, starts=starts)
    clock.pass_(seconds=10)

    for _ in range(20):
        await asyncio.gather(closed_hall.opening(), *(closed_hall.take("G1") for _ in range(5)))

    assert {e.at - starts for e in await stream(closed_hall)} == {0, 600_000}


# --- one moment


async def test_many_at_the_same_millisecond(hall: RedisHall) -> None:
    """200 people at one moment: ties are broken by the number of entry."""
    await asyncio.gather(*(hall.take("G1") for _ in range(200)))
    await hall.open_window("1")

    called = []
    for _ in range(200):
        async with a_visit(hall, "1") as ticket:
            called.append(ticket)

    assert called == [f"A{n:03d}" for n in range(1, 201)]
    assert len({event.at for event in await stream(hall)}) == 1
    await holds(hall)


async def test_two_lanes_at_the_same_millisecond(hall: RedisHall, clock: Clock) -> None:
    """Between lanes as well the smaller number of entry comes first, once waits are equal."""
    for service in ("P1", "G1", "P1", "G1"):
        await hall.take(service)
    await hall.open_window("2")

    called = []
    for _ in range(4):
        async with a_visit(hall, "2") as ticket:
            called.append(ticket)

    # No window is for police alone now, so nothing is reserved, and entry decides.
    assert called == ["B001", "A001", "B002", "A002"]
    await holds(hall)
