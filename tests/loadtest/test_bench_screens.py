"""The bench of screens: that it measures what it says, with real processes on a small load."""

from __future__ import annotations

import pytest

from loadtest.bench import BENCHES
from loadtest.bench_screens import Load, figures, run
from loadtest.screens import Screen
from loadtest.screens_floor import Sample

pytestmark = pytest.mark.anyio


async def test_a_press_is_timed_on_every_screen() -> None:
    """A server, an echo, one screen and then two: each row has a time and its floor."""
    found = await run([Load(1, 2, 0.05, 0.25), Load(2, 2, 0.05, 0.25)])

    assert [one["name"].split(" ÷ ")[0] for one in found] == [
        "press → frame, 1 screen, p50",
        "press → frame, 1 screen, p99",
        "press → frame, 2 screens, p50",
        "press → frame, 2 screens, p99",
        "press → frame, the last of 2 screens, p50",
    ]
    assert all(one["value"] > 0 and one["floor"] > 0 for one in found)


def test_only_the_median_of_one_screen_has_a_limit() -> None:
    """Three times the floor for one screen's median; the other rows are there to be known."""
    samples = [Sample(100, 200, 300)] * 2

    one = figures(Load(1, 2, 0, 0), [[1200.0], [1200.0]], samples)
    many = figures(Load(2, 2, 0, 0), [[900.0, 1500.0]] * 2, samples)

    assert [(row["ratio"], row["target"]) for row in one] == [(2.0, "<= 3"), (2.0, "")]
    assert [(row["ratio"], row["target"]) for row in many[2:]] == [(2.5, "")]
    assert {row["floor"] for row in one + many} == {600}


def test_a_frame_counts_only_after_the_press() -> None:
    """A ticket that stood on an older picture is not the call that was just pressed."""
    screen = Screen()
    screen.heard(10, b'{"next": ["A007"]}')
    screen.heard(20, b'{"calls": []}')
    screen.heard(30, b'{"calls": ["A007"]}')

    assert screen.first(15, b'"A007"') == 30
    assert screen.first(30, b'"A007"') == 0


def test_make_bench_measures_screens() -> None:
    """It stands in the table of benches."""
    assert BENCHES["screens"].run is run
