"""Percentiles: type 7 when every wait ended, Kaplan–Meier when some were cut short."""

from __future__ import annotations

from collections import Counter
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain.calling import MINUTE
from queue_server.domain.percentiles import Percentiles, kaplan_meier, percentiles

# Weeks of remission of leukaemia patients on 6-MP (Freireich and others, Blood 21, 1963), the
# example of most textbooks; and its estimate as they print it.
ENDED = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
CUT = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
PRINTED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}

waits = st.lists(st.integers(0, 5 * 60 * MINUTE), min_size=1, max_size=60)


def test_the_textbook_example() -> None:
    """To the three decimals that it is printed with, ties of ends and cuts included."""
    found = {week: round(share, 3) for week, share in kaplan_meier(ENDED, CUT)}
    assert found == PRINTED
    assert percentiles(ENDED, CUT).p50 == 23


def test_what_too_many_were_cut_short_to_say_is_not_said() -> None:
    """Of those patients more than a tenth had no relapse in sight when the study ended."""
    assert percentiles(ENDED, CUT) == Percentiles(23, None, None)
    assert percentiles([], Counter([5 * MINUTE])) == Percentiles(None, None, None)


def test_waits_beyond_an_hour_are_what_they_are() -> None:
    """Nothing wraps: of 75, 80 and 90 minutes, 80 is the middle."""
    found = percentiles([75 * MINUTE, 90 * MINUTE, 80 * MINUTE])
    assert found == Percentiles(80 * MINUTE, 88 * MINUTE, 89 * MINUTE)


def test_few_and_equal_waits() -> None:
    """Of nothing there is none, of one wait it is that, of equal ones too."""
    assert percentiles([]) == Percentiles(None, None, None)
    assert percentiles([7]) == Percentiles(7, 7, 7)
    assert percentiles([4, 4, 4, 4]) == Percentiles(4, 4, 4)


@given(waits)
def test_with_nobody_cut_short_it_is_what_spreadsheets_have(values: list[int]) -> None:
    """`statistics.quantiles`, inclusive, for lists and for counts."""
    cut = quantiles(values if len(values) > 1 else values * 2, n=100, method="inclusive")
    expected = Percentiles(round(cut[49]), round(cut[89]), round(cut[94]))
    assert percentiles(values) == expected
    assert percentiles(Counter(values), Counter()) == expected


@given(waits, waits)
def test_who_was_cut_short_never_makes_waits_look_shorter(ended: list[int], cut: list[int]) -> None:
    """Left out, each percentile would be at most the one that counts them."""
    seen = [value for value, share in kaplan_meier(Counter(ended), {}) if share <= 0.5 + 1e-9]
    found = percentiles(ended, Counter(cut)).p50
    assert found is None or found >= seen[0]


@given(waits)
def test_shares_fall_from_one_to_nothing(values: list[int]) -> None:
    """With all waits ended, the estimate is the plain share of longer ones."""
    for value, share in kaplan_meier(Counter(values), {}):
        assert share == pytest.approx(sum(other > value for other in values) / len(values))
