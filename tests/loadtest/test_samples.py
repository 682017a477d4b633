"""Samples are counted, merged and read as percentiles; what failed is no sample of a duration."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loadtest.samples import Key, Samples, percentile, rounded

TAKE = Key("calm", "POST", "take")


def test_percentiles_are_by_nearest_rank() -> None:
    """Of 1 … 100 ms, the median is 50 and the last but one 99."""
    times = Counter(map(float, range(1, 101)))

    assert [percentile(times, share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert math.isnan(percentile(Counter(), 0.5))


def test_what_failed_is_an_error_and_no_duration() -> None:
    """A refused connection says nothing about how long a ticket takes."""
    samples = Samples()
    samples.note(TAKE, 12, "503 UNAVAILABLE")

    assert samples.of("POST", "take").total() == 0
    assert samples.errors[TAKE] == {"503 UNAVAILABLE": 1}


def test_two_processes_are_one_run() -> None:
    """What they counted is added up, through JSON."""
    one, other = Samples(), Samples()
    one.note(TAKE, 3.14)
    other.note(TAKE, 3.14)
    other.note(Key("trouble", "POST", "take"), 900)

    one.add(Samples.from_json(other.to_json()))

    assert one.of("POST", "take", ("calm",)) == {3.1: 2}
    assert one.of("POST", "take").total() == 3
    assert one.names() == [("POST", "take")]


def test_it_is_known_from_when_to_when_something_failed() -> None:
    """In one process or in several: the first and the last second."""
    one, other = Samples(), Samples()
    one.note(TAKE, 0, "503", at=12.0)
    other.note(TAKE, 0, "503", at=9.5)
    other.note(TAKE, 0, "503", at=14.0)

    one.add(Samples.from_json(other.to_json()))

    assert one.spans[(TAKE, "503")] == (9.5, 14.0)


@given(st.floats(0, 1e6))
def test_rounding_keeps_three_figures(ms: float) -> None:
    """Never further off than 1 % or a twentieth of a millisecond."""
    assert abs(rounded(ms) - ms) <= max(ms * 0.055, 0.051)
