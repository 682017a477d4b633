"""What a hall is judged by, each measure once: for the live view, for reports, for recounts.

Pure: read off a tally (`tallies.py` says what is counted), so a lane's day and a city's year are
measured alike. Durations are ms; a share is from 0 to 1, and None where there is nothing to share.

**How unfinished waits count.** A stage that ended without a call (cancelled, expired, sent
elsewhere) or still stands without one counts as a wait of *at least* its length. How many these
are is always told beside. Percentiles are then Kaplan–Meier estimates (`percentiles.py`), and None
when too many were cut short to say. `mean` is that of the called ones; `mean_at_least` takes the
others in with the length that is known, so the true mean is no less. Within the target is who was
called in time; a wait that was cut short counts as beyond it once it was longer, and as neither
before.
"""

from __future__ import annotations

from dataclasses import dataclass

from queue_server.domain.calling import MINUTE
from queue_server.domain.percentiles import percentiles
from queue_server.domain.tallies import Spread, Tally

#: Called within this counts as in time, where nobody set another target.
TARGET = 15 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Lengths of one kind, in ms; None where there are none."""

    count: int
    total: int
    mean: int | None
    p50: int | None
    p90: int | None
    p95: int | None
    longest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits(Durations):
    """Waits: `count`, `total`, `mean` and `longest` are of those that ended with a call.

    `cut` were cut short: `abandoned` (cancelled), `expired` (the day ended first), `moved` (sent
    elsewhere), or still `standing`. With these in: `mean_at_least`, `longest_at_least` and the
    percentiles, which are `estimated` as soon as there are any. `within` and `beyond` the target.
    """

    cut: int
    cut_share: float | None
    abandoned: int
    expired: int
    moved: int
    standing: int
    mean_at_least: int | None
    longest_at_least: int | None
    estimated: bool
    within: int
    beyond: int
    within_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What came of the calls: `missed` nobody came to, `recalled` ones were said again at least
    once (`recalls` times in all).

    `passed` is how often somebody's later comer was called first: `passed_people` had it happen,
    one of them `passed_most` times.
    """

    count: int
    missed: int
    missed_share: float | None
    recalled: int
    recalled_share: float | None
    recalls: int
    passed: int
    passed_people: int
    passed_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """How visits ended; `unfinished` have not. `no_show` is of those whose last word it was."""

    count: int
    served: int
    no_show: int
    cancelled: int
    expired: int
    unfinished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Windows' time in ms: `open` is busy or idle, and a pause is not open. `occupancy` is the
    busy share of the open time; `quick` were served without a ticket."""

    count: int
    open: int
    busy: int
    idle: int
    paused: int
    occupancy: float | None
    calls: int
    quick: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All measures of one group. `hold` is of the stages that were held at all."""

    waits: Waits
    walk: Durations
    service: Durations
    hold: Durations
    calls: Calls
    visits: Visits
    seats: Seats


def measures(tally: Tally, target: int = TARGET) -> Measures:
    """Read everything off a tally; `target` in ms."""
    return Measures(
        waits=waits(tally, target),
        walk=durations(tally.walk),
        service=durations(tally.service),
        hold=durations(tally.hold),
        calls=_calls(tally),
        visits=_visits(tally),
        seats=_seats(tally),
    )


def durations(spread: Spread) -> Durations:
    """Mean, percentiles and the longest."""
    count, found = spread.count, percentiles(spread.counts)
    return Durations(
        count=count,
        total=spread.total,
        mean=_mean(spread.total, count),
        p50=found.p50,
        p90=found.p90,
        p95=found.p95,
        longest=spread.longest if count else None,
    )


def waits(tally: Tally, target: int = TARGET) -> Waits:
    """The waits, by the rule above for those that were cut short."""
    ended, cut = tally.wait, tally.cut
    count, short = ended.count, cut.count
    found = percentiles(ended.counts, cut.counts)
    within = sum(n for value, n in ended.counts.items() if value <= target)
    beyond = count - within + sum(n for value, n in cut.counts.items() if value > target)
    return Waits(
        count=count,
        total=ended.total,
        mean=_mean(ended.total, count),
        p50=found.p50,
        p90=found.p90,
        p95=found.p95,
        longest=ended.longest if count else None,
        cut=short,
        cut_share=share(short, count + short),
        abandoned=tally.abandoned,
        expired=tally.expired,
        moved=tally.moved,
        standing=tally.standing,
        mean_at_least=_mean(ended.total + cut.total, count + short),
        longest_at_least=max(ended.longest, cut.longest) if count + short else None,
        estimated=short > 0,
        within=within,
        beyond=beyond,
        within_share=share(within, within + beyond),
    )


def share(part: int, whole: int) -> float | None:
    """A part of a whole, None of nothing."""
    return part / whole if whole else None


def _mean(total: int, count: int) -> int | None:
    return round(total / count) if count else None


def _calls(tally: Tally) -> Calls:
    called = tally.wait.count
    return Calls(
        count=called,
        missed=tally.missed,
        missed_share=share(tally.missed, called),
        recalled=tally.recalled,
        recalled_share=share(tally.recalled, called),
        recalls=tally.recalls,
        passed=tally.passed,
        passed_people=tally.passed_people,
        passed_most=tally.passed_most,
    )


def _visits(tally: Tally) -> Visits:
    ended = tally.served + tally.no_show + tally.cancelled + tally.left
    return Visits(
        count=tally.visits,
        served=tally.served,
        no_show=tally.no_show,
        cancelled=tally.cancelled,
        expired=tally.left,
        unfinished=tally.visits - ended,
    )


def _seats(tally: Tally) -> Seats:
    opened = tally.busy + tally.idle
    return Seats(
        count=tally.seats,
        open=opened,
        busy=tally.busy,
        idle=tally.idle,
        paused=tally.paused,
        occupancy=share(tally.busy, opened),
        calls=tally.calls,
        quick=tally.quick,
    )
