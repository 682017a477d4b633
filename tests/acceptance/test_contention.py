"""Four server processes, one Redis, one lane, 64 windows: everybody at the same time."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pytest

from queue_server.archive.configuration import Configuration
from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.calendar import Calendar
from queue_server.domain.events import DayOpened, TicketCalled, TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.domain.refusals import Refused
from queue_server.engine.redis_hall import wall_clock
from tests.installation import PATIENCE, Installation, hall_at
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio

SERVERS, PEOPLE = 4, 64


def wide_hall(hall: str) -> Layout:
    """One lane, and as many windows as there are people."""
    return Layout(
        tenant="city",
        hall=hall,
        name="大厅",
        lanes=(Lane("general", "综合", "A"),),
        services=(Service(code="G1", name="综合", lane="general"),),
        windows=tuple(
            Window(number=str(n), name="综合", kinds=(Kind.UNIFIED,), lanes=("general",))
            for n in range(1, PEOPLE + 1)
        ),
    )


@dataclass(frozen=True)
class City:
    """Four servers over one folder and one Redis."""

    configuration: Configuration
    urls: list[str]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    redis = RedisServer(folder / "redis", durable=True).start()
    servers = [Installation(folder, JIAOHAO_REDIS=redis.url) for _ in range(SERVERS)]
    try:
        # A new installation, started four times at once.
        for server in servers:
            server.start("server")
        for server in servers:
            server.ready()
        configuration = Configuration(f"sqlite:///{folder}/jiaohao.sqlite")
        yield City(configuration, [server.url for server in servers])
        configuration.close()
    finally:
        for server in servers:
            server.remove()
        redis.kill()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Doors:
    """One hall, behind each of the servers."""

    halls: list[RemoteHall]

    def turns(self, count: int) -> Iterator[RemoteHall]:
        """So many callers, one after the other at the next server."""
        return islice(cycle(self.halls), count)

    async def stream(self) -> Events:
        """All that has happened."""
        last, found = (await self.halls[0].view()).seq, Events()
        async with asyncio.timeout(PATIENCE):
            async for events in self.halls[0].follow(Position(found_day(await self._day()), 0)):
                found += events
                if found[-1].seq >= last:
                    return found
        raise AssertionError

    async def _day(self) -> str:
        return (await self.halls[0].view()).day


def found_day(day: str) -> str:
    assert day, "the hall is not open"
    return day


@pytest.fixture
async def doors(city: City, request: pytest.FixtureRequest) -> AsyncIterator[Doors]:
    """A hall of the test's own; the keepers of all four servers open it."""
    id_ = f"h{abs(hash(request.node.name)) % 10**8}"
    now = wall_clock()
    city.configuration.publish(wide_hall(id_), Calendar.always(), "test", now)
    token = city.configuration.tokens.issue("admin", id_, now)
    async with AsyncExitStack() as stack:
        halls = [await stack.enter_async_context(hall_at(url, token, id_)) for url in city.urls]
        async with asyncio.timeout(PATIENCE):
            for hall in halls:
                await _open(hall)
        yield Doors(halls)


async def _open(hall: RemoteHall) -> None:
    while True:
        try:
            if (await hall.view()).state == "open":
                return
        except Refused:
            pass  # This server has not looked for new halls yet.
        await asyncio.sleep(0.1)


async def all_windows_open(doors: Doors) -> None:
    turns = enumerate(doors.turns(PEOPLE), 1)
    await asyncio.gather(*(hall.open_window(str(n)) for n, hall in turns))


async def taken(doors: Doors, count: int) -> list[str]:
    """So many tickets, all asked for at the same moment."""
    answers = await asyncio.gather(*(hall.take("G1") for hall in doors.turns(count)))
    return [event.ticket for told in answers for event in told if isinstance(event, TicketTaken)]


