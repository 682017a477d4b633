"""Close a day for good, once its stream and the archive have the very same events.

A day that is not the same stays open and says why (`DayRow.trouble`); nothing of it is let go.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from queue_server.archive.database import Database
from queue_server.archive.entries import body, digest
from queue_server.archive.ledger import UNFOLDED, Ledger
from queue_server.archive.memory import DayRow
from queue_server.domain.hall import Events, Position

AT_ONCE = 1000

#: Up to so many events of one day after a position.
Read = Callable[[Position, int], Awaitable[Events]]
#: What else is made of a day that is sealed, in the same transaction: session, hall, day.
Sealed = Callable[[Session, str, str], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sum:
    """A log in short: its last seq, how many events, and the chained hash over them."""

    seq: int = 0
    count: int = 0
    digest: str = ""

    def after(self, events: Events) -> Sum:
        """With these as well."""
        entries = ((event.seq, event.at, body(event)) for event in events)
        return Sum(events[-1].seq, self.count + len(events), digest(self.digest, entries))


async def of_stream(read: Read, day: str) -> Sum:
    """The whole stream of a day."""
    found = Sum()
    while events := await read(Position(day, found.seq), AT_ONCE):
        found = found.after(events)
    return found


def to_seal(database: Database, hall: str) -> list[str]:
    """The days of a hall that are closed but not sealed, oldest first."""
    with database.reading() as session:
        rows = select(col(DayRow.day)).where(
            col(DayRow.hall) == hall,
            col(DayRow.closed) > 0,
            col(DayRow.sealed) == 0,
            col(DayRow.expired) == 0,
            col(DayRow.purged) == 0,
        )
        return list(session.execute(rows.order_by(col(DayRow.opened))).scalars())


def seal(ledger: Ledger, day: str, stream: Sum, now: int, sealed: Sealed | None) -> str:
    """Seal a day when its rows add up to its stream; answers what is wrong, empty when nothing is.

    A day to which something has come meanwhile is left for the next time.
    """
    if ledger.trouble(day).startswith(UNFOLDED):
        ledger.remake(day)
    table = ledger.sum(day)
    with ledger.database.writing() as session:
        row = session.get(DayRow, (ledger.hall, day))
        if row is None or (row.seq, row.count) != table[:2] or not row.closed:
            return ""
        said = _trouble(stream, Sum(*table), row)
        if said and said != row.trouble:
            log.error("%s %s cannot be sealed: %s", ledger.hall, day, said)
        row.trouble = said
        if not said:
            row.sealed = now
            session.flush()
            if sealed:
                sealed(session, ledger.hall, day)
        return said


def _trouble(stream: Sum, table: Sum, row: DayRow) -> str:
    if stream == table and table.digest == row.digest:
        return row.trouble if row.trouble.startswith(UNFOLDED) else ""
    if (stream.count, stream.seq) != (table.count, table.seq):
        return (
            f"the stream has {stream.count} events up to {stream.seq}, "
            f"the archive {table.count} up to {table.seq}"
        )
    return f"the {table.count} events of the archive are not those of the stream"
