"""The bench of many busy halls: that it measures what it says, with real processes, few."""

from __future__ import annotations

import pytest

from loadtest.bench import BENCHES
from loadtest.bench_halls import Halls, Press, run, showing

pytestmark = pytest.mark.anyio


async def test_busy_halls_are_held_against_calm_ones() -> None:
    """Two halls of two windows, calm and then busier: each figure has both times."""
    found = await run(Halls(halls=2, windows=2, served=1, calm=(4, 0.5), busy=(8, 0.5)))

    assert [one["name"] for one in found] == [
        "press → frame, 8 calls/s in 2 halls, p50 ÷ 4 call/s",
        "press → frame, 8 calls/s in 2 halls, p99 ÷ 4 call/s",
    ]
    assert all(one["value"] > 0 and one["floor"] > 0 for one in found)
    assert [one["target"] for one in found] == ["", "<= 4"]


def test_a_call_is_to_be_seen_on_its_sign_and_on_its_halls_boards() -> None:
    """Twenty screens a hall: eighteen signs, then two boards."""
    assert showing(Press(0, "A001", hall=0, window=1), Halls()) == [0, 18, 19]
    assert showing(Press(0, "A001", hall=2, window=18), Halls()) == [57, 58, 59]


def test_make_bench_measures_the_halls() -> None:
    """It stands in the table of benches."""
    assert BENCHES["halls"].run is run
