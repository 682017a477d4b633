"""Does something grow? Samples of an idle server, and whether their slope is more than noise.

Pure. After a third of the time, in which caches fill, a straight line is laid through the samples
(least squares); it is growth when its slope is more than three standard errors above zero and what
it comes to by the end is more than the thing's grain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import sqrt
from statistics import fmean

#: What a sample holds → the least growth that counts: bytes, bytes, and whole things.
GRAIN = {"memory": 1 << 20, "redis": 64 << 10, "files": 1, "clients": 1, "readers": 1}
WORDS = {
    "memory": "memory of the server (MB)",
    "redis": "memory of Redis (MB)",
    "files": "open files",
    "clients": "clients of Redis",
    "readers": "waiting readers of streams",
}
WARM_UP = 1 / 3
CERTAIN = 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What an idle server holds `at` a second: bytes resident, bytes in Redis, open files, clients
    of Redis, and those of them that wait for a stream."""

    at: float
    memory: int
    redis: int
    files: int
    clients: int
    readers: int

    def __str__(self) -> str:
        told = (f"{name} {_number(name, getattr(self, name))}" for name in GRAIN)
        return f"{self.at:6.0f} s  {'  '.join(told)}"


def _number(name: str, value: float) -> str:
    return f"{value / 2**20:.2f}" if name in ("memory", "redis") else f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Slope:
    """A line through samples: growth per second, its standard error, and over how long."""

    rate: float
    error: float
    lasted: float

    @property
    def total(self) -> float:
        """What it comes to."""
        return self.rate * self.lasted


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """The least-squares line through (second, value); three points or more."""
    middle = fmean(at for at, _ in points), fmean(value for _, value in points)
    spread = sum((at - middle[0]) ** 2 for at, _ in points)
    rate = sum((at - middle[0]) * (value - middle[1]) for at, value in points) / spread
    left = sum((value - middle[1] - rate * (at - middle[0])) ** 2 for at, value in points)
    error = sqrt(left / (len(points) - 2) / spread)
    return Slope(rate, error, points[-1][0] - points[0][0])


def grown(samples: Sequence[Sample]) -> list[str]:
    """What has grown, a sentence each; empty when all is well. Raises ValueError when there are too
    few samples to say."""
    warm = samples[round(len(samples) * WARM_UP) :]
    if len(warm) < 3:
        raise ValueError("three samples after the warm-up are needed to say anything")
    found = []
    for name, grain in GRAIN.items():
        line = slope([(one.at, getattr(one, name)) for one in warm])
        if line.total >= grain and line.rate > CERTAIN * line.error:
            more = _number(name, line.total)
            found.append(f"The {WORDS[name]} grew by {more} in {line.lasted:.0f} s.")
    return found


def table(samples: Sequence[Sample]) -> Iterator[str]:
    """All samples as a Markdown table."""
    names = [one.name for one in fields(Sample)][1:]
    yield f"| second | {' | '.join(WORDS[name] for name in names)} |"
    yield f"| --: {'| --: ' * len(names)}|"
    for one in samples:
        cells = (_number(name, getattr(one, name)) for name in names)
        yield f"| {one.at:.0f} | {' | '.join(cells)} |"
