"""When things happened: how long nobody was answered, what failed in which second, what came late.

Pure. Times are seconds of the run, 0 when measuring begins; moments of several processes are added
up. Percentiles are in `samples.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

#: A call that is shown later than this (ms) is late.
LATE = 1000.0


class Seen(NamedTuple):
    """What users saw between two moments: failed requests, lost lines, the longest time (s) in
    which no command was answered, late pictures of calls, the slowest ticket (ms)."""

    failed: int
    lines: int
    gap: float
    late: int
    slowest: float


@dataclass
class Moments:
    """`answered` by tenths of a second, all others by seconds."""

    answered: set[int] = field(default_factory=set)
    failed: Counter[int] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)
    late: Counter[int] = field(default_factory=Counter)
    slowest: dict[int, float] = field(default_factory=dict)

    def note(self, at: float, sort: str, name: str, ms: float, failed: bool) -> None:
        """Take in one sample at a moment (s of the run)."""
        second = int(at // 1)
        if failed:
            (self.lines if sort == "WS" else self.failed)[second] += 1
        elif sort == "WS" and name.startswith("call ") and ms > LATE:
            self.late[second] += 1
        elif sort == "POST":
            self.answered.add(int(at * 10 // 1))
        # A ticket that had to be asked for again is told as `SAID`, with all of its time.
        if name == "take" and not failed and sort in ("POST", "SAID"):
            self.slowest[second] = max(self.slowest.get(second, 0.0), ms)

    def add(self, other: Moments) -> None:
        """Take in what another process noted."""
        self.answered |= other.answered
        for mine, theirs in (
            (self.failed, other.failed),
            (self.lines, other.lines),
            (self.late, other.late),
        ):
            mine.update(theirs)
        for second, ms in other.slowest.items():
            self.slowest[second] = max(self.slowest.get(second, 0.0), ms)

    def between(self, begins: float, ends: float) -> Seen:
        """What users saw between two moments (s of the run)."""
        seconds = range(int(begins // 1), int(ends // 1) + 1)
        return Seen(
            failed=sum(self.failed[one] for one in seconds),
            lines=sum(self.lines[one] for one in seconds),
            gap=self.gap(begins, ends),
            late=sum(self.late[one] for one in seconds),
            slowest=max((self.slowest.get(one, 0.0) for one in seconds), default=0.0),
        )

    def gap(self, begins: float, ends: float) -> float:
        """The longest time (s) without an answer to a command."""
        inside = sorted(one / 10 for one in self.answered if begins <= one / 10 <= ends)
        edges = [begins, *inside, ends]
        return max(after - before for before, after in pairwise(edges))

    def to_json(self) -> dict[str, Any]:
        """Plain lists."""
        counted = {"failed": self.failed, "lines": self.lines, "late": self.late}
        told: dict[str, Any] = {name: list(of.items()) for name, of in counted.items()}
        return told | {"answered": sorted(self.answered), "slowest": list(self.slowest.items())}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Moments:
        """What `to_json` wrote."""
        counted = {name: Counter(dict(told[name])) for name in ("failed", "lines", "late")}
        return cls(answered=set(told["answered"]), slowest=dict(told["slowest"]), **counted)
