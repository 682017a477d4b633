"""Appointments (预约): which code stands for which service and time, and what became of it.

A booking platform writes them; kiosks and guides look them up by their code. Codes are the same
in capitals and in small letters. Of the person there is nothing but the platform's keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from queue_server.archive.database import Database
from queue_server.archive.errors import Unknown, Used
from queue_server.archive.tables import BookingRow
from queue_server.domain.calling import MINUTE

#: Whoever comes so much before the time is early, so much after it late (ms); both get a number.
EARLY = 30 * MINUTE
LATE = 15 * MINUTE

Standing = Literal["early", "due", "late", "used", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One appointment; `appointed` in Unix ms. `ticket` of `day` is what it became."""

    code: str
    service: str
    appointed: int
    class_: str = ""
    person: str = ""
    day: str = ""
    ticket: str = ""
    cancelled: bool = False

    def standing(self, now: int) -> Standing:
        """How it stands at `now` (Unix ms)."""
        if self.ticket:
            return "used"
        if self.cancelled:
            return "cancelled"
        if now < self.appointed - EARLY:
            return "early"
        return "late" if now > self.appointed + LATE else "due"


class Bookings:
    """The bookings in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, hall: str, booking: Booking) -> None:
        """Make this the booking of its code, new or instead of what it was; raises `Used` when
        its visitor has a number already."""
        with self._database.writing() as session:
            row = _row(session, hall, booking.code) or BookingRow(
                hall=hall, code=plain(booking.code), service="", appointed=0
            )
            _unused(row)
            row.service, row.appointed = booking.service, booking.appointed
            row.class_, row.person, row.cancelled = booking.class_, booking.person, False
            session.add(row)

    def cancel(self, hall: str, code: str) -> None:
        """It holds no more; saying so twice is no mistake. Raises `Unknown` or `Used`."""
        with self._database.writing() as session:
            row = _row(session, hall, code)
            if row is None:
                raise Unknown("booking", code)
            _unused(row)
            row.cancelled = True
            session.add(row)

    def use(self, hall: str, code: str, day: str, ticket: str) -> None:
        """Its visitor has this number now; the first one stays, and an unknown code is nobody's."""
        with self._database.writing() as session:
            row = _row(session, hall, code)
            if row is not None and not row.ticket:
                row.day, row.ticket = day, ticket
                session.add(row)

    def find(self, hall: str, code: str) -> Booking | None:
        """The booking of a code."""
        with self._database.reading() as session:
            row = _row(session, hall, code)
            return _booking(row) if row else None

    def between(self, hall: str, first: int, last: int) -> tuple[Booking, ...]:
        """Those appointed from `first` up to, not including, `last` (Unix ms), earliest first."""
        wanted = select(BookingRow).where(
            BookingRow.hall == hall,
            col(BookingRow.appointed) >= first,
            col(BookingRow.appointed) < last,
        )
        in_order = wanted.order_by(col(BookingRow.appointed), col(BookingRow.code))
        with self._database.reading() as session:
            return tuple(_booking(row) for row in session.exec(in_order))


def plain(code: str) -> str:
    """A code as it is kept: people type small letters where capitals were printed."""
    return code.upper()


def _row(session: Session, hall: str, code: str) -> BookingRow | None:
    return session.get(BookingRow, (hall, plain(code)))


def _unused(row: BookingRow) -> None:
    if row.ticket:
        raise Used("booking", row.code)


def _booking(row: BookingRow) -> Booking:
    return Booking(
        code=row.code,
        service=row.service,
        appointed=row.appointed,
        class_=row.class_,
        person=row.person,
        day=row.day,
        ticket=row.ticket,
        cancelled=row.cancelled,
    )
