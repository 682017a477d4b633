"""When visitors come: a day's shape, faster than life, as pieces of constant rate.

Pure. A run of some minutes lasts `speed` times as long on the hall's wall; the rates are those of
`domain.md` §7: peak = day × 0.18 / 3600, or the day's own shape from half past eight on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from random import Random
from typing import NamedTuple

from ops.behaviour import DAY, Shape

#: What share of a day's visitors comes in its busiest hour.
PEAK = 0.18
#: Every hall of a province opens at once: 7 % of the day stands at the door.
BURST: Shape = ((510, 515, 0.07), (515, 570, 0.11), *DAY[2:])
SHAPES = ("peak", "day", "burst")


class Piece(NamedTuple):
    """From second to second of the run, so many tickets a second."""

    begins: float
    ends: float
    rate: float


def pieces(shape: str, tickets: float, speed: float, seconds: float) -> list[Piece]:
    """The rates of a run of `seconds` in which a day of `tickets` goes by at `speed`."""
    if shape == "peak":
        return [Piece(0, seconds, tickets * PEAK / 3600 * speed)]
    found, at = [], 0.0
    # Nobody waits through a closed lunch break in a test: the afternoon follows at once.
    for begins, ends, share in BURST if shape == "burst" else DAY:
        lasts = (ends - begins) * 60 / speed
        if at < seconds:
            found.append(Piece(at, min(at + lasts, seconds), tickets * share / lasts))
        at += lasts
    return found


def expected(all_: Sequence[Piece]) -> float:
    """How many come in all."""
    return sum((one.ends - one.begins) * one.rate for one in all_)


def arrivals(all_: Sequence[Piece], dice: Random) -> Iterator[float]:
    """The moments (s of the run) of a Poisson process with these rates."""
    left = -log(1 - dice.random())
    for begins, ends, rate in all_:
        at = begins
        while rate > 0 and (ends - at) * rate >= left:
            at += left / rate
            yield at
            left = -log(1 - dice.random())
        left -= (ends - at) * rate
