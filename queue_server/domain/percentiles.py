"""Percentiles, once for everybody: of waits that ended, and of waits of which some were cut short.

Pure. Values come counted (value → how many), so that exact values and the buckets of a sketch are
read the same way.

When every wait ended, a percentile is type 7 of Hyndman and Fan (The American Statistician 50(4),
1996): linear between the two nearest, as spreadsheets and `statistics.quantiles(…,
method="inclusive")` have it. When some were cut short, all that is known of those is that they
were *at least* so long. To leave them out would make waits look shorter than they are, so it is
read off the product-limit estimate of Kaplan and Meier (Journal of the American Statistical
Association 53, 1958), which uses each of them for as long as it was seen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

#: value → how many have it
Counts = Mapping[int, int]

#: What a share that is reached exactly may miss by, after a long product of floats.
ROUNDING = 1e-9


class Percentiles(NamedTuple):
    """Half, nine tenths and nineteen twentieths of the waits are at most this; rounded.

    None where there is nothing to read, or where too many were cut short to say.
    """

    p50: int | None
    p90: int | None
    p95: int | None


def percentiles(ended: Counts | Iterable[int], cut: Counts | None = None) -> Percentiles:
    """The three of the waits that `ended` and those that were `cut` short."""
    counts = ended if isinstance(ended, Mapping) else Counter(ended)
    return Percentiles(*(_whole(value) for value in at(counts, cut or {}, (50, 90, 95))))


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def at(ended: Counts, cut: Counts, percents: Sequence[int]) -> list[float | None]:
    """The values at these percents (0 to 100)."""
    if any(cut.values()):
        steps = list(kaplan_meier(ended, cut))
        return [_reached(steps, percent) for percent in percents]
    return _linear(ended, percents)


def _linear(ended: Counts, percents: Sequence[int]) -> list[float | None]:
    values = sorted(value for value, count in ended.items() if count)
    last = list(accumulate(ended[value] for value in values))
    if not last:
        return [None] * len(percents)

    def ranked(rank: int) -> int:
        return values[min(bisect_right(last, rank), len(values) - 1)]

    found: list[float | None] = []
    for percent in percents:
        rank, hundredths = divmod(percent * (last[-1] - 1), 100)
        low, high = ranked(rank), ranked(rank + 1)
        found.append((low * (100 - hundredths) + high * hundredths) / 100)
    return found


def kaplan_meier(ended: Counts, cut: Counts) -> Iterator[tuple[int, float]]:
    """At each value at which waits ended, the share of all waits that are longer than it.

    Who was cut short at the very value at which others ended was there when they did, so ends
    come first in a tie, as in Kaplan and Meier.
    """
    there, share = sum(ended.values()) + sum(cut.values()), 1.0
    for value in sorted(ended.keys() | cut.keys()):
        ends = ended.get(value, 0)
        if ends:
            share *= 1 - ends / there
            yield value, share
        there -= ends + cut.get(value, 0)


def _reached(steps: Sequence[tuple[int, float]], percent: int) -> int | None:
    """The smallest value that no more than the rest of 100 percent exceed."""
    rest = 1 - percent / 100 + ROUNDING
    return next((value for value, share in steps if share <= rest), None)
