"""How long things took and what went wrong, counted: any run, however long, in little memory.

Pure. A sample stands in a phase of the run (`start`, `calm`, `trouble`, `after`), has a sort
(`POST`, `GET`, `WS`, …) and a name, and is rounded so that equal ones are counted together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any, NamedTuple

PHASES = ("start", "calm", "trouble", "after")


class Key(NamedTuple):
    """What a sample is of."""

    phase: str
    sort: str
    name: str


def rounded(ms: float) -> float:
    """To about three figures: tenths below 10 ms, whole ones below 100, tens above 1000."""
    if ms < 10:
        return round(ms, 1)
    return float(round(ms) if ms < 1000 else round(ms, -1))


class Samples:
    """All samples of a process, or of a run."""

    def __init__(self) -> None:
        self.times: dict[Key, Counter[float]] = {}
        self.errors: dict[Key, Counter[str]] = {}
        #: From when to when (s of the run) something failed.
        self.spans: dict[tuple[Key, str], tuple[float, float]] = {}

    def note(self, key: Key, ms: float, error: str = "", at: float = 0.0) -> None:
        """Count one, at a second of the run; what failed is no sample of how long it takes."""
        if error:
            self.errors.setdefault(key, Counter())[error] += 1
            self._span(key, error, (at, at))
        else:
            self.times.setdefault(key, Counter())[rounded(ms)] += 1

    def _span(self, key: Key, error: str, span: tuple[float, float]) -> None:
        known = self.spans.get((key, error), span)
        self.spans[(key, error)] = (min(known[0], span[0]), max(known[1], span[1]))

    def add(self, other: Samples) -> None:
        """Take in what another process counted."""
        for key, times in other.times.items():
            self.times.setdefault(key, Counter()).update(times)
        for key, errors in other.errors.items():
            self.errors.setdefault(key, Counter()).update(errors)
        for (key, error), span in other.spans.items():
            self._span(key, error, span)

    def of(self, sort: str, name: str, phases: Iterable[str] = PHASES) -> Counter[float]:
        """The times of one thing in some phases."""
        found: Counter[float] = Counter()
        for phase in phases:
            found.update(self.times.get(Key(phase, sort, name), {}))
        return found

    def names(self) -> list[tuple[str, str]]:
        """Everything that was counted, as (sort, name)."""
        return sorted({(key.sort, key.name) for key in (*self.times, *self.errors)})

    def to_json(self) -> dict[str, Any]:
        """Plain lists."""
        return {
            "times": [[*key, list(times.items())] for key, times in self.times.items()],
            "errors": [[*key, list(errors.items())] for key, errors in self.errors.items()],
            "spans": [[*key, error, *span] for (key, error), span in self.spans.items()],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Samples:
        """What `to_json` wrote."""
        made = cls()
        made.times = {Key(*key): Counter(dict(found)) for *key, found in told["times"]}
        made.errors = {Key(*key): Counter(dict(found)) for *key, found in told["errors"]}
        made.spans = {
            (Key(*key), error): (first, last) for *key, error, first, last in told["spans"]
        }
        return made


def percentile(times: Counter[float], share: float) -> float:
    """The smallest time (ms) that this share did not exceed; nan when there are none."""
    rank = ceil(share * times.total())
    for ms, reached in _running(times):
        if reached >= rank:
            return ms
    return float("nan")


def _running(times: Counter[float]) -> Iterator[tuple[float, int]]:
    reached = 0
    for ms in sorted(times):
        reached += times[ms]
        yield ms, reached
