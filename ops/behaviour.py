"""What visitors and clerks of a simulated day do, drawn beforehand from a seed.

Pure. Everybody has a generator of his own, so the same seed gives the same people whatever the
hall does with them. The numbers are those of a real hall's day (domain notes, "Loads").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from random import Random
from typing import Any

from queue_server.domain.calling import MINUTE, SECOND
from queue_server.domain.layout import APPOINTMENT, GREEN, ORDINARY, Layout, Service

#: When visitors come: minutes since midnight, from and until, and the share of the day's.
Shape = Sequence[tuple[int, int, float]]
DAY: Shape = (
    (510, 515, 0.05),  # The opening burst: they wait at the door.
    (515, 570, 0.13),
    (570, 630, 0.20),
    (630, 690, 0.15),
    (690, 720, 0.04),
    (840, 900, 0.18),
    (900, 960, 0.14),
    (960, 1050, 0.11),
)
LUNCH = (720, 840)

# Of what the windows of a lane could do alone; they help each other, so the hall is less busy.
LOAD = 0.9
OVERHEAD = 1.5  # Minutes between two visitors that no plan has: the walk, the papers.


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One visit as it is going to be; `arrives` and `appointed` are ms since midnight.

    `effort` is how long each stop takes, as a multiple of the planned time; `misses` how many
    calls nobody comes for; the other fields are ms from the moment they apply, 0 for "not".
    """

    index: int
    arrives: int
    service: str
    class_: str
    appointed: int
    effort: tuple[float, ...]
    walk: int
    recalled: bool
    misses: int
    returns_after: int
    transferred: bool
    held: int
    away_after: int
    away_for: int
    cancels_after: int
    marked_by_guide: bool
    score: int
    slip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """One clerk's day. `auto` lets the window call by itself; `lunch` is a pair in ms since
    midnight, or none; `late` is how long after opening he sits down (ms)."""

    window: str
    auto: bool
    late: int
    lunch: tuple[int, int] | None


class Crowd:
    """Draws the visitors of one day for a layout; `seed` says which day."""

    def __init__(self, layout: Layout, seed: int, shape: Shape = DAY) -> None:
        self._layout = layout
        self._seed = seed
        self._shape = shape
        self._services, self._weights = _popularity(layout, _arrivals(layout, shape))

    @property
    def usual(self) -> int:
        """How many come on a day that keeps the clerks about .8 busy."""
        return max(round(self._weights[-1]), 1) if self._weights else 0

    def visitors(self, count: int) -> list[Visitor]:
        """`count` visitors in order of arrival."""
        people = [self._visitor(index) for index in range(count)]
        return sorted(people, key=lambda visitor: visitor.arrives)

    def _visitor(self, index: int) -> Visitor:
        dice = Random(f"{self._seed}/visitor/{index}")
        service = self._services[bisect_left(self._weights, dice.random() * self._weights[-1])]
        arrives = _moment(self._shape, dice)
        class_ = self._class(dice)
        appointed = 0
        if class_ == APPOINTMENT:
            appointed = round(arrives / (15 * MINUTE)) * 15 * MINUTE
            arrives = max(appointed - dice.randint(-5, 15) * MINUTE, self._shape[0][0] * MINUTE)
        return Visitor(
            index=index,
            arrives=arrives,
            service=service.code,
            class_=class_,
            appointed=appointed,
            effort=tuple(lognormal(dice, 1.0, dice.uniform(0.8, 1.0)) for _ in range(8)),
            walk=round(lognormal(dice, 15.0, 0.6) * SECOND),
            marked_by_guide=class_ == GREEN and dice.random() < 0.3,
            score=dice.choice((5, 5, 5, 5, 4, 4, 3, 2, 1)) if dice.random() < 0.33 else 0,
            **_habits(dice),
        )

    def _class(self, dice: Random) -> str:
        known = self._layout.head_start
        drawn = dice.choices((GREEN, APPOINTMENT, ORDINARY), (0.10, 0.22, 0.68))[0]
        return drawn if drawn in known else ORDINARY

    def clerks(self) -> list[Clerk]:
        """One clerk for each window; of every three, one leaves over lunch."""
        return [self._clerk(index, w.number) for index, w in enumerate(self._layout.windows)]

    def _clerk(self, index: int, window: str) -> Clerk:
        dice = Random(f"{self._seed}/clerk/{window}")
        begins = LUNCH[0] * MINUTE + dice.randint(-10, 10) * MINUTE
        lunch = (begins, begins + dice.randint(45, 90) * MINUTE)
        return Clerk(
            window=window,
            auto=dice.random() < 0.4,
            late=dice.randint(0, 240) * SECOND,
            lunch=lunch if index % 3 == 1 else None,
        )


