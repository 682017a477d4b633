"""Buckets fill again, and stay few."""

from __future__ import annotations

import pytest

from queue_server.api.limits import Buckets, Rate, Seats
from queue_server.api.problems import TooMany


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Seconds()
    buckets, rate = Buckets(clock), Rate(2, 0.5)
    buckets.take("link", "a", rate)
    buckets.take("link", "a", rate)
    with pytest.raises(TooMany) as refused:
        buckets.take("link", "a", rate)
    assert refused.value.after == 2

    buckets.take("link", "b", rate)
    clock.now = 2
    buckets.take("link", "a", rate)


def test_memory_is_bounded() -> None:
    buckets = Buckets(Seconds(), most=100)
    for number in range(1000):
        buckets.take("link", str(number), Rate(1, 1))
    assert len(buckets) == 100


def test_seats_are_given_back() -> None:
    seats = Seats(1)
    assert seats.sit("a")
    assert not seats.sit("a")
    assert seats.sit("b")
    seats.rise("a")
    assert seats.sit("a")
