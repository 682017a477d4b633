"""When a hall is open, by civil date on the wall clock of its own time zone.

Pure: the moment comes in as an argument. A *day* opens at the first minute of its hours and ends
with the last; lunch lies between two spans of hours and does not close the day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

from queue_server.domain.civil import date_of, moment
from queue_server.domain.layout_problems import Problem

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY = 24 * 60

#: Spans of one day in order, each `(begins, ends)` in wall-clock minutes since midnight.
Hours = tuple[tuple[int, int], ...]
ALL_DAY: Hours = ((0, WHOLE_DAY),)
OFFICE_HOURS: Hours = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))

#: How many days `next_day` looks ahead: longer than any holiday, and a bound on its work.
HORIZON = 400


@dataclass(frozen=True, slots=True)
class OpenDay:
    """One opening of a hall: its civil date, and from and until when it is open (Unix ms)."""

    date: date
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A date with hours of its own: a made-up working day (调休上班日), or a shortened day."""

    date: date
    hours: Hours = OFFICE_HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A hall's opening hours. `week` has seven entries, Monday first; no hours means closed.

    A holiday closes its date whatever the weekday; a working day replaces the weekday's hours.
    """

    week: tuple[Hours, ...] = (OFFICE_HOURS,) * 5 + ((), ())
    holidays: tuple[date, ...] = ()
    working_days: tuple[WorkingDay, ...] = ()

    @classmethod
    def always(cls) -> Self:
        """A hall that is open at any hour of any day; its days change at midnight."""
        return cls(week=(ALL_DAY,) * 7)

    def hours_on(self, day: date) -> Hours:
        """The spans of this date in minutes since midnight; none when the hall stays closed."""
        if day in self.holidays:
            return ()
        for working in self.working_days:
            if working.date == day:
                return working.hours
        return self.week[day.weekday()]

    def opens_day(self, day: date) -> bool:
        """Whether the hall has a day on this date at all."""
        return bool(self.hours_on(day))

    def is_open(self, at: int, zone: ZoneInfo) -> bool:
        """Whether the hall's hours say open at `at` (Unix ms); not so during lunch."""
        day = date_of(at, zone)
        return any(
            moment(day, begins, zone) <= at < moment(day, ends, zone)
            for begins, ends in self.hours_on(day)
        )

    def at_lunch(self, at: int, zone: ZoneInfo) -> bool:
        """Whether the day goes on, but between two spans of its hours."""
        return self.day_of(at, zone) is not None and not self.is_open(at, zone)

    def day_of(self, at: int, zone: ZoneInfo) -> OpenDay | None:
        """The day that should be open at `at` (Unix ms), lunch included; None when closed."""
        day = self._day_on(date_of(at, zone), zone)
        return day if day and day.begins <= at < day.ends else None

    def next_day(self, at: int, zone: ZoneInfo) -> OpenDay | None:
        """The first day that begins after `at` (Unix ms); None when none does within 400 days."""
        today = date_of(at, zone)
        for ahead in range(HORIZON):
            day = self._day_on(today + timedelta(days=ahead), zone)
            if day and day.begins > at:
                return day
        return None

    def _day_on(self, day: date, zone: ZoneInfo) -> OpenDay | None:
        if not (hours := self.hours_on(day)):
            return None
        return OpenDay(day, moment(day, hours[0][0], zone), moment(day, hours[-1][1], zone))

    def problems(self) -> Iterator[Problem]:
        """Everything that makes these hours impossible; paths are relative to the calendar."""
        if len(self.week) != len(WEEKDAYS):
            yield Problem(("week",), "must have seven days, Monday first")
        for name, hours in zip(WEEKDAYS, self.week, strict=False):
            yield from _bad_hours(("week", name), hours)
        seen = set(self.holidays)
        if len(seen) < len(self.holidays):
            yield Problem(("holidays",), "a date stands here twice")
        for working in self.working_days:
            here = ("working_days", working.date.isoformat())
            if working.date in seen:
                yield Problem(here, "this date stands here twice, or is a holiday as well")
            seen.add(working.date)
            yield from _bad_hours(here, working.hours)
            if not working.hours:
                yield Problem(here, "must have hours; a closed day is a holiday")

    def to_json(self) -> str:
        """These hours as canonical JSON, as the archive keeps them."""
        plan = {
            "week": self.week,
            "holidays": [day.isoformat() for day in self.holidays],
            "working_days": [[w.date.isoformat(), w.hours] for w in self.working_days],
        }
        return json.dumps(plan, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The calendar that `to_json` wrote."""
        plan: dict[str, Any] = json.loads(text)
        return cls(
            week=tuple(_hours(hours) for hours in plan["week"]),
            holidays=tuple(date.fromisoformat(day) for day in plan["holidays"]),
            working_days=tuple(
                WorkingDay(date.fromisoformat(day), _hours(hours))
                for day, hours in plan["working_days"]
            ),
        )


def _hours(spans: list[list[int]]) -> Hours:
    return tuple((begins, ends) for begins, ends in spans)


def _bad_hours(here: tuple[str | int, ...], hours: Hours) -> Iterator[Problem]:
    for begins, ends in hours:
        if not 0 <= begins < ends <= WHOLE_DAY:
            yield Problem(here, "must begin before it ends, within one day")
    for (_, ends), (begins, _) in pairwise(hours):
        if begins < ends:
            yield Problem(here, "hours must stand in order and not overlap")