def _habits(dice: Random) -> dict[str, Any]:
    """What goes otherwise than planned: 6 % missed, 10 % recalled, 4 % held, 3 % transferred."""
    missed = dice.random() < 0.06
    return {
        "misses": dice.choice((1, 1, 1, 2, 3)) if missed else 0,
        "returns_after": dice.randint(1, 10) * MINUTE if missed and dice.random() < 0.6 else 0,
        "recalled": dice.random() < 0.10,
        "transferred": dice.random() < 0.03,
        "held": dice.randint(3, 15) * MINUTE if dice.random() < 0.04 else 0,
        "away_after": dice.randint(1, 10) * MINUTE if dice.random() < 0.04 else 0,
        "away_for": dice.randint(2, 12) * MINUTE,
        "cancels_after": dice.randint(10, 40) * MINUTE if dice.random() < 0.02 else 0,
        "slip": "undo" if dice.random() < 0.02 else "skip" if dice.random() < 0.01 else "",
    }


def lognormal(dice: Random, mean: float, cv: float) -> float:
    """A log-normal time by its mean and coefficient of variation."""
    variance = log(1 + cv * cv)
    return exp(dice.gauss(log(mean) - variance / 2, sqrt(variance)))


def _moment(shape: Shape, dice: Random) -> int:
    shares = list(accumulate(share for *_, share in shape))
    begins, ends, _ = shape[bisect_left(shares, dice.random() * shares[-1])]
    return round(dice.uniform(begins, ends) * MINUTE)


# --- how many come for what


def _popularity(layout: Layout, arrivals: Mapping[str, float]) -> tuple[list[Service], list[float]]:
    """Services with the running sum of how many come for each; a few are asked for often."""
    services: list[Service] = []
    weights: list[float] = []
    for lane, count in arrivals.items():
        own = list(_ranked(layout, lane))
        total = sum(share for _, share in own)
        services += [service for service, _ in own]
        weights += [count * share / total for _, share in own]
    return services, list(accumulate(weights))


def _ranked(layout: Layout, lane: str) -> Iterator[tuple[Service, float]]:
    own = (service for service in layout.services if service.lane == lane)
    for rank, service in enumerate(own):
        yield service, 1 / (rank + 2)


def _arrivals(layout: Layout, shape: Shape) -> dict[str, float]:
    """How many come for each lane when the clerks are to be busy `LOAD` of the time."""
    open_minutes = sum(ends - begins for begins, ends, _ in shape)
    room = {lane: share * open_minutes * LOAD for lane, share in _shares(layout).items()}
    found: dict[str, float] = {}
    # Visits of several stops first: they take room in other lanes as well.
    for lane in sorted(room, key=lambda lane: not _has_steps(layout, lane)):
        own = list(_ranked(layout, lane))
        if not own:
            continue
        total = sum(share for _, share in own)
        needs: dict[str, float] = {}
        for service, share in own:
            for where, minutes in _stops(service):
                needs[where] = needs.get(where, 0) + (minutes + OVERHEAD) * share / total
        found[lane] = max(min(room.get(at, 0) / need for at, need in needs.items()), 0.0)
        for at, need in needs.items():
            room[at] = room.get(at, 0) - need * found[lane]
    return {lane: count for lane, count in found.items() if count > 0}


def _has_steps(layout: Layout, lane: str) -> bool:
    return any(service.steps for service in layout.services if service.lane == lane)


def _stops(service: Service) -> Iterator[tuple[str, int]]:
    if not service.steps:
        yield service.lane, service.minutes
    for step in service.steps:
        yield step.lane, step.minutes


def _shares(layout: Layout) -> dict[str, float]:
    """How many windows' worth each lane has; a shared window is mostly for those without one."""
    owned = {w.lanes[0] for w in layout.windows if len(w.lanes) == 1}
    shares = dict.fromkeys((lane.id for lane in layout.lanes), 0.0)
    for window in layout.windows:
        if window.classes:
            continue
        weights = {lane: 0.1 if lane in owned else 1.0 for lane in window.lanes}
        for lane, weight in weights.items():
            shares[lane] += weight / sum(weights.values())
    return shares
