"""Deadlines in working days: by the hall's own calendar."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from queue_server.domain.calendar import Calendar, WorkingDay
from queue_server.domain.deadlines import due

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


def test_the_day_itself_is_not_counted() -> None:
    """Rated on a Monday at any hour, five working days end on the next Monday at closing."""
    for time in ("00:00:00", "07:00:00", "23:59:59"):
        found = due(Calendar(), CHINA, at(f"2026-03-02T{time}"), 5)
        assert found == at("2026-03-09T17:30:00")


def test_holidays_do_not_count_and_made_up_days_do() -> None:
    """National Day: closed from the 1st to the 7th, and a Saturday that is worked for it."""
    calendar = Calendar(
        holidays=tuple(date(2026, 10, day) for day in range(1, 8)),
        working_days=(WorkingDay(date(2026, 10, 10), ((9 * 60, 12 * 60),)),),
    )
    begins = at("2026-09-30T10:00:00")

    assert due(calendar, CHINA, begins, 2) == at("2026-10-09T17:30:00")
    assert due(calendar, CHINA, begins, 3) == at("2026-10-10T12:00:00")
    assert due(calendar, CHINA, begins, 4) == at("2026-10-12T17:30:00")


def test_a_hall_without_working_days_counts_plain_days() -> None:
    """A hall that was closed for good still owes an answer."""
    never = Calendar(week=((),) * 7)
    assert due(never, CHINA, at("2026-03-02T10:00:00"), 5) == at("2026-03-08T00:00:00")
