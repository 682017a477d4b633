"""How good the promised ranges were: error, bias and coverage of the estimates; always exact.

Every range that a visitor was told is held against the wait that came of it. Visits that ended
without a call have no such wait: they are counted beside (`uncalled`), and in no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import and_, case, func, literal_column, select
from sqlmodel import Session, col

from queue_server.archive.memory import EstimateRow
from queue_server.archive.selection import (
    Answer,
    GroupKey,
    Selection,
    answered,
    columns,
    groupings,
    in_order,
    key_of,
    run,
    selected,
)
from queue_server.domain.calling import MINUTE
from queue_server.domain.measures import share

#: Where groups of `expected` begin, in minutes of the range's middle.
EXPECTED = (0, 5, 10, 20, 40)
#: What estimates may be grouped by.
ESTIMATED_BY = ("hall", "lane", "class", "expected", "date", "month")
#: The share of waits that the range is meant to hold.
NOMINAL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The estimates of one group (`hall` and `key` as in `statistics.Group`; the key of `expected`
    is where it begins, in minutes). Durations in ms, shares from 0 to 1, None of nothing.

    Of `count` estimates that came to a call, `error` is the mean absolute difference between the
    range's middle and the wait, and `bias` the mean difference: above 0, people were told more
    than it took. `covered` waits lay in the range, `sooner` before it and `later` after it.
    """

    hall: str = ""
    key: str = ""
    count: int
    uncalled: int
    wait: float | None
    error: float | None
    bias: float | None
    covered: int
    covered_share: float | None
    sooner: int
    later: int


def accuracy(
    session: Session,
    halls: Iterable[str],
    first: date | str,
    last: date | str,
    by: str | Sequence[str] = (),
) -> Answer[Accuracy]:
    """Judge the estimates from `first` to `last`, by none, one or several of `ESTIMATED_BY`.

    Raises Invalid, which names `halls`, `first`, `last` or `by`.
    """
    selection, asked = selected(halls, first, last), groupings(by, ESTIMATED_BY)
    return answered(selection, asked, partial(_groups, session))


def _groups(session: Session, selection: Selection, name: str) -> tuple[Accuracy, ...]:
    sums: dict[GroupKey, list[int]] = {}
    for part in selection.parts():
        by = _columns(name)
        wanted = select(*by, *_sums()).where(part.real(EstimateRow)).group_by(*by)
        for row in run(session, wanted).all():
            key = key_of(name, [str(value) for value in row[: len(by)]])
            # PostgreSQL adds big integers up to a decimal; of nothing, the sum is null.
            told = [int(value or 0) for value in row[len(by) :]]
            sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(told)), told, strict=True)]
    return tuple(_accuracy(key, *sums[key]) for key in sorted(sums, key=in_order))


def _columns(name: str) -> list[Any]:
    if name == "expected":
        # As parameters, PostgreSQL would not know the numbers for the same ones in GROUP BY.
        begins: list[Any] = [literal_column(str(begin)) for begin in EXPECTED]
        ends: list[Any] = [literal_column(str(end * MINUTE)) for end in EXPECTED[1:]]
        middle = col(EstimateRow.middle)
        lengths = [(middle < end, begin) for end, begin in zip(ends, begins, strict=False)]
        return [case(*lengths, else_=begins[-1])]
    return columns(EstimateRow, name)


def _sums() -> list[Any]:
    wait, low, high = col(EstimateRow.wait), col(EstimateRow.low), col(EstimateRow.high)
    middle = col(EstimateRow.middle)
    told = (
        wait.is_not(None),
        wait.is_(None),
        and_(wait >= low, wait <= high),
        wait < low,
        wait > high,
    )
    counts = [func.sum(case((one, 1), else_=0)) for one in told]
    return [*counts, func.sum(wait), func.sum(func.abs(wait - middle)), func.sum(middle - wait)]


def _accuracy(
    key: GroupKey,
    count: int,
    uncalled: int,
    covered: int,
    sooner: int,
    later: int,
    wait: int,
    error: int,
    bias: int,
) -> Accuracy:
    return Accuracy(
        hall=key[0],
        key=key[1],
        count=count,
        uncalled=uncalled,
        wait=share(wait, count),
        error=share(error, count),
        bias=share(bias, count),
        covered=covered,
        covered_share=share(covered, count),
        sooner=sooner,
        later=later,
    )
