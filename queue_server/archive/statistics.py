"""The measures of any halls over any dates, in all and by group.

A small selection is counted row by row, and every figure is exact. A large one is read off the
sealed days' summaries (`piles.py`): counts, sums, means and the longest are exact then too;
percentiles, and on which side of the target a wait lies, are known to within
`sketches.RELATIVE_ERROR` of the wait. The answer says which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select
from sqlmodel import Session

from queue_server.archive.memory import SeatRow, StageRow, VisitRow
from queue_server.archive.piles import piles
from queue_server.archive.selection import (
    GroupKey,
    SeatFacts,
    Selection,
    StageFacts,
    VisitFacts,
    groupings,
    in_order,
    rows,
    run,
    selected,
)
from queue_server.archive.sketches import RELATIVE_ERROR
from queue_server.archive.summaries import ALL, Facts
from queue_server.domain.measures import TARGET, Measures, measures
from queue_server.domain.tallies import Tally

#: Up to so many stages are counted one by one: a month of the largest hall, in some seconds.
EXACT_UP_TO = 100_000


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one group. `hall` is empty where it is of all halls; `key` is what it is
    called: an id, a number, `09` (the hour), `2026-11-22`, `2026-11`; empty for what has no such
    thing, as a stage that was never called has no window."""

    hall: str
    key: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class Statistics:
    """The answer. `first` and `last` are included; `target` is in ms; `error` is the relative one
    of percentiles (0: exact). `groups` has, by each name that was asked for, its groups in order.
    """

    halls: tuple[str, ...]
    first: str
    last: str
    target: int
    error: float
    totals: Measures
    groups: Mapping[str, tuple[Group, ...]]

    @property
    def exact(self) -> bool:
        """Whether every figure is exact."""
        return not self.error


def statistics(
    session: Session,
    halls: Iterable[str],
    first: date | str,
    last: date | str,
    by: str | Sequence[str] = (),
    *,
    target: int = TARGET,
    now: int = 0,
    exact_up_to: int = EXACT_UP_TO,
) -> Statistics:
    """Measure these halls from `first` to `last`, by none, one or several of `GROUPINGS`.

    `target` in ms; `now` (Unix ms) is until when those who still stand have waited. Raises
    Invalid, which names `halls`, `first`, `last` or `by`.
    """
    selection, asked = selected(halls, first, last), groupings(by)
    exact = _few(session, selection, exact_up_to)
    counted = _rows if exact else piles
    found: dict[str, list[Group]] = {name: [] for name in (ALL, *asked)}
    # A tally of a year is large and its measures are not: one at a time.
    for name, (hall, key), tally in counted(session, selection, (ALL, *asked), now):
        found[name].append(Group(hall, key, measures(tally, target)))
    totals = found.pop(ALL)[0].measures
    groups = {name: tuple(sorted(some, key=_place)) for name, some in found.items()}
    error = 0.0 if exact else RELATIVE_ERROR
    return Statistics(
        selection.halls, selection.first, selection.last, target, error, totals, groups
    )


def _few(session: Session, selection: Selection, limit: int) -> bool:
    """Whether there are at most so many stages; more of them are not even counted."""
    found = 0
    for part in selection.parts():
        some = select(literal(1)).where(part.of(StageRow)).limit(limit + 1 - found).subquery()
        found += run(session, select(func.count()).select_from(some)).scalar_one()
        if found > limit:
            return False
    return True


def _rows(
    session: Session, selection: Selection, asked: Sequence[str], now: int
) -> Iterator[tuple[str, GroupKey, Tally]]:
    facts = Facts([], [], [])
    for part in selection.parts():
        facts = Facts(
            [*facts.stages, *rows(session, StageFacts, part.real(StageRow))],
            [*facts.visits, *rows(session, VisitFacts, part.real(VisitRow))],
            [*facts.seats, *rows(session, SeatFacts, part.real(SeatRow))],
        )
    for name in asked:
        for key, some in facts.by(name):
            yield name, key, some.tally(now)


def _place(group: Group) -> tuple[str, bool, int, str]:
    return in_order((group.hall, group.key))
