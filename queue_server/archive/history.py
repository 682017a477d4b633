"""Read the memory: which days there are, a day's events, and the records of a range of dates.

For audit and explanation of days that have left Redis, and for whoever counts. Who may read which
hall is the caller's to know.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

from sqlalchemy import Table, select
from sqlmodel import SQLModel, col

from queue_server.archive.database import Database
from queue_server.archive.entries import event_of
from queue_server.archive.memory import (
    DayRow,
    EstimateRow,
    EventRow,
    RatingRow,
    SeatRow,
    StageRow,
    VisitRow,
)
from queue_server.domain.codec import UnknownEvent
from queue_server.domain.events import Event
from queue_server.domain.hall import Events, Position
from queue_server.domain.remembered import Estimate, Rating, Seat, Stage, Visit

AT_ONCE = 2000

R = TypeVar("R", Visit, Stage, Seat, Rating, Estimate)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One opening of a hall as the archive has it; times in Unix ms, 0 for "not yet".

    `trouble` says why it is not `sealed`, where something is wrong; `expired` is when Redis let go
    of it, and `purged` when its events went from here too.
    """

    hall: str
    day: str
    date: str
    speed: int
    opened: int
    closed: int
    seq: int
    count: int
    digest: str
    sealed: int
    trouble: str
    expired: int
    purged: int


class History:
    """What the archive at `database` remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(self, hall: str = "", *, troubled: bool = False) -> list[Day]:
        """The days of a hall (of all halls, when none is named), newest first; only those that
        something is wrong with when `troubled`."""
        rows = select(DayRow).order_by(col(DayRow.opened).desc(), col(DayRow.day).desc())
        if hall:
            rows = rows.where(col(DayRow.hall) == hall)
        if troubled:
            rows = rows.where(col(DayRow.trouble) != "")
        with self._database.reading() as session:
            return [_day(row) for row in session.execute(rows).scalars()]

    def day(self, hall: str, day: str) -> Day | None:
        """One day; None when nothing of it is here."""
        with self._database.reading() as session:
            row = session.get(DayRow, (hall, day))
            return _day(row) if row else None

    def events(self, hall: str, after: Position, limit: int) -> Events:
        """Up to `limit` events of one day after a position, as `RedisHall.events` gives them;
        those of kinds that this version does not know are left out."""
        return [event for row in self._rows(hall, after, limit) if (event := _event(*row))]

    def day_events(self, hall: str, day: str) -> Events:
        """All events of one day."""
        found, at = Events(), 0
        while rows := self._rows(hall, Position(day, at), AT_ONCE):
            found += [event for row in rows if (event := _event(*row))]
            at = rows[-1][1]
        return found

    def _rows(self, hall: str, after: Position, limit: int) -> list[tuple[str, int, int, str]]:
        at = _table(EventRow).c
        rows = (
            select(at.day, at.seq, at.at, at.body)
            .where(at.hall == hall, at.day == after.day, at.seq > after.seq)
            .order_by(at.seq)
            .limit(limit)
        )
        with self._database.reading() as session:
            return [tuple(row) for row in session.execute(rows)]

    def visits(self, halls: Sequence[str], first: date, last: date) -> list[Visit]:
        """Visits of halls, both dates included, oldest first."""
        return self._records(Visit, VisitRow, halls, first, last)

    def stages(self, halls: Sequence[str], first: date, last: date) -> list[Stage]:
        """Stages, likewise."""
        return self._records(Stage, StageRow, halls, first, last)

    def seats(self, halls: Sequence[str], first: date, last: date) -> list[Seat]:
        """Seats, likewise."""
        return self._records(Seat, SeatRow, halls, first, last)

    def ratings(self, halls: Sequence[str], first: date, last: date) -> list[Rating]:
        """Ratings, likewise."""
        return self._records(Rating, RatingRow, halls, first, last)

    def estimates(self, halls: Sequence[str], first: date, last: date) -> list[Estimate]:
        """Estimates with what came of them, likewise."""
        return self._records(Estimate, EstimateRow, halls, first, last)

    def _records(
        self, record: type[R], row: type[SQLModel], halls: Sequence[str], first: date, last: date
    ) -> list[R]:
        names = [one.name for one in fields(record)]
        at = _table(row).c
        rows = (
            select(*(at[name] for name in names))
            .where(at.hall.in_(halls), at.date >= first.isoformat(), at.date <= last.isoformat())
            .order_by(*_table(row).primary_key)
        )
        with self._database.reading() as session:
            found = session.execute(rows)
            return [record(**dict(zip(names, one, strict=True))) for one in found]


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


def _day(row: DayRow) -> Day:
    return Day(**{one.name: getattr(row, one.name) for one in fields(Day)})


def _event(day: str, seq: int, at: int, body: str) -> Event | None:
    try:
        return event_of(day, seq, at, body)
    except UnknownEvent as kind:
        log.warning("%s %d: an event of a newer version: %s", day, seq, kind)
        return None
