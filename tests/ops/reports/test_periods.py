"""Which dates a report is about."""

from __future__ import annotations

from datetime import date

import pytest

from ops.reports.periods import before, period
from queue_server.archive.errors import Invalid


def told(*words: str) -> tuple[str, str, str]:
    found = period(*words)
    return str(found.first), str(found.last), found.label


def test_a_period_has_the_dates_around_its_date() -> None:
    """Weeks begin on Monday, and are those of ISO 8601; months have the days that they have."""
    assert told("day", "2026-11-22") == ("2026-11-22", "2026-11-22", "2026-11-22")
    assert told("week", "2026-11-22") == ("2026-11-16", "2026-11-22", "2026-W47")
    assert told("week", "2027-01-01") == ("2026-12-28", "2027-01-03", "2026-W53")
    assert told("month", "2028-02-10") == ("2028-02-01", "2028-02-29", "2028-02")
    free = told("free", "", "2026-01-31", "2026-02-01")
    assert free == ("2026-01-31", "2026-02-01", "2026-01-31--2026-02-01")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("year", "2026-01-01"), "period"),
        (("day", ""), "date"),
        (("day", "22.11.2026"), "date"),
        (("day", "20261122"), "date"),
        (("day", "2026-02-30"), "date"),
        (("week", "9999-12-31"), "date"),
        (("month", "2026-01-01", "2026-01-02"), "first"),
        (("month", "2026-01-01", "", "2026-01-02"), "last"),
        (("free", "2026-01-01", "2026-01-01", "2026-01-02"), "date"),
        (("free", "", "", "2026-01-02"), "first"),
        (("free", "", "2026-01-02", "2026-01-01"), "last"),
        (("free", "", "2016-01-01", "2026-01-01"), "last"),
    ],
)
def test_dates_that_make_no_sense_are_refused(words: tuple[str, ...], field: str) -> None:
    """With the word that is wrong; reversed ones and ten years are among them."""
    with pytest.raises(Invalid) as said:
        period(*words)
    assert said.value.field == field


def test_the_period_before_is_over() -> None:
    """On its last day a month is not."""
    assert before("month", date(2026, 1, 31)).label == "2025-12"
    assert before("week", date(2026, 11, 23)).label == "2026-W47"
    assert before("day", date(2026, 3, 1)).label == "2026-02-28"
