"""The first predictor: the published blend, and the published quantiles."""

from __future__ import annotations

import math

import pytest

from queue_server.domain.calling import HOUR, MINUTE
from queue_server.domain.facts import Call, WindowView
from queue_server.domain.layout import Layout
from queue_server.domain.predictors import (
    Estimate,
    Signals,
    blend,
    estimate,
    gamma_quantile,
    signals,
)
from queue_server.domain.view import HallView


@pytest.mark.parametrize(
    ("windows", "ahead", "low", "median", "high"),
    [(5, 9, 12.44, 19.34, 28.41), (3, 4, 8.11, 15.57, 26.65)],
)
def test_gamma_quantiles_are_those_of_science(
    windows: int, ahead: int, low: float, median: float, high: float
) -> None:
    """science.md §3: ten minutes a visitor."""
    found = [gamma_quantile(share, ahead, windows, 10) for share in (0.1, 0.5, 0.9)]

    assert found == pytest.approx([low, median, high], abs=0.005)


def test_a_long_queue_uses_the_same_distribution() -> None:
    """The approximation for many people meets the exact one where they join."""
    exact, rough = (gamma_quantile(0.9, ahead, 4, 10) for ahead in (199, 200))

    assert 1.0045 < rough / exact < 1.005


def test_the_blend_is_the_published_line() -> None:
    """log(W + 1) of an empty lane is the intercept and the queue-length term."""
    seen = Signals(ahead=0, windows=1, service=10, head_age=0, last_five=0)

    assert math.log1p(blend(seen)) == pytest.approx(0.512 + 0.578 * math.log(11))


def test_only_the_last_hour_says_how_quick_a_lane_is(layout: Layout) -> None:
    """A call of exactly an hour ago is not of the last hour; one a moment later is. The last five
    waits are told however long ago they were."""
    now, lane = 3 * HOUR, layout.lanes[0].id
    ages = (2 * HOUR, HOUR, HOUR - 1, MINUTE, 0)
    calls = tuple(
        Call(now - age, seq, f"A{seq:03}", "1", lane, "ordinary", seq * MINUTE)
        for seq, age in enumerate(ages)
    )
    windows = {"1": WindowView(number="1", state="open")}

    seen = signals(HallView(layout=layout, windows=windows, calls=calls), lane, "ordinary", 0, now)

    planned = layout.lane_minutes(lane)
    assert seen.service == pytest.approx((10 * planned + 60) / (10 + 3))
    assert seen.last_five == 2


def test_nobody_knows_when_no_window_is_open() -> None:
    """Unknown is said, not a number."""
    assert estimate(Signals(ahead=3, windows=0, service=10, head_age=5, last_five=5)) is None


def test_the_range_holds_the_estimate_and_is_shown_outward() -> None:
    """Five-minute steps, never narrower than what was computed."""
    found = estimate(Signals(ahead=9, windows=5, service=10, head_age=20, last_five=20))

    assert found is not None
    assert found.low <= found.minutes <= found.high
    assert Estimate(12, 12.4, 28.4).outward() == (10, 30)
