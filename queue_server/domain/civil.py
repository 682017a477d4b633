"""The wall clock of a hall and Unix milliseconds, in both directions. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Wall-clock `minutes` after midnight of `day` as Unix ms; 1440 is the next midnight.

    A time that the clocks skip counts as the same time before they were put forward; of a time
    that comes twice, the first is meant (PEP 495, fold=0).
    """
    # Aware arithmetic in one zone is wall-clock arithmetic: a day may have 23 or 25 hours.
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    return int(wall.timestamp() * 1000)


def date_of(at: int, zone: ZoneInfo) -> date:
    """The civil date at `at` (Unix ms)."""
    return datetime.fromtimestamp(at / 1000, zone).date()
