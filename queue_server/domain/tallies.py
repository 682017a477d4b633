"""Count rows of stages, visits and seats, so that measures can be read off and days can be added.

Pure. What each measure counts is its line in this module; how they are read stands in
`measures.py`. Durations are ms, times Unix ms.
"""

# What a row's fields mean stands above them, in one sentence for all.
# ruff: noqa: D102

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Protocol

from queue_server.domain.calling import MINUTE

#: A wait that nobody closed (the machine died, say) grows no longer than a day.
LONGEST = 24 * 60 * MINUTE


#: Outcomes of somebody who was at the window.
THERE = ("served", "transferred")


class Stage(Protocol):
    """One wait of a ticket and what came of it; times in Unix ms, 0 for "not yet".

    `wait` is until the call, or until it ended without one. `outcome` says how the stage ended.
    """

    @property
    def since(self) -> int: ...
    @property
    def called(self) -> int: ...
    @property
    def started(self) -> int: ...
    @property
    def ended(self) -> int: ...
    @property
    def wait(self) -> int: ...
    @property
    def walk(self) -> int: ...
    @property
    def service_time(self) -> int: ...
    @property
    def hold(self) -> int: ...
    @property
    def recalls(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def outcome(self) -> str: ...


class Visit(Protocol):
    """A visit; `state` is the one it ended in, or that it is in."""

    @property
    def state(self) -> str: ...


class Seat(Protocol):
    """A clerk's time at a window, in ms: open and not paused is busy or idle."""

    @property
    def busy(self) -> int: ...
    @property
    def idle(self) -> int: ...
    @property
    def paused(self) -> int: ...
    @property
    def calls(self) -> int: ...
    @property
    def quick(self) -> int: ...


@dataclass(slots=True)
class Spread:
    """Durations, counted: the length → how many. Lengths may be those of a sketch's buckets;
    `total` and `longest` are exact all the same."""

    counts: Counter[int] = field(default_factory=Counter)
    total: int = 0
    longest: int = 0

    @classmethod
    def of(cls, durations: Sequence[int]) -> Spread:
        """Of these durations in ms."""
        return cls(Counter(durations), sum(durations), max(durations, default=0))

    @property
    def count(self) -> int:
        """How many there are."""
        return self.counts.total()

    def add(self, other: Spread) -> None:
        """Take in those of another."""
        self.counts.update(other.counts)
        self.total += other.total
        self.longest = max(self.longest, other.longest)


@dataclass(slots=True, kw_only=True)
class Tally:
    """Everything that the measures are read off; plain sums, so that tallies add up.

    `wait` are the waits that ended with a call, `cut` those that did not, which are `abandoned`,
    `expired`, `moved` or still `standing`.
    """

    wait: Spread = field(default_factory=Spread)
    cut: Spread = field(default_factory=Spread)
    walk: Spread = field(default_factory=Spread)
    service: Spread = field(default_factory=Spread)
    hold: Spread = field(default_factory=Spread)

    abandoned: int = 0
    expired: int = 0
    moved: int = 0
    standing: int = 0
    missed: int = 0
    recalled: int = 0
    recalls: int = 0
    passed: int = 0
    passed_people: int = 0
    #: The one number that is no sum: the most that anybody was passed.
    passed_most: int = 0

    visits: int = 0
    served: int = 0
    no_show: int = 0
    cancelled: int = 0
    left: int = 0

    seats: int = 0
    busy: int = 0
    idle: int = 0
    paused: int = 0
    calls: int = 0
    quick: int = 0

    def add(self, other: Tally) -> None:
        """Take in another."""
        for name in SPREADS:
            getattr(self, name).add(getattr(other, name))
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.passed_most = max(self.passed_most, other.passed_most)


SPREADS = ("wait", "cut", "walk", "service", "hold")
SUMS = tuple(one.name for one in fields(Tally) if one.name not in (*SPREADS, "passed_most"))


def tally(
    stages: Iterable[Stage] = (),
    visits: Iterable[Visit] = (),
    seats: Iterable[Seat] = (),
    now: int = 0,
) -> Tally:
    """Count these rows. `now` (Unix ms) is until when those who still stand have waited."""
    found = Tally()
    _count_stages(found, list(stages), now)
    _count_visits(found, list(visits))
    _count_seats(found, list(seats))
    return found


def _count_stages(found: Tally, stages: Sequence[Stage], now: int) -> None:
    called = [stage for stage in stages if stage.called]
    cut = [stage for stage in stages if not stage.called]
    started = [stage for stage in called if stage.started]
    found.wait = Spread.of([stage.wait for stage in called])
    found.cut = Spread.of([waited(stage, now) for stage in cut])
    # Who was called and did not come walked nowhere; a service that goes on has no length yet.
    found.walk = Spread.of([stage.walk for stage in started])
    found.service = Spread.of([stage.service_time for stage in called if _was_served(stage)])
    found.hold = Spread.of([stage.hold for stage in stages if stage.hold])
    found.standing = sum(not stage.ended for stage in cut)
    found.abandoned = sum(stage.outcome == "cancelled" for stage in cut if stage.ended)
    found.expired = sum(stage.outcome == "expired" for stage in cut if stage.ended)
    found.moved = len(cut) - found.standing - found.abandoned - found.expired
    found.missed = sum(stage.outcome == "no_show" for stage in called)
    found.recalled = sum(stage.recalls > 0 for stage in called)
    found.recalls = sum(stage.recalls for stage in called)
    found.passed = sum(stage.passed for stage in stages)
    found.passed_people = sum(stage.passed > 0 for stage in stages)
    found.passed_most = max((stage.passed for stage in stages), default=0)


def _was_served(stage: Stage) -> bool:
    # Some windows never press start: whoever was done there was served from the call on.
    return bool(stage.ended and (stage.started or stage.outcome in THERE))


def waited(stage: Stage, now: int) -> int:
    """How long a stage has waited: until its call or its end, or until `now` when it stands."""
    if stage.called or stage.ended:
        return stage.wait
    return max(stage.wait, min(now - stage.since, LONGEST))


def _count_visits(found: Tally, visits: Sequence[Visit]) -> None:
    states = Counter(str(visit.state) for visit in visits)
    found.visits = len(visits)
    found.served, found.no_show = states["served"], states["no_show"]
    found.cancelled, found.left = states["cancelled"], states["expired"]


def _count_seats(found: Tally, seats: Sequence[Seat]) -> None:
    found.seats = len(seats)
    for name in ("busy", "idle", "paused", "calls", "quick"):
        setattr(found, name, sum(getattr(seat, name) for seat in seats))
