"""Appointments: written by a platform, looked up by their codes, used once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_server.archive.bookings import EARLY, LATE, Booking
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Unknown, Used
from queue_server.domain.calendar import Calendar
from tests.archive.halls import town_hall

TEN = 1_772_416_800_000
BOOKED = Booking(code="BK-2071", service="P1", appointed=TEN, class_="appointment", person="hash")


@pytest.fixture
def hall(configuration: Configuration) -> str:
    layout = town_hall()
    configuration.publish(layout, Calendar.always(), "test", 0)
    return layout.hall


def test_it_is_found_by_its_code_however_it_is_typed(
    configuration: Configuration, hall: str
) -> None:
    """In this hall only; said again, it is what was said last."""
    kept = configuration.bookings
    kept.put(hall, BOOKED)
    kept.put(hall, replace(BOOKED, code="bk-2071", appointed=TEN + 1))

    assert kept.find(hall, "bk-2071") == replace(BOOKED, appointed=TEN + 1)
    assert kept.find(hall, "BK-2072") is None
    assert kept.find("elsewhere", "BK-2071") is None


def test_how_it_stands(configuration: Configuration) -> None:
    """Early, due and late by the clock; used and cancelled whatever the clock says."""
    moments = (TEN - EARLY - 1, TEN - EARLY, TEN, TEN + LATE, TEN + LATE + 1)
    assert [BOOKED.standing(at) for at in moments] == ["early", "due", "due", "due", "late"]
    cancelled = replace(BOOKED, cancelled=True)
    assert cancelled.standing(TEN) == "cancelled"
    assert replace(cancelled, ticket="A001", day="d").standing(TEN) == "used"


def test_the_first_use_stays(configuration: Configuration, hall: str) -> None:
    """What was used is neither used again, nor changed, nor cancelled."""
    kept = configuration.bookings
    kept.put(hall, BOOKED)
    kept.use(hall, "bk-2071", "2026-03-02", "B001")
    kept.use(hall, "BK-2071", "2026-03-02", "B002")
    kept.use(hall, "nobody's", "2026-03-02", "B003")

    assert kept.find(hall, "BK-2071") == replace(BOOKED, day="2026-03-02", ticket="B001")
    with pytest.raises(Used):
        kept.put(hall, BOOKED)
    with pytest.raises(Used):
        kept.cancel(hall, "BK-2071")


def test_a_cancelled_one_may_be_booked_again(configuration: Configuration, hall: str) -> None:
    """Cancelling twice is no mistake; cancelling what nobody booked is one."""
    kept = configuration.bookings
    kept.put(hall, BOOKED)
    kept.cancel(hall, "BK-2071")
    kept.cancel(hall, "bk-2071")
    assert kept.find(hall, "BK-2071") == replace(BOOKED, cancelled=True)

    kept.put(hall, BOOKED)
    assert kept.find(hall, "BK-2071") == BOOKED
    with pytest.raises(Unknown):
        kept.cancel(hall, "BK-2072")


def test_those_of_a_day_are_listed(configuration: Configuration, hall: str) -> None:
    """From its first moment on, and not those of the next."""
    kept = configuration.bookings
    for code, at in (("late", TEN + 9), ("next", TEN + 10), ("first", TEN), ("before", TEN - 1)):
        kept.put(hall, replace(BOOKED, code=code, appointed=at))

    assert [one.code for one in kept.between(hall, TEN, TEN + 10)] == ["FIRST", "LATE"]
