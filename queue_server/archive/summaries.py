"""Count a sealed hall-day once and for all, so that a report of a year needs no rows of it.

A day is counted whole and by each of `GROUPED`; its date, hall and month need no rows of their
own. What is counted is `domain.tallies`' to say. Doing it again gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from queue_server.archive.memory import DayMeasureRow, DayRow, SeatRow, StageRow, VisitRow
from queue_server.archive.selection import SeatFacts, StageFacts, VisitFacts, grouped, rows, run
from queue_server.archive.sketches import packed
from queue_server.domain.tallies import SPREADS, SUMS, Tally, tally

GROUPED = ("lane", "class", "service", "window", "clerk", "hour")
ALL = "all"


class Facts(NamedTuple):
    """Some rows, of whatever days and halls."""

    stages: Sequence[StageFacts]
    visits: Sequence[VisitFacts]
    seats: Sequence[SeatFacts]

    def tally(self, now: int = 0) -> Tally:
        """All of them counted; who still stands has waited until `now` (Unix ms)."""
        return tally(self.stages, self.visits, self.seats, now)

    def by(self, by: str) -> Iterator[tuple[tuple[str, str], Facts]]:
        """Them by their groups, in no order; `ALL` of them are one."""
        if by == ALL:
            yield ("", ""), self
            return
        stages, visits = grouped(by, self.stages), grouped(by, self.visits)
        seats = grouped(by, self.seats)
        for key in {*stages, *visits, *seats}:
            yield key, Facts(stages.get(key, ()), visits.get(key, ()), seats.get(key, ()))


def summarize(session: Session, hall: str, day: str) -> None:
    """Count a day of a hall, in the caller's transaction; a drill is not counted.

    To be called when the day is sealed, and again whenever its rows were made anew.
    """
    counted = delete(DayMeasureRow).where(
        col(DayMeasureRow.hall) == hall, col(DayMeasureRow.day) == day
    )
    run(session, counted)
    row = session.get(DayRow, (hall, day))
    if row is not None and row.speed == 1:
        found = facts_of(session, hall, (day,))
        made = list(summary(hall, day, row.date, found, row.closed))
        session.connection().execute(insert(DayMeasureRow), made)


def facts_of(session: Session, hall: str, days: Sequence[str]) -> Facts:
    """The rows of some days of a hall."""
    return Facts(
        rows(session, StageFacts, col(StageRow.hall) == hall, col(StageRow.day).in_(days)),
        rows(session, VisitFacts, col(VisitRow.hall) == hall, col(VisitRow.day).in_(days)),
        rows(session, SeatFacts, col(SeatRow.hall) == hall, col(SeatRow.day).in_(days)),
    )


def summary(hall: str, day: str, date: str, facts: Facts, now: int) -> Iterator[dict[str, Any]]:
    """The rows of `day_measures` for the facts of one day, as plain values."""
    named = {"hall": hall, "day": day, "date": date}
    for by in (ALL, *GROUPED):
        for (_, key), some in facts.by(by):
            yield {**named, "by": by, "key": key, **_columns(some.tally(now))}


def _columns(found: Tally) -> dict[str, Any]:
    columns = {name: getattr(found, name) for name in COUNTED}
    for name in SPREADS:
        spread = getattr(found, name)
        columns[f"{name}_total"], columns[f"{name}_longest"] = spread.total, spread.longest
    return {**columns, "sketch": packed(found)}


COUNTED = (*SUMS, "passed_most")
#: The columns that add up, and those of which the greatest counts.
ADDED = (*SUMS, *(f"{name}_total" for name in SPREADS))
GREATEST = ("passed_most", *(f"{name}_longest" for name in SPREADS))
