"""The auditor's book: every change of settings, in the same transaction as the change itself.

Attempts to sign in are kept beside it (`sign_ins`). Nothing here is ever changed; it goes with
age only (`retention.py`). A page is read from its newest line down: the next page is what is
before the last id of this one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from queue_server.archive.database import Database
from queue_server.archive.tables import AuditRow, SignInRow

#: Everything that is written down.
WHAT = (
    *("plan.published", "person.added", "person.password_set"),
    *("person.activated", "person.deactivated", "role.granted", "role.revoked"),
    *("token.issued", "token.revoked", "memory.purged", "backup.made", "backup.restored"),
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: `at` in Unix ms; `by` as events have it (`person:7`), or which tool; `hall` is
    empty for what reaches beyond one hall."""

    id: int
    at: int
    by: str
    what: str
    hall: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignInEntry:
    """One attempt to sign in, `at` in Unix ms; `outcome` is ok, failed or locked."""

    id: int
    at: int
    name: str
    address: str
    outcome: str


def note(
    session: Session,
    what: str,
    by: str,
    at: int | None,
    *,
    subject: object = "",
    hall: str = "",
    **details: Any,
) -> AuditRow:
    """Write a change down within its own transaction; `at` in Unix ms, now when nobody says.

    Empty details are left out. Secrets, hashes of them included, are nobody's to hand in.
    """
    if what not in WHAT:
        raise ValueError(f"the book has no word for {what!r}")
    row = AuditRow(
        at=time.time_ns() // 1_000_000 if at is None else at,
        by=by,
        what=what,
        hall=hall,
        subject=str(subject),
        details=as_json({name: value for name, value in details.items() if value}),
    )
    session.add(row)
    return row


def as_json(details: dict[str, Any]) -> str:
    """Details as a row keeps them."""
    return json.dumps(details, ensure_ascii=False)


class AuditLog:
    """The book in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self, halls: Collection[str] | None = None, before: int = 0, limit: int = 100
    ) -> tuple[AuditEntry, ...]:
        """The newest changes before an id (0: of all), newest first; of some halls, if given."""
        rows = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
        if before:
            rows = rows.where(col(AuditRow.id) < before)
        if halls is not None:
            rows = rows.where(col(AuditRow.hall).in_(sorted(halls)))
        with self._database.reading() as session:
            return tuple(_entry(row) for row in session.exec(rows))

    def sign_ins(self, before: int = 0, limit: int = 100) -> tuple[SignInEntry, ...]:
        """The newest attempts to sign in before an id (0: of all), newest first."""
        rows = select(SignInRow).order_by(col(SignInRow.id).desc()).limit(limit)
        if before:
            rows = rows.where(col(SignInRow.id) < before)
        with self._database.reading() as session:
            return tuple(
                SignInEntry(row.id or 0, row.at, row.name, row.address, row.outcome)
                for row in session.exec(rows)
            )


def _entry(row: AuditRow) -> AuditEntry:
    details = json.loads(row.details)
    return AuditEntry(row.id or 0, row.at, row.by, row.what, row.hall, row.subject, details)
