"""Sealed days' summaries, piled up by group: what statistics of many halls and days are read off.

Days that have no summary yet (today's, those of an older program) are counted from their rows and
come onto the same piles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from queue_server.archive.memory import DayMeasureRow, DayRow
from queue_server.archive.selection import GroupKey, Selection, key_of, month, run
from queue_server.archive.sketches import Buckets, bucketed, merge, unpack
from queue_server.archive.summaries import ADDED, ALL, GREATEST, Facts, facts_of
from queue_server.domain.tallies import SPREADS, Tally

#: So many days of a hall are read at once where they have no summary; so many sketches.
DAYS = 100
SKETCHES = 10_000


@dataclass(slots=True)
class Pile:
    """What is counted of one group: lengths by their buckets, everything else as it is."""

    counted: Tally = field(default_factory=Tally)
    buckets: Buckets = field(default_factory=Counter)

    def add(self, tally: Tally) -> None:
        """Put exact counts on it."""
        self.buckets.update(bucketed(tally))
        for name in SPREADS:
            getattr(tally, name).counts.clear()
        self.counted.add(tally)

    def add_sums(self, row: Any) -> None:
        """Put the added up columns of summaries on it."""
        tally = Tally()
        for name in (*ADDED, *GREATEST):
            spread, _, part = name.rpartition("_")
            # PostgreSQL adds big integers up to a decimal.
            value = int(getattr(row, name) or 0)
            if spread in SPREADS:
                setattr(getattr(tally, spread), part, value)
            else:
                setattr(tally, name, value)
        self.counted.add(tally)

    def tally(self) -> Tally:
        """All of it as a tally, whose lengths are those of their buckets."""
        unpack(self.counted, self.buckets)
        return self.counted


Piles = defaultdict[GroupKey, Pile]


def piles(
    session: Session, selection: Selection, asked: Sequence[str], now: int
) -> Iterator[tuple[str, GroupKey, Tally]]:
    """The tallies of all groups by each name; `ALL` has one. `now` as in `statistics`."""
    found: dict[str, Piles] = {name: defaultdict(Pile) for name in asked}
    for part in selection.parts():
        for facts in _bare(session, part):
            _add(facts, found, now)
    for name, groups in found.items():
        for part in selection.parts():
            _read(session, part, name, groups)
        for key in list(groups):
            yield name, key, groups.pop(key).tally()


def _add(facts: Facts, found: dict[str, Piles], now: int) -> None:
    for name, groups in found.items():
        for key, some in facts.by(name):
            groups[key].add(some.tally(now))


def _read(session: Session, part: Selection, name: str, groups: Piles) -> None:
    columns, where = _columns(name), _where(part, name)
    added = [func.sum(getattr(DayMeasureRow, one)).label(one) for one in ADDED]
    greatest = [func.max(getattr(DayMeasureRow, one)).label(one) for one in GREATEST]
    sums = select(*columns, *added, *greatest).where(where).group_by(*columns)
    width = len(columns)
    for row in run(session, sums).all():
        groups[key_of(name, row[:width])].add_sums(row)
    lengths = select(*columns, col(DayMeasureRow.sketch)).where(where)
    for rows in run(session, lengths, yield_per=SKETCHES).partitions():
        found: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
        for row in rows:
            found[row[:width]].append(row[width])
        # Some thousand small sketches at once: one by one, that takes three times as long.
        for key, packed in found.items():
            merge(groups[key_of(name, key)].buckets, packed)


def _where(part: Selection, name: str) -> ColumnElement[bool]:
    own = name in (ALL, "hall", "date", "month")
    return and_(part.of(DayMeasureRow), col(DayMeasureRow.by) == (ALL if own else name))


def _columns(name: str) -> list[Any]:
    row = DayMeasureRow
    known: dict[str, list[Any]] = {
        ALL: [],
        "hall": [col(row.hall)],
        "date": [col(row.date)],
        "month": [month(col(row.date))],
        "lane": [col(row.hall), col(row.key)],
        "window": [col(row.hall), col(row.key)],
    }
    return known.get(name, [col(row.key)])


def _bare(session: Session, part: Selection) -> Iterator[Facts]:
    """The facts of days without a summary, some days of a hall at a time."""
    day, measured = DayRow, DayMeasureRow
    summary = and_(
        col(measured.hall) == day.hall, col(measured.day) == day.day, col(measured.by) == ALL
    )
    wanted = (
        select(col(day.hall), col(day.day))
        .outerjoin(measured, summary)
        .where(part.of(day), col(day.speed) == 1, col(measured.hall).is_(None))
    )
    days: dict[str, list[str]] = defaultdict(list)
    for row in run(session, wanted).all():
        days[row.hall].append(row.day)
    for hall, names in days.items():
        for at in range(0, len(names), DAYS):
            yield facts_of(session, hall, names[at : at + DAYS])
