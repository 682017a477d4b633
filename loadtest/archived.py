"""Did the archive keep every event? What stands in SQL after the run, held against the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from queue_server.archive.database import Database
from queue_server.archive.history import Day, History
from queue_server.archive.sealing import Sum
from queue_server.domain.codec import from_dict

if TYPE_CHECKING:
    from loadtest.days import Event
    from loadtest.orders import HallOrders
    from loadtest.stage import Stage

#: How long (s) the archive may be behind when a run is over.
PATIENCE = 60.0


class Wanted(NamedTuple):
    """A hall's day, and its log in short."""

    hall: str
    day: str
    log: Sum


async def kept(
    stage: Stage, halls: Iterable[HallOrders], read: Mapping[str, tuple[list[Event], int]]
) -> dict[str, Any]:
    """How many days and events there are, how long (s) after the end the archive had the very same
    ones, and what is `missing`. Empty for somebody else's server, whose database is not ours."""
    if stage.server is None:
        return {}
    database, began = Database(stage.server.settings.database_url), time.monotonic()
    left = [Wanted(hall.id, hall.day, _sum(read[hall.id][0])) for hall in halls]
    told: dict[str, Any] = {"days": len(left), "events": sum(one.log.count for one in left)}
    try:
        while left := await asyncio.to_thread(_not_yet, History(database), left):
            if time.monotonic() - began > PATIENCE:
                break
            await asyncio.sleep(0.3)
        missing = [f"{one.hall}: {_why(History(database), one)}" for one in left]
    finally:
        database.close()
    return {**told, "seconds": round(time.monotonic() - began, 1), "missing": missing}


def _sum(events: list[Event]) -> Sum:
    return Sum().after([from_dict(dict(event)) for event in events])


def _not_yet(history: History, left: list[Wanted]) -> list[Wanted]:
    return [one for one in left if not _same(history.day(one.hall, one.day), one.log)]


def _same(day: Day | None, log: Sum) -> bool:
    return day is not None and Sum(day.seq, day.count, day.digest) == log


def _why(history: History, wanted: Wanted) -> str:
    day = history.day(wanted.hall, wanted.day)
    if day is None:
        return "nothing of its day"
    return day.trouble or f"{day.count} of {wanted.log.count} events, up to {day.seq}"
