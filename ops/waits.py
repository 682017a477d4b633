"""The waits of a day as a table: one row for each lane and class, from the calls that were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table

from queue_server.domain.calling import MINUTE
from queue_server.domain.facts import Call
from queue_server.domain.percentiles import percentiles

ALL = "all"


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of a lane and class, in minutes; `count` calls."""

    lane: str
    class_: str
    count: int
    mean: float
    p50: float
    p90: float
    longest: float


def waits(calls: Iterable[Call]) -> list[Waits]:
    """One row for each lane and class, and last one for all."""
    groups: dict[tuple[str, str], list[int]] = {}
    for call in calls:
        # A ticket that was sent to a window waits there; its lane is the window's own.
        groups.setdefault((call.lane, call.class_), []).append(call.wait)
    rows = [_row(lane, class_, found) for (lane, class_), found in sorted(groups.items())]
    every = [wait for found in groups.values() for wait in found]
    return [*rows, _row(ALL, ALL, every)] if every else []


def _row(lane: str, class_: str, found: Sequence[int]) -> Waits:
    many = percentiles(found)
    told = (sum(found) / len(found), many.p50 or 0, many.p90 or 0, max(found))
    return Waits(lane, class_, len(found), *(ms / MINUTE for ms in told))


def table(rows: Iterable[Waits]) -> Table:
    """The rows as they are printed; minutes."""
    made = Table(title="Waits in minutes")
    made.add_column("lane")
    made.add_column("class")
    for name in ("n", "mean", "p50", "p90", "max"):
        made.add_column(name, justify="right")
    for row in rows:
        figures = (row.mean, row.p50, row.p90, row.longest)
        made.add_row(
            row.lane,
            row.class_,
            str(row.count),
            *(f"{figure:.1f}" for figure in figures),
            style="bold" if row.lane == ALL else "",
        )
    return made