async def outcomes(doors: Doors, rounds: int = 1) -> list[TicketCalled | str]:
    """What every window is told when all of them call, `rounds` times, at the same moment."""
    asked = [
        hall.call_next(str(n % PEOPLE + 1)) for n, hall in enumerate(doors.turns(PEOPLE * rounds))
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [_outcome(answer) for answer in answers]


def _outcome(answer: Events | BaseException) -> TicketCalled | str:
    if isinstance(answer, Refused):
        return answer.code
    assert not isinstance(answer, BaseException), repr(answer)
    (called,) = answer
    assert isinstance(called, TicketCalled)
    return called


async def holds(doors: Doors) -> None:
    """Nothing in the stream contradicts what was promised."""
    verdict = audit(await doors.stream())
    assert verdict.clean, verdict.lines()


async def test_no_number_twice_and_no_gap(doors: Doors) -> None:
    """64 people press the button at four servers: A001 to A064, one each."""
    numbers = await taken(doors, PEOPLE)

    assert sorted(numbers) == [f"A{n:03d}" for n in range(1, PEOPLE + 1)]
    await holds(doors)


async def test_every_ticket_is_called_once(doors: Doors) -> None:
    """64 windows call 64 people at once: everybody is called, nobody twice, nobody is refused."""
    numbers = await taken(doors, PEOPLE)
    await all_windows_open(doors)

    called = await outcomes(doors)

    assert sorted(one.ticket for one in called if isinstance(one, TicketCalled)) == sorted(numbers)
    assert len({one.window for one in called if isinstance(one, TicketCalled)}) == PEOPLE
    await holds(doors)


async def test_who_gets_nobody_is_told_so(doors: Doors) -> None:
    """40 people for 64 windows: 40 are called, the other 24 windows hear NOBODY."""
    numbers = await taken(doors, 40)
    await all_windows_open(doors)

    called = await outcomes(doors)

    assert sorted(one.ticket for one in called if isinstance(one, TicketCalled)) == sorted(numbers)
    assert Counter(one for one in called if isinstance(one, str)) == {"NOBODY": 24}
    await holds(doors)


async def test_a_window_that_calls_four_times_at_once_gets_one(doors: Doors) -> None:
    """Each window at all four servers: 64 calls, and BUSY for all the others."""
    numbers = await taken(doors, PEOPLE + 10)
    await all_windows_open(doors)

    called = await outcomes(doors, rounds=4)

    told = [one.ticket for one in called if isinstance(one, TicketCalled)]
    assert sorted(told) == sorted(numbers)[:PEOPLE]
    assert Counter(one for one in called if isinstance(one, str)) == {"BUSY": 3 * PEOPLE}
    await holds(doors)


async def test_people_come_while_windows_call(doors: Doors) -> None:
    """Takes and calls mixed at random over four servers; who is left is called afterwards."""
    await all_windows_open(doors)

    numbers, called = await asyncio.gather(taken(doors, PEOPLE), outcomes(doors))
    later = await outcomes(doors)

    told = [one.ticket for one in (*called, *later) if isinstance(one, TicketCalled)]
    assert sorted(told) == sorted(numbers)
    assert {one for one in (*called, *later) if isinstance(one, str)} <= {"NOBODY", "BUSY"}
    await holds(doors)


async def test_the_same_key_from_all_four_is_one_ticket(doors: Doors) -> None:
    """A kiosk that says one thing to every server it knows gets one ticket, four times."""
    keys = [f"kiosk-{n}" for n in range(PEOPLE // SERVERS)]

    answers = await asyncio.gather(
        *(hall.take("G1", command=key) for key in keys for hall in doors.halls)
    )

    by_key = [answers[at : at + SERVERS] for at in range(0, len(answers), SERVERS)]
    assert all(same == [same[0]] * SERVERS for same in by_key)
    takes = [event for event in await doors.stream() if isinstance(event, TicketTaken)]
    assert len(takes) == len(keys)
    await holds(doors)


async def test_the_same_call_from_all_four_calls_one(doors: Doors) -> None:
    """A double click that reaches every server calls one person, not four."""
    await taken(doors, 8)
    await doors.halls[0].open_window("1")

    answers = await asyncio.gather(*(hall.call_next("1", command="click") for hall in doors.halls))

    assert answers == [answers[0]] * SERVERS
    await holds(doors)


async def test_four_keepers_open_one_day(doors: Doors) -> None:
    """Every server keeps the hours; the day is opened once all the same."""
    opened = [event for event in await doors.stream() if isinstance(event, DayOpened)]

    assert len(opened) == 1
    await holds(doors)
