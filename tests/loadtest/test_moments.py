"""When things happened: gaps in the answers, what failed and what came late, of all processes."""

from __future__ import annotations

import pytest

from loadtest.moments import Moments


def moments(*answered: float) -> Moments:
    made = Moments()
    for at in answered:
        made.note(at, "POST", "call_next", 5, failed=False)
    return made


def test_the_longest_time_without_an_answer_counts_also_at_the_edges() -> None:
    """Answers at 1, 2 and 6 s: four seconds of silence, or five when one looks until 11 s."""
    made = moments(1.0, 2.0, 6.0)

    assert made.gap(1, 7) == pytest.approx(4)
    assert made.gap(1, 11) == pytest.approx(5)
    assert moments().gap(3, 10) == 7


def test_what_one_process_heard_is_no_gap_of_the_run() -> None:
    """Two processes are answered in turn."""
    one, other = moments(1, 3), moments(2, 4)

    one.add(Moments.from_json(other.to_json()))

    assert one.gap(1, 4) == pytest.approx(1)


def test_failures_lines_and_late_calls_are_counted_where_they_happened() -> None:
    """Before the fault nothing; in its seconds two requests, a line, a late call, a slow ticket."""
    made = moments(1)
    made.note(5.2, "POST", "take", 0, failed=True)
    made.note(5.9, "GET", "ticket", 0, failed=True)
    made.note(6.0, "WS", "board: line", 0, failed=True)
    made.note(6.5, "WS", "call on a board", 2500, failed=False)
    made.note(7.0, "WS", "call on a board", 25, failed=False)
    made.note(7.5, "SAID", "take", 2300, failed=False)

    assert made.between(5, 8)[:2] == (2, 1)
    assert made.between(5, 8)[3:] == (1, 2300)
    assert made.between(0, 4)[3:] == (0, 0)
