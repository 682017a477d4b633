"""What visitors thought (好差评), counted: any halls, any dates, in all and by group; always exact.

A rating that a local rule assumed, since nobody said anything, and one that an appeal has
overturned are counted aside and are in no share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from queue_server.archive.memory import RatingRow, VisitRow
from queue_server.archive.selection import (
    WHOLE,
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
from queue_server.archive.work_orders import BAD, stands
from queue_server.domain.measures import share

#: 非常不满意, 不满意, 基本满意, 满意, 非常满意; the first two are 差评.
LEVELS = (1, 2, 3, 4, 5)
#: What ratings may be grouped by.
RATED_BY = ("hall", "lane", "service", "window", "clerk", "date", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """The ratings of one group (`hall` and `key` as in `statistics.Group`).

    `levels` and `shares` are from the worst to the best; `bad` are 差评; `mean` is from 1 to 5;
    `rate` is how many of the `served` visits were rated. Shares are from 0 to 1, None of nothing.
    """

    hall: str = ""
    key: str = ""
    count: int
    levels: tuple[int, ...]
    shares: tuple[float | None, ...]
    bad: int
    bad_share: float | None
    mean: float | None
    assumed: int
    overturned: int = 0
    served: int
    rate: float | None


def opinions(
    session: Session,
    halls: Iterable[str],
    first: date | str,
    last: date | str,
    by: str | Sequence[str] = (),
) -> Answer[Opinions]:
    """Count the ratings of visits from `first` to `last`, by none, one or several of `RATED_BY`.

    Raises Invalid, which names `halls`, `first`, `last` or `by`.
    """
    selection, asked = selected(halls, first, last), groupings(by, RATED_BY)
    return answered(selection, asked, partial(_groups, session))


def _groups(session: Session, selection: Selection, name: str) -> tuple[Opinions, ...]:
    said: dict[GroupKey, Counter[int]] = defaultdict(Counter)
    assumed, served = Counter[GroupKey](), Counter[GroupKey]()
    overturned = Counter[GroupKey]()
    for part in selection.parts():
        for *values, score, guessed, counts, count in _ratings(session, part, name):
            if not counts:
                overturned[key_of(name, values)] += count
            elif guessed:
                assumed[key_of(name, values)] += count
            else:
                said[key_of(name, values)][score] += count
        for *values, count in _served(session, part, name):
            served[key_of(name, values)] += count
    keys = {*said, *assumed, *overturned, *served}
    if name == WHOLE:
        keys.add(("", ""))
    return tuple(
        _opinions(key, said[key], assumed[key], served[key], overturned[key])
        for key in sorted(keys, key=in_order)
    )


def _ratings(session: Session, part: Selection, name: str) -> Iterable[Sequence[Any]]:
    by = [*columns(RatingRow, name), col(RatingRow.score), col(RatingRow.assumed)]
    counts = stands().label("counts")
    each = select(*by, counts).where(part.real(RatingRow)).subquery()
    wanted = select(*each.c, func.count()).group_by(*each.c)
    return run(session, wanted).all()


def _served(session: Session, part: Selection, name: str) -> Iterable[Sequence[Any]]:
    by = columns(VisitRow, name)
    wanted = select(*by, func.count()).where(part.real(VisitRow), col(VisitRow.state) == "served")
    return run(session, wanted.group_by(*by)).all()


def _opinions(
    key: GroupKey, said: Counter[int], assumed: int, served: int, overturned: int
) -> Opinions:
    levels = tuple(said[level] for level in LEVELS)
    count, bad = sum(levels), sum(levels[:BAD])
    score = sum(level * n for level, n in zip(LEVELS, levels, strict=True))
    return Opinions(
        hall=key[0],
        key=key[1],
        count=count,
        levels=levels,
        shares=tuple(share(n, count) for n in levels),
        bad=bad,
        bad_share=share(bad, count),
        mean=share(score, count),
        assumed=assumed,
        overturned=overturned,
        served=served,
        rate=share(count, served),
    )
