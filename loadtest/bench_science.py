"""Does the calling rule do what its science says? Head starts, on the real functions.

Poisson arrivals of two classes, exponential service, one lane, c windows that call by
themselves: `take` and `finish` are said to a real Redis on a clock of our own. The reference is
the simulation of the science notes ("Head start", M/M/5 and M/M/1), in units of a service time.

Service times are drawn in the order in which services begin. So when the windows are free does
not depend on who is called, and all commands can be written down beforehand and sent in bulk.

Control variate: the arrival-weighted mean wait is the same under any order (conservation law),
and its true value is Erlang's; each wait is multiplied by true ÷ simulated mean.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import factorial
from pathlib import Path
from random import Random

from loadtest.figures import Figure, figure
from queue_server.domain.calling import CallingRule
from queue_server.domain.events import TicketCalled
from queue_server.domain.hall import Events
from queue_server.domain.layout import GREEN, ORDINARY, Class, Kind, Lane, Layout, Service, Window
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import RedisHall

#: One service time in ms: long enough that whole milliseconds do not matter.
UNIT = 1_000_000
STARTS = 1_700_000_000_000
BULK = 400
WARM_UP = 1_000
BATCHES = 20
FOR_EVER = 10**12


@dataclass(frozen=True, slots=True)
class Case:
    """A queue of the science notes: arrivals per service time of both classes, windows, head
    start, and the waits it must give (± the reference's own error), in service times."""

    high: float
    low: float
    windows: int
    head_start: float
    wait_high: float
    wait_low: float
    error_high: float
    error_low: float

    @property
    def name(self) -> str:
        """As the notes write it."""
        return f"M/M/{self.windows} ({self.high}, {self.low}), head start {self.head_start:g}"


CASES = (
    Case(1.2, 3.3, 5, 0.5, 1.302, 1.606, 0.011, 0.004),
    Case(1.2, 3.3, 5, 1, 1.116, 1.674, 0.011, 0.004),
    Case(1.2, 3.3, 5, 2, 0.836, 1.776, 0.011, 0.004),
    Case(1.2, 3.3, 5, 5, 0.416, 1.928, 0.011, 0.004),
    Case(0.3, 0.5, 1, 2, 3.317, 4.410, 0.01, 0.006),
    Case(0.3, 0.5, 1, 5, 2.616, 4.831, 0.01, 0.006),
    Case(0.3, 0.5, 1, 10, 1.918, 5.249, 0.01, 0.006),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean waits of both classes in service times, each with its standard error."""

    high: float
    low: float
    error_high: float
    error_low: float


def erlang_c_wait(rate: float, windows: int) -> float:
    """The mean wait of M/M/c with service rate 1 (Erlang C), in service times."""
    last = rate**windows / factorial(windows) * windows / (windows - rate)
    waiting = last / (sum(rate**k / factorial(k) for k in range(windows)) + last)
    return waiting / (windows - rate)


def layout(case: Case, tenant: str) -> Layout:
    """One lane, two classes; everything else in the rule is out of the way."""
    rule = CallingRule(reserve=0, ceiling=FOR_EVER, green_promise=FOR_EVER, max_overtaken=900_000)
    windows = (str(number + 1) for number in range(case.windows))
    return Layout(
        tenant=tenant,
        hall="science",
        name="M/M/c",
        lanes=(Lane("lane", "队", "A"),),
        services=(Service(code="S", name="S", lane="lane"),),
        windows=tuple(
            Window(number=number, name=number, kinds=(Kind.UNIFIED,), lanes=("lane",))
            for number in windows
        ),
        classes=(Class(ORDINARY, "low"), Class(GREEN, "high", round(case.head_start * UNIT))),
        rule=rule,
    )


#: When, and who takes a number (a class) or which window is done.
Moment = tuple[int, str, str]


def timetable(case: Case, customers: int, dice: Random) -> Iterator[Moment]:
    """Everything that is said, in order. Windows take turns: the longest idle is called first."""
    idle = deque(str(number + 1) for number in range(case.windows))
    busy: list[tuple[float, str]] = []
    waiting, now, rate = 0, 0.0, case.high + case.low
    for _ in range(customers):
        now += dice.expovariate(rate)
        while busy and busy[0][0] <= now:
            ends, window = heappop(busy)
            yield _ms(ends), "finish", window
            if waiting:
                waiting -= 1
                heappush(busy, (ends + dice.expovariate(1), window))
            else:
                idle.append(window)
        yield _ms(now), "take", GREEN if dice.random() < case.high / rate else ORDINARY
        if idle:
            heappush(busy, (now + dice.expovariate(1), idle.popleft()))
        else:
            waiting += 1


def _ms(units: float) -> int:
    return STARTS + round(units * UNIT)


class Clock:
    """A clock that shows what it was set to."""

    now = STARTS

    def __call__(self) -> int:
        """Unix ms."""
        return self.now


_tenants = map("science{}".format, count())


async def measure(url: str, case: Case, customers: int, seed: int = 1) -> Measured:
    """The mean waits of this many customers, measured on the functions in the Redis at `url`."""
    plan = layout(case, next(_tenants))
    connection, feed = Connection(Address.parse(url), prepare=load), Feed(Address.parse(url))
    await connection.open()

    async def published() -> Layout:
        return plan

    clock = Clock()
    hall = RedisHall(connection, feed, plan.tenant, plan.hall, published, clock)
    try:
        await hall.open_day()
        for window in plan.windows:
            await hall.open_window(window.number, auto=True)
        told = await _say_all(hall, clock, list(timetable(case, customers, Random(seed))))
        return _judge(case, told)
    finally:
        for key in await connection.call("KEYS", f"{{{plan.tenant}}}*"):
            await connection.call("UNLINK", key)
        await connection.close()


async def _say_all(hall: RedisHall, clock: Clock, moments: list[Moment]) -> list[TicketCalled]:
    called: list[TicketCalled] = []
    for at in range(0, len(moments), BULK):
        # Tasks begin in the order of their making, so commands go out in order, in one write.
        answers = await asyncio.gather(
            *(_say(hall, clock, moment) for moment in moments[at : at + BULK])
        )
        called += [e for events in answers for e in events if isinstance(e, TicketCalled)]
    return called


async def _say(hall: RedisHall, clock: Clock, moment: Moment) -> Events:
    clock.now, verb, who = moment
    if verb == "take":
        return await hall.take("S", class_=who)
    return await hall.finish(who)


def _judge(case: Case, called: list[TicketCalled]) -> Measured:
    """Means with the control variate, and their errors from batches."""
    waits = [(event.class_ == GREEN, event.wait / UNIT) for event in called[WARM_UP:]]
    size = len(waits) // BATCHES
    parts = [_adjusted(case, waits[i * size : (i + 1) * size]) for i in range(BATCHES)]
    high, low = _adjusted(case, waits)
    return Measured(
        high,
        low,
        statistics.stdev(part[0] for part in parts) / BATCHES**0.5,
        statistics.stdev(part[1] for part in parts) / BATCHES**0.5,
    )


def _adjusted(case: Case, waits: list[tuple[bool, float]]) -> tuple[float, float]:
    high = [wait for is_high, wait in waits if is_high]
    low = [wait for is_high, wait in waits if not is_high]
    rate = case.high + case.low
    weighted = (case.high * statistics.fmean(high) + case.low * statistics.fmean(low)) / rate
    factor = erlang_c_wait(rate, case.windows) / weighted
    return statistics.fmean(high) * factor, statistics.fmean(low) * factor


async def run(customers: int = 60_000) -> list[Figure]:
    """Every case of the notes: measured, and what it must be."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        server = PrivateRedis(Path(folder), durable=False).start()
        try:
            for case in CASES:
                found = await measure(server.url, case, customers)
                figures.append(
                    figure(f"{case.name}: high", found.high, case.wait_high, "service times")
                )
                figures.append(
                    figure(f"{case.name}: low", found.low, case.wait_low, "service times")
                )
        finally:
            server.stop()
    return figures
