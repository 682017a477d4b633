"""Which days Redis may let go of, and that it has."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import col

from queue_server.archive.database import Database
from queue_server.archive.memory import DayRow
from queue_server.domain.calling import HOUR


def may_go(database: Database, hall: str, days: int, now: int) -> list[tuple[str, int]]:
    """The sealed days of a hall that were closed more than `days` days ago, with their number of
    events; never the newest one."""
    newest = select(func.max(DayRow.turn)).where(col(DayRow.hall) == hall).scalar_subquery()
    rows = select(col(DayRow.day), col(DayRow.count)).where(
        col(DayRow.hall) == hall,
        col(DayRow.sealed) > 0,
        col(DayRow.expired) == 0,
        col(DayRow.turn) < newest,
        # By our clock: a drill's own may be years away.
        col(DayRow.sealed) < now - days * 24 * HOUR,
    )
    with database.reading() as session:
        return [(day, count) for day, count in session.execute(rows.order_by(col(DayRow.opened)))]


def gone(database: Database, hall: str, day: str, now: int) -> None:
    """Redis has let go of a day."""
    with database.writing() as session:
        if row := session.get(DayRow, (hall, day)):
            row.expired = now
