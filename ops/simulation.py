"""A day of visitors and clerks through the public port, at any speed; it ends with the auditor.

The hall's day is opened as a drill, whose clock runs faster than ours. A day that is open gives
way only when nobody is in it, and is opened again afterwards, also when the drill is broken off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time
from random import Random
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ops.behaviour import DAY, Clerk, Crowd, Shape, Visitor
from ops.clerks import Desk
from ops.floor import Floor
from ops.visitors import visit
from ops.waits import Waits, table, waits
from queue_server.audit.auditor import Verdict, audit
from queue_server.domain.calling import MINUTE
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall, Position
from queue_server.domain.view import HallView

BEFORE_OPENING = 5 * MINUTE

#: What a progress bar is told: visits that are over, visits expected, ms since midnight.
Tell = Callable[[int, int, int], None]


class Occupied(Exception):
    """Somebody is in the hall: a drill must not send real visitors home."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a simulated day; `seconds` of ours it took, `refused` counts by code."""

    day: str
    verdict: Verdict
    waits: tuple[Waits, ...]
    visitors: int
    refused: dict[str, int]
    seconds: float


def _nobody(_over: int, _expected: int, _now: int) -> None:
    """Tell nobody."""


async def simulate(
    hall: Hall,
    *,
    speed: int = 60,
    seed: int = 1,
    visitors: int = 0,
    shape: Shape = DAY,
    tell: Tell = _nobody,
) -> Result:
    """Run one day; `visitors` 0 is as many as keep the hall's clerks about .8 busy.

    Raises `Occupied` when somebody is in the hall, and ValueError for an impossible speed.
    """
    if not 2 <= speed <= 1000:
        raise ValueError("a drill runs 2 to 1000 times as fast as real time")
    began = time.monotonic()
    async with _drill(hall, speed, shape) as floor:
        crowd = Crowd(floor.view.plan, seed, shape)
        people = crowd.visitors(visitors or crowd.usual)
        await _run(floor, people, crowd.clerks(), seed, shape, tell)
        events = await _read(hall, floor.view.day)
    view = HallView().after(events)
    return Result(
        day=view.day,
        verdict=audit(events),
        waits=tuple(waits(view.calls)),
        visitors=len(people),
        refused=dict(floor.refused),
        seconds=time.monotonic() - began,
    )


# --- the day of the drill


@asynccontextmanager
async def _drill(hall: Hall, speed: int, shape: Shape) -> AsyncIterator[Floor]:
    before = await hall.view()
    was_open = before.state != "closed"
    if was_open:
        await _give_way(hall, before)
    midnight = _midnight(before)
    try:
        starts = midnight + shape[0][0] * MINUTE - BEFORE_OPENING
        opened = await hall.open_day(speed=speed, starts=starts)
        floor = Floor(hall, speed, midnight, HallView().after(opened))
        await floor.set_clock()
        yield floor
    finally:
        if (await hall.view()).state != "closed":
            await hall.close_day("force")
        if was_open:
            await hall.open_day()


def _midnight(view: HallView) -> int:
    """Today's midnight on the hall's clock, Unix ms; a hall never opened yet is in China."""
    zone = view.plan.zone() if view.layout else ZoneInfo("Asia/Shanghai")
    midnight = datetime.combine(datetime.now(zone).date(), clock_time(), zone)
    return round(midnight.timestamp() * 1000)


async def _give_way(hall: Hall, view: HallView) -> None:
    """Close the open day, when nobody is in it."""
    here = [ticket.number for ticket in view.tickets.values() if ticket.state.live]
    if here:
        raise Occupied(
            f"{len(here)} visitors are in the hall ({', '.join(here[:5])}); "
            "a drill can begin when nobody is there"
        )
    await hall.close_day("wait")


async def _read(hall: Hall, day: str) -> list[Event]:
    """The whole stream of a day, through the port."""
    last = (await hall.view()).seq
    events: list[Event] = []
    async for batch in hall.follow(Position(day, 0)):
        events += batch
        if events[-1].seq >= last:
            return events
    return events


# --- everybody at once


async def _run(
    floor: Floor,
    people: list[Visitor],
    clerks: list[Clerk],
    seed: int,
    shape: Shape,
    tell: Tell,
) -> None:
    """Until the day is closed, and everybody who has something to do after that has done it."""
    async with asyncio.TaskGroup() as group:
        besides = group.create_task(_besides(floor, clerks, seed))
        told = group.create_task(_tell(floor, len(people), tell))
        visits = [group.create_task(visit(floor, visitor)) for visitor in people]
        last = group.create_task(_close(floor, shape))
        await floor.watch(floor.view.day)
        # Whoever still sleeps would find the doors shut; ratings may come after closing.
        await asyncio.wait(visits, timeout=1)
        for task in (besides, told, last, *visits):
            task.cancel()


async def _besides(floor: Floor, clerks: list[Clerk], seed: int) -> None:
    async with asyncio.TaskGroup() as group:
        for clerk in clerks:
            dice = Random(f"{seed}/desk/{clerk.window}")
            group.create_task(Desk(floor, clerk, dice, group).work())


async def _close(floor: Floor, shape: Shape) -> None:
    """After the last visitor the doors close; the hall closes when the last one has gone."""
    await floor.sleep_until(floor.of_day(shape[-1][1] * MINUTE + MINUTE))
    await floor.say(lambda id_: floor.hall.close_day("wait", command=id_))


async def _tell(floor: Floor, expected: int, tell: Tell) -> None:
    while True:
        over = sum(not ticket.state.live for ticket in floor.view.tickets.values())
        tell(over, expected, floor.now - floor.midnight)
        await floor.sleep(MINUTE)


# --- at the command line


async def run(
    connect: Callable[[], AbstractAsyncContextManager[Hall]],
    *,
    speed: int = 60,
    seed: int = 1,
    visitors: int = 0,
    console: Console | None = None,
) -> Result:
    """Simulate a day in the hall that `connect` gives, with a progress bar, and print the table
    of waits and the auditor's verdict. Ctrl-C breaks off and leaves the hall as it was."""
    console = console or Console()

    async with connect() as hall:
        with _bar(console) as progress:
            task = progress.add_task("opening", total=visitors or None)
            result = await simulate(
                hall, speed=speed, seed=seed, visitors=visitors, tell=_teller(progress, task)
            )
    show(result, console)
    return result


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console)


def _teller(progress: Progress, task: TaskID) -> Tell:
    def tell(over: int, expected: int, now: int) -> None:
        hours, minutes = divmod(now // MINUTE, 60)
        shown = f"{hours:02d}:{minutes:02d}"
        progress.update(task, completed=over, total=expected, description=shown)

    return tell


def show(result: Result, console: Console) -> None:
    """The result for people."""
    console.print(table(result.waits))
    refused = ", ".join(f"{code} {n}" for code, n in sorted(result.refused.items()))
    console.print(
        f"{result.visitors} visitors in {result.seconds:.0f} s. Refused: {refused or 'nothing'}."
    )
    for line in result.verdict.lines():
        console.print(line, highlight=False, markup=False)
