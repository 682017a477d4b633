"""By when something is due that is counted in a hall's working days. Pure.

The day on which it begins is not counted, as deadlines are counted by law (民法典 Art. 201), and
the last one counts to the end of its hours. Working days are those on which the hall opens by its
calendar, made-up ones (调休上班日) included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from queue_server.domain.calendar import HORIZON, WHOLE_DAY, Calendar
from queue_server.domain.civil import date_of, moment


def due(calendar: Calendar, zone: ZoneInfo, at: int, days: int) -> int:
    """The end of working day number `days` (from 1) after the date of `at`; both in Unix ms.

    Where the calendar does not know that many within 400 days, plain days are counted.
    """
    found = list(islice(_working_days(calendar, date_of(at, zone)), days))
    if len(found) < days:
        return moment(date_of(at, zone) + timedelta(days=days), WHOLE_DAY, zone)
    return moment(found[-1], calendar.hours_on(found[-1])[-1][1], zone)


def _working_days(calendar: Calendar, day: date) -> Iterator[date]:
    for ahead in range(1, HORIZON):
        if calendar.opens_day(later := day + timedelta(days=ahead)):
            yield later
