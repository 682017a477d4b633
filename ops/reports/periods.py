"""Which dates a report is about. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from queue_server.archive.errors import Invalid
from queue_server.archive.selection import selected

PERIODS = ("day", "week", "month", "free")


@dataclass(frozen=True, slots=True)
class Period:
    """`sort` is one of `PERIODS`; both dates are included."""

    sort: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """So many dates."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """How files are called: `2026-03`, `2026-W12`, `2026-03-02`, `2026-03-02--2026-03-20`."""
        match self.sort:
            case "day":
                return f"{self.first}"
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{self.first:%Y-%m}"
        return f"{self.first}--{self.last}"


def period(sort: str, on: str = "", first: str = "", last: str = "") -> Period:
    """The day, the week (from Monday) or the month that `on` lies in, or the dates from `first` to
    `last`; raises Invalid, which names `period`, `date`, `first` or `last`."""
    if sort not in PERIODS:
        raise Invalid("period", f"must be one of {', '.join(PERIODS)}")
    if sort == "free":
        if on:
            raise Invalid("date", "a free period has a first and a last date instead")
        return Period(sort, *checked(_date("first", first), _date("last", last)))
    if first or last:
        raise Invalid("first" if first else "last", f"a {sort} has one date; or ask for free dates")
    return Period(sort, *checked(*_around(sort, _date("date", on))))


def before(sort: str, on: date) -> Period:
    """The newest day, week or month that was over before this date began."""
    begins, _ = _around(sort, on)
    return Period(sort, *_around(sort, begins - timedelta(1)))


def _around(sort: str, on: date) -> tuple[date, date]:
    if sort == "day":
        return on, on
    if sort == "week":
        monday = on - timedelta(on.weekday())
        return monday, monday + timedelta(6)
    return on.replace(day=1), on.replace(day=monthrange(on.year, on.month)[1])


def checked(first: date, last: date) -> tuple[date, date]:
    """The same; raises Invalid when they are reversed or more than the statistics cover."""
    # What statistics cover is theirs to say; which halls does not matter to it.
    selected(("any",), first, last)
    return first, last


def _date(name: str, given: str) -> date:
    if not given:
        raise Invalid(name, "must be given, such as 2026-11-22")
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.isoformat() != given:
        raise Invalid(name, f"{given!r} is no date such as 2026-11-22")
    # A week at the very end of time has no Sunday.
    if not 1970 <= found.year <= 9000:
        raise Invalid(name, "must be between 1970 and 9000")
    return found
