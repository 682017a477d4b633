"""How long will I wait: a range, from a view. Minutes, people and windows; no clock.

The estimate is the log-linear blend of three signals (science.md §3): what the queue length says
(QL), how long the first in line has waited (HOL), and the mean wait of the last five called. The
range is that of a Gamma distribution, W ~ Gamma(n + 1, rate c / s) for n people ahead, c open
windows and s minutes each; it is rough until there is a history to learn from.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from statistics import NormalDist

from queue_server.domain.calling import HOUR, MINUTE
from queue_server.domain.layout import ORDINARY
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView

INTERCEPT, BY_LENGTH, BY_HEAD, BY_LAST = 0.512, 0.578, 0.071, 0.175
LOW, HIGH = 0.1, 0.9
# The plan counts as much as ten calls: a lane's first calls must not swing the estimate.
PLAN_WEIGHT = 10
# From here on a shape is so large that the cube-root approximation is exact to a few seconds.
LARGE_SHAPE = 200
STEP = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait in minutes: the likely value, and the range that holds in four of five cases."""

    minutes: float
    low: float
    high: float

    def outward(self) -> tuple[int, int]:
        """The range as it is shown: rounded outward to five minutes."""
        low = math.floor(self.low / STEP) * STEP
        return low, max(math.ceil(self.high / STEP) * STEP, low + STEP)


@dataclass(frozen=True, slots=True)
class Signals:
    """What can be seen of a lane. All in minutes, but for people `ahead` and open `windows`."""

    ahead: int
    windows: int
    service: float
    head_age: float
    last_five: float

    @property
    def queue_length(self) -> float:
        """QL: s(n + 1) / c."""
        return self.service * (self.ahead + 1) / self.windows


def blend(seen: Signals) -> float:
    """log(W + 1) = 0.512 + 0.578 log(QL + 1) + 0.071 log(HOL + 1) + 0.175 log(last5 + 1)."""
    return math.expm1(
        INTERCEPT
        + BY_LENGTH * math.log1p(seen.queue_length)
        + BY_HEAD * math.log1p(seen.head_age)
        + BY_LAST * math.log1p(seen.last_five)
    )


def gamma_quantile(share: float, ahead: int, windows: int, service: float) -> float:
    """The wait (minutes) that `share` of visitors with so many ahead do not exceed."""
    return service / windows * _standard_quantile(share, ahead + 1)


@lru_cache(maxsize=4096)
def _standard_quantile(share: float, shape: int) -> float:
    if shape > LARGE_SHAPE:
        # Wilson and Hilferty 1931: the cube root of a Gamma variate is nearly normal.
        z = NormalDist().inv_cdf(share)
        return shape * (1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3
    low, high = 0.0, 10.0 * shape
    for _ in range(60):
        middle = (low + high) / 2
        if _erlang_cdf(middle, shape) < share:
            low = middle
        else:
            high = middle
    return low


def _erlang_cdf(x: float, shape: int) -> float:
    """P(Gamma(shape, 1) ≤ x) for a whole shape: one minus the first terms of a Poisson."""
    term = total = math.exp(-x)
    for k in range(1, shape):
        term *= x / k
        total += term
    return 1 - total


def estimate(seen: Signals) -> Estimate | None:
    """The wait to expect; None when no window is open: then nobody knows."""
    if not seen.windows:
        return None
    likely = blend(seen)
    low, high = (
        gamma_quantile(share, seen.ahead, seen.windows, seen.service) for share in (LOW, HIGH)
    )
    return Estimate(likely, min(low, likely), max(high, likely))


def signals(view: HallView, lane: str, class_: str, ahead: int, now: int) -> Signals:
    """What is seen of a lane at `now` (Unix ms) by somebody with so many people ahead."""
    windows = sum(1 for _ in view.open_windows(lane, class_))
    calls = view.lane_calls.get(lane, ())
    waiting = view.by_lane.get(lane, ())
    last = [call.wait / MINUTE for call in calls[-5:]]
    recent = len(calls) - bisect_right(calls, now - HOUR, key=attrgetter("at"))
    watched = min(now - view.opened, HOUR) / MINUTE
    planned = view.plan.lane_minutes(lane) if lane in view.plan.lane else PLAN_WEIGHT
    return Signals(
        ahead=ahead,
        windows=windows,
        service=(PLAN_WEIGHT * planned + windows * watched * bool(recent)) / (PLAN_WEIGHT + recent),
        head_age=max(now - min(t.since for t in waiting), 0) / MINUTE if waiting else 0.0,
        last_five=sum(last) / len(last) if last else 0.0,
    )


def for_ticket(view: HallView, ticket: Ticket, now: int) -> Estimate | None:
    """The wait that is still before a ticket; None when it does not wait or nobody knows."""
    if ticket.state is not State.WAITING:
        return None
    return estimate(signals(view, ticket.lane, ticket.class_, view.ahead(ticket), now))


def for_newcomer(view: HallView, lane: str, now: int, class_: str = ORDINARY) -> Estimate | None:
    """The wait of somebody who would take a ticket now."""
    counts_from = now - view.plan.head_start.get(class_, 0)
    ahead = sum(t.counts_from <= counts_from for t in view.by_lane.get(lane, ()))
    return estimate(signals(view, lane, class_, ahead, now))
