"""The calling rule gives the waits that its science predicts, on the real functions.

A smaller run of `loadtest/bench_science.py`. With 20,000 customers the standard error of a mean
is about .04 (high) and .015 (low); four of them, and the reference's own error, bound the test:
with the right rule it fails once in 15,000 seeds, and the seed is fixed. First come first
served, or strict priority, would be 10 errors or more away.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from loadtest.bench_science import CASES, Case, erlang_c_wait, measure, timetable

pytestmark = pytest.mark.anyio

CUSTOMERS = 20_000
ERRORS = 4


@pytest.mark.parametrize(
    ("rate", "windows", "wait"),
    [(0.8, 1, 4.0), (1.6, 2, 1.777778), (2.4, 3, 1.078652), (4.5, 5, 1.524986), (8, 10, 0.20459)],
)
def test_the_control_is_erlangs(rate: float, windows: int, wait: float) -> None:
    """The known mean wait that the measurement is held against."""
    assert erlang_c_wait(rate, windows) == pytest.approx(wait, abs=1e-6)


def test_a_timetable_is_in_order_and_serves_nobody_twice() -> None:
    """Commands in the order of time; a window is done once for each customer it got."""
    moments = list(timetable(CASES[1], 2000, Random(1)))

    assert all(one[0] <= other[0] for one, other in pairwise(moments))
    taken = sum(verb == "take" for _, verb, _ in moments)
    assert taken == 2000
    assert taken - CASES[1].windows * 40 < sum(verb == "finish" for _, verb, _ in moments) <= taken


@pytest.mark.parametrize("case", [CASES[1], CASES[5]], ids=lambda case: case.name)
async def test_head_start(redis_url: str, case: Case) -> None:
    """Both classes wait as long as the head start makes them."""
    found = await measure(redis_url, case, CUSTOMERS)

    within = ERRORS * found.error_high + case.error_high
    assert found.high == pytest.approx(case.wait_high, abs=within)
    within = ERRORS * found.error_low + case.error_low
    assert found.low == pytest.approx(case.wait_low, abs=within)
    # First come first served would give both the same.
    assert found.low - found.high > 5 * (found.error_low + found.error_high)
