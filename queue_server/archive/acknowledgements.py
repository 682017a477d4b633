"""Who has seen which alert of a day, and when: first come, first written.

It stands in SQL and not in a server's memory, so that a restart, or another server behind the
same address, does not ask the manager again.
"""

from __future__ import annotations

from sqlmodel import select

from queue_server.archive.database import Database
from queue_server.archive.tables import AcknowledgementRow
from queue_server.domain.alerts import Seen


class Acknowledgements:
    """The acknowledgements in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, hall: str, day: str, alert: str, seen: Seen, again_after: int = 0) -> Seen:
        """Keep that somebody has seen an alert; answers with whoever was first.

        An older word than `again_after` (Unix ms) counts no more and is replaced.
        """
        with self._database.writing() as session:
            row = session.get(AcknowledgementRow, (hall, day, alert))
            if row is not None and row.at >= again_after:
                return Seen(row.by, row.name, row.at)
            row = row or AcknowledgementRow(hall=hall, day=day, alert=alert, by="", name="", at=0)
            row.by, row.name, row.at = seen.by, seen.name, seen.at
            session.add(row)
            return seen

    def of(self, hall: str, day: str) -> dict[str, Seen]:
        """What was seen in a hall-day, by the alert's id."""
        wanted = select(AcknowledgementRow).where(
            AcknowledgementRow.hall == hall, AcknowledgementRow.day == day
        )
        with self._database.reading() as session:
            return {row.alert: Seen(row.by, row.name, row.at) for row in session.exec(wanted)}
