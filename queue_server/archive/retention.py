"""How long things are kept, and how they go.

Two terms: `keep` for the log, the auditor's book and the sign-ins, which the law wants kept, and
`personal` for what is about a person and serves no purpose any more. Statistics stay for ever:
they are about nobody. A purge goes in small transactions, each of which says in the auditor's
book what went with it; killed anywhere, it goes on the next time.

A day's events go only when the day is sealed, and both its end and its sealing are past the term.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, inspect, or_, tuple_
from sqlmodel import Session, SQLModel, col, delete, select, update

from queue_server.archive.audit_log import as_json, note
from queue_server.archive.database import Database
from queue_server.archive.memory import DayRow, EventRow
from queue_server.archive.tables import (
    AcknowledgementRow,
    AuditRow,
    BookingRow,
    RedactionRow,
    SessionRow,
    SignInRow,
)
from queue_server.archive.terms import LAW, Retention
from queue_server.archive.webhooks import DeliveryRow
from queue_server.archive.work_orders import WorkOrderRow
from queue_server.domain.calling import HOUR
from queue_server.domain.personal import SPEAKING, WORDS, without_words

DAY = 24 * HOUR
#: So many rows go in one transaction: nobody waits long for the write lock.
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Going:
    """What would go, or has gone, from one table; `oldest` and `newest` in Unix ms."""

    what: str
    count: int
    oldest: int
    newest: int


@dataclass(frozen=True, slots=True)
class Sort:
    """Rows that go by their own age: whole, or only the words in the columns `emptied`."""

    what: str
    table: type[SQLModel]
    age: Any
    #: In days.
    term: Callable[[Retention], int]
    emptied: tuple[str, ...] = ()

    def due(self, rules: Retention, now: int) -> ColumnElement[bool]:
        """Which rows are past their term."""
        age = col(self.age)
        past = and_(age > 0, age < now - self.term(rules) * DAY)
        if not self.emptied:
            return past
        return and_(past, or_(*(col(getattr(self.table, name)) != "" for name in self.emptied)))


def _keep(rules: Retention) -> int:
    return rules.keep


def _personal(rules: Retention) -> int:
    return rules.personal


def _by_law(rules: Retention) -> int:
    # From where somebody signed in is part of the log that the law wants kept.
    return max(rules.personal, LAW)


SORTS = (
    Sort("audit_log", AuditRow, AuditRow.at, _keep),
    Sort("sign_ins", SignInRow, SignInRow.at, _keep),
    Sort("sign_ins: address", SignInRow, SignInRow.at, _by_law, ("address",)),
    Sort("sessions", SessionRow, SessionRow.created, _personal),
    Sort("bookings: person", BookingRow, BookingRow.appointed, _personal, ("person",)),
    Sort(
        "work_orders: words",
        *(WorkOrderRow, WorkOrderRow.closed, _keep, ("answer", "appeal", "decision")),
    ),
    Sort("deliveries", DeliveryRow, DeliveryRow.ended, _personal),
)
#: Events are counted one by one, days whose words are taken out day by day.
EVENTS, SPOKEN = "events", "days: words about visitors"


def plan(session: Session, now: int, rules: Retention) -> list[Going]:
    """What a purge at `now` (Unix ms) would take; nothing is changed."""
    found = [
        _days(session, EVENTS, DayRow.count, _old_days(rules, now)),
        _days(session, SPOKEN, 1, _speaking_days(rules, now)),
    ]
    found += [_rows(session, sort, rules, now) for sort in SORTS]
    return [one for one in found if one.count]


def purge(
    database: Database,
    now: int,
    rules: Retention,
    by: str,
    told: Callable[[str, int], None] = lambda _what, _count: None,
) -> dict[str, int]:
    """Take all that `plan` names; answers with how many rows of each went. `told` hears of every
    step, within its transaction."""
    book = _Book(by, now, told)
    for hall, day in _found_days(database, _old_days(rules, now)):
        _purge_day(database, hall, day, now, book)
    for hall, day in _found_days(database, _speaking_days(rules, now)):
        _redact_day(database, hall, day, now, book)
    for sort in SORTS:
        while _purge_rows(database, sort, rules, now, book):
            pass
    return dict(book.gone)


class _Book:
    """One line of the auditor's book for a whole purge; each transaction brings it up to date."""

    def __init__(self, by: str, now: int, told: Callable[[str, int], None]) -> None:
        self.gone: Counter[str] = Counter()
        self._by, self._now, self._told = by, now, told
        self._line: int | None = None

    def write(self, session: Session, what: str, count: int) -> None:
        """So many more went, in this transaction."""
        if not count:
            return
        self.gone[what] += count
        line = session.get(AuditRow, self._line) if self._line else None
        line = line or note(session, "memory.purged", self._by, self._now)
        line.details = as_json(self.gone)
        session.flush()
        self._line = line.id
        self._told(what, count)


