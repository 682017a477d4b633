"""What a report is about: which halls, which dates, and by what it is grouped; and those rows.

A selection is checked once, and every query is made from it, so that none can tell of a hall that
was not asked for. Who may ask for which hall is the caller's to know. Drills are in no report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    and_,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlmodel import Session, SQLModel, col

from queue_server.archive.errors import Invalid
from queue_server.archive.memory import DayRow, SeatRow, StageRow, VisitRow

#: A report covers no more than this many years.
YEARS = 10
#: So many halls go into one query: databases limit how many values one may have.
AT_ONCE = 500


class StageFacts(NamedTuple):
    """What statistics need of a row of `stages`."""

    hall: str
    date: str
    lane: str
    class_: str
    service: str
    window: str
    clerk: str
    hour: int
    since: int
    called: int
    started: int
    ended: int
    wait: int
    walk: int
    service_time: int
    hold: int
    recalls: int
    passed: int
    outcome: str


class VisitFacts(NamedTuple):
    """What statistics need of a row of `visits`."""

    hall: str
    date: str
    lane: str
    class_: str
    service: str
    window: str
    clerk: str
    hour: int
    state: str


class SeatFacts(NamedTuple):
    """What statistics need of a row of `seats`."""

    hall: str
    date: str
    window: str
    clerk: str
    busy: int
    idle: int
    paused: int
    calls: int
    quick: int


SOURCES: dict[type[Any], type[SQLModel]] = {
    StageFacts: StageRow,
    VisitFacts: VisitRow,
    SeatFacts: SeatRow,
}
Facts = TypeVar("Facts", StageFacts, VisitFacts, SeatFacts)

#: (hall, key): the hall is empty where the same key means the same everywhere.
GroupKey = tuple[str, str]
#: A grouping's name → the field that it goes by.
GROUPINGS = {
    "hall": "hall",
    "lane": "lane",
    "class": "class_",
    "service": "service",
    "window": "window",
    "clerk": "clerk",
    "hour": "hour",
    "date": "date",
    "month": "date",
}
#: The grouping that is none: all of it is one group.
WHOLE = ""
#: These names are a hall's own: two halls' window 1 are two windows.
OWN = frozenset({"hall", "lane", "window"})


def grouped(by: str, rows: Sequence[Facts]) -> dict[GroupKey, list[Facts]]:
    """The rows by their group; those that have no such thing (a seat has no lane) are in none."""
    key, found = _key(by), dict[GroupKey, list[Facts]]()
    if not rows or GROUPINGS[by] not in rows[0]._fields:
        return found
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _key(by: str) -> Callable[[Any], GroupKey]:
    get = attrgetter(GROUPINGS[by])
    if by == "hour":
        return lambda row: ("", f"{row.hour:02}")
    if by == "month":
        return lambda row: ("", row.date[:7])
    if by in OWN:
        return lambda row: (row.hall, get(row))
    return lambda row: ("", get(row))


def columns(table: Any, by: str) -> list[Any]:
    """What to select and to group by in SQL; `key_of` makes the group's key of their values."""
    if by == WHOLE:
        return []
    field = col(getattr(table, GROUPINGS[by]))
    if by == "month":
        return [month(field)]
    return [col(table.hall), field] if by in OWN and by != "hall" else [field]


def month(field: Any) -> Any:
    """The month of a date, in SQL."""
    # As parameters, PostgreSQL would not know the numbers for the same ones in GROUP BY.
    return func.substr(field, literal_column("1"), literal_column("7"))


def key_of(by: str, values: Sequence[str]) -> GroupKey:
    """The group that these values of its columns mean; none are everything."""
    if by == "hall":
        return values[0], values[0]
    if len(values) == 2:
        return values[0], values[1]
    return "", values[0] if values else ""


def in_order(group: GroupKey) -> tuple[str, bool, int, str]:
    """By hall, and by number where the key is one: window 9 before window 10."""
    hall, key = group
    number = key.isdecimal()
    return hall, not number, int(key) if number else 0, key


@dataclass(frozen=True, slots=True)
class Selection:
    """Halls (each once) and dates (`2026-11-22`, both included)."""

    halls: tuple[str, ...]
    first: str
    last: str

    def parts(self) -> Iterator[Selection]:
        """The same in pieces of at most `AT_ONCE` halls."""
        for at in range(0, len(self.halls), AT_ONCE):
            yield replace(self, halls=self.halls[at : at + AT_ONCE])

    def of(self, table: Any) -> ColumnElement[bool]:
        """The condition for this selection's rows of a table with `hall` and `date`."""
        return and_(
            col(table.hall).in_(self.halls),
            col(table.date).between(self.first, self.last),
        )

    def real(self, table: Any) -> ColumnElement[bool]:
        """As `of`, without what a drill left."""
        drills = select(col(DayRow.hall), col(DayRow.day)).where(
            self.of(DayRow), col(DayRow.speed) != 1
        )
        return and_(self.of(table), tuple_(col(table.hall), col(table.day)).not_in(drills))


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """What was found of a selection: all of it, and, by each name that was asked for, its groups
    in order."""

    selection: Selection
    totals: Found
    groups: Mapping[str, tuple[Found, ...]]


def answered(
    selection: Selection,
    asked: Iterable[str],
    find: Callable[[Selection, str], tuple[Found, ...]],
) -> Answer[Found]:
    """`find` tells the groups of a grouping; of `WHOLE` there is one, whatever there is in it."""
    (totals,) = find(selection, WHOLE)
    return Answer(selection, totals, {name: find(selection, name) for name in asked})


def selected(halls: Iterable[str], first: date | str, last: date | str) -> Selection:
    """A checked selection; raises Invalid, which names `halls`, `first` or `last`."""
    found = tuple(dict.fromkeys(halls))
    if not found:
        raise Invalid("halls", "name at least one hall")
    begin, end = _date("first", first), _date("last", last)
    if end < begin:
        raise Invalid("last", f"{end} comes before {begin}, the first date")
    if (end.year - begin.year, (end.month, end.day)) >= (YEARS, (begin.month, begin.day)):
        raise Invalid("last", f"a report covers at most {YEARS} years")
    return Selection(found, begin.isoformat(), end.isoformat())


def _date(name: str, given: date | str) -> date:
    if isinstance(given, date):
        return given
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    # Python reads other forms of ISO 8601 too, which the tables do not have.
    if found is None or found.isoformat() != given:
        raise Invalid(name, f"{given!r} is no date such as 2026-11-22")
    return found


def groupings(by: str | Sequence[str], known: Iterable[str] = GROUPINGS) -> tuple[str, ...]:
    """The names of groupings, checked; raises Invalid naming `by`."""
    asked = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    for one in asked:
        if one not in known:
            raise Invalid("by", f"{one!r} is none of {', '.join(known)}")
    return asked


def rows(session: Session, kind: type[Facts], *where: ColumnElement[bool]) -> list[Facts]:
    """The facts that meet these conditions."""
    table = SOURCES[kind]
    wanted = select(*(getattr(table, name) for name in kind._fields)).where(*where)
    return [kind._make(row) for row in run(session, wanted).all()]


def run(session: Session, statement: Executable, **options: Any) -> CursorResult[Any]:
    """Ask or tell the database without a detour over objects, which is much quicker; what the
    session has not written yet is written before."""
    session.flush()
    return session.connection().execute(statement, execution_options=options)
