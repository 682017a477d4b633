"""How often one address may knock: a token bucket for each, in bounded memory.

A hall's visitors often share one address (its Wi-Fi), so what a link may do is generous; what a
password guesser may do is not.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from queue_server.api.problems import TooMany


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many per second after that."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the public may do, for one address (`seats`: open sockets)."""

    sign_in: Rate = Rate(20, 0.5)
    unknown: Rate = Rate(50, 5)
    link: Rate = Rate(200, 50)
    socket: Rate = Rate(200, 20)
    seats: int = 500


@dataclass(slots=True)
class Buckets:
    """One bucket for each (what, who); the longest unused ones are forgotten first.

    A forgotten bucket comes back full, which is what it had become in the meantime or what an
    attacker with thousands of addresses could have had anyway.
    """

    clock: Callable[[], float] = time.monotonic
    most: int = 20_000
    _levels: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, what: str, who: str, rate: Rate) -> None:
        """One drop; raises `TooMany` when the bucket is empty."""
        now, key = self.clock(), (what, who)
        level, then = self._levels.pop(key, (rate.burst, now))
        level = min(rate.burst, level + (now - then) * rate.per_second)
        while len(self._levels) >= self.most:
            self._levels.popitem(last=False)
        if level < 1:
            self._levels[key] = (level, now)
            raise TooMany((1 - level) / rate.per_second)
        self._levels[key] = (level - 1, now)

    def __len__(self) -> int:
        return len(self._levels)


@dataclass(slots=True)
class Seats:
    """How many sockets each address has open."""

    most: int
    _taken: Counter[str] = field(default_factory=Counter)

    def sit(self, who: str) -> bool:
        """Take a seat, if there is one."""
        if self._taken[who] >= self.most:
            return False
        self._taken[who] += 1
        return True

    def rise(self, who: str) -> None:
        """Give it back."""
        self._taken[who] -= 1
        if self._taken[who] <= 0:
            del self._taken[who]