# --- rows that go by their own age


def _rows(session: Session, sort: Sort, rules: Retention, now: int) -> Going:
    age = col(sort.age)
    wanted = select(func.count(), func.min(age), func.max(age)).where(sort.due(rules, now))
    count, oldest, newest = session.exec(wanted).one()
    return Going(sort.what, count, oldest or 0, newest or 0)


def _purge_rows(database: Database, sort: Sort, rules: Retention, now: int, book: _Book) -> int:
    keys = [getattr(sort.table, column.key) for column in inspect(sort.table).primary_key]
    with database.writing() as session:
        due = select(*keys).where(sort.due(rules, now)).limit(AT_ONCE)
        found = [row if isinstance(row, tuple) else tuple(row) for row in session.execute(due)]
        if not found:
            return 0
        these = tuple_(*keys).in_(found)
        if sort.emptied:
            session.execute(update(sort.table).where(these).values(dict.fromkeys(sort.emptied, "")))
        else:
            session.execute(delete(sort.table).where(these))
        book.write(session, sort.what, len(found))
        return len(found)


# --- days


def _over(before: int) -> ColumnElement[bool]:
    """Sealed, and so long ago. A drill's own time may be any; its sealing is in ours."""
    day = DayRow
    return and_(
        col(day.sealed) > 0,
        col(day.sealed) < before,
        func.coalesce(func.nullif(day.closed, 0), day.opened) < before,
        col(day.purged) == 0,
    )


def _old_days(rules: Retention, now: int) -> ColumnElement[bool]:
    return _over(now - rules.keep * DAY)


def _speaking_days(rules: Retention, now: int) -> ColumnElement[bool]:
    known = select(RedactionRow.day).where(
        col(RedactionRow.hall) == col(DayRow.hall), col(RedactionRow.day) == col(DayRow.day)
    )
    # What goes as a whole need not be made fit to stay.
    staying = ~_old_days(rules, now)
    return and_(_over(now - rules.personal * DAY), staying, ~known.exists())


def _days(session: Session, what: str, each: Any, due: ColumnElement[bool]) -> Going:
    wanted = select(func.sum(each), func.min(DayRow.opened), func.max(DayRow.opened)).where(due)
    count, oldest, newest = session.exec(wanted).one()
    return Going(what, int(count or 0), oldest or 0, newest or 0)


def _found_days(database: Database, due: ColumnElement[bool]) -> Sequence[tuple[str, str]]:
    with database.reading() as session:
        wanted = select(DayRow.hall, DayRow.day).where(due).order_by(col(DayRow.opened))
        return session.exec(wanted).all()


def _purge_day(database: Database, hall: str, day: str, now: int, book: _Book) -> None:
    here = and_(col(EventRow.hall) == hall, col(EventRow.day) == day)
    seq = col(EventRow.seq)
    while True:
        with database.writing() as session:
            found = session.exec(select(seq).where(here).order_by(seq).limit(AT_ONCE)).all()
            if found:
                session.exec(delete(EventRow).where(here, seq <= found[-1]))
            book.write(session, EVENTS, len(found))
            if len(found) < AT_ONCE:
                seen = AcknowledgementRow
                session.exec(delete(seen).where(col(seen.hall) == hall, col(seen.day) == day))
                session.get_one(DayRow, (hall, day)).purged = now
                return


def _redact_day(database: Database, hall: str, day: str, now: int, book: _Book) -> None:
    at = EventRow
    here = and_(col(at.hall) == hall, col(at.day) == day)
    # Whoever has a word has its name in the text.
    perhaps = or_(*(col(at.body).contains(word) for word in WORDS))
    speaking = and_(here, col(at.kind).in_(sorted(SPEAKING)), perhaps)
    with database.writing() as session:
        if session.get(RedactionRow, (hall, day)):
            return  # Another purge was quicker.
        rows = session.exec(select(at.seq, at.kind, at.body).where(speaking))
        plain = [
            {"of": seq, "now": now_} for seq, kind, body in rows if (now_ := _plain(kind, body))
        ]
        if plain:
            change = update(at).where(here, col(at.seq) == bindparam("of"))
            session.connection().execute(change.values(body=bindparam("now")), plain)
        session.add(RedactionRow(hall=hall, day=day, at=now, events=len(plain)))
        book.write(session, SPOKEN, 1)


def _plain(kind: str, text: str) -> str:
    """An event's body without words about a visitor; empty when it has none."""
    body = json.loads(text)
    plain = without_words(kind, body)
    if plain is body:
        return ""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
