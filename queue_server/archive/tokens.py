"""Bearer tokens of devices and services: given once, kept only as a hash.

A token carries 256 random bits, so a plain SHA-256 is hash enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import update
from sqlmodel import col, select

from queue_server.archive.audit_log import note
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.inputs import one_line
from queue_server.archive.places import hall_row
from queue_server.archive.principals import DEVICE_ROLES, Grant, Principal, Role
from queue_server.archive.tables import TokenRow
from queue_server.domain.calling import MINUTE

PREFIX = "jh_"

#: `last_seen` is written at most this often (ms), so that showing a token costs no write.
SEEN_EVERY = MINUTE


@dataclass(frozen=True, slots=True)
class TokenEntry:
    """What is known of a token; the token itself is not. Times in Unix ms, 0 for "not"."""

    id: int
    role: Role
    hall: str
    window: str
    label: str
    created: int
    expires: int
    revoked: int
    last_seen: int


def fingerprint(secret: str) -> str:
    """The SHA-256 of a token or session, as the database keeps it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class Tokens:
    """The bearer tokens in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: Token → when it was shown last, until that is written.
        self._seen: dict[int, int] = {}
        self._noted = 0
        self._noting = Lock()

    def issue(
        self,
        role: str,
        hall: str,
        now: int,
        *,
        window: str = "",
        label: str = "",
        lifetime: int = 0,
        by: str = "",
    ) -> str:
        """A new token, which can never be shown again; `lifetime` in ms, 0 for no end.

        A device is bound to a hall; other roles may have the hall `""`, which is every hall.
        """
        known = _role(role)
        if known in DEVICE_ROLES and not hall:
            raise Invalid("hall", f"a {known} belongs to a hall")
        token = PREFIX + secrets.token_urlsafe(32)
        row = TokenRow(
            hash=fingerprint(token),
            role=known,
            hall=hall or None,
            window=one_line("window", window, longest=32),
            label=one_line("label", label),
            created=now,
            expires=now + lifetime if lifetime else 0,
        )
        with self._database.writing() as session:
            if hall:
                hall_row(session, hall)
            session.add(row)
            session.flush()
            told = {"role": row.role, "window": row.window, "label": row.label}
            note(session, "token.issued", by, now, subject=row.id, hall=hall, **told)
        return token

    def principal(self, token: str, now: int) -> Principal | None:
        """Whose token this is; None when it is unknown, revoked or expired at `now` (Unix ms)."""
        return self.principals([token], now).get(token)

    def principals(self, tokens: Iterable[str], now: int) -> dict[str, Principal]:
        """Whose tokens these are, but for those that are unknown, revoked or expired."""
        shown = {fingerprint(token): token for token in tokens}
        asked = select(TokenRow).where(col(TokenRow.hash).in_(shown))
        with self._database.reading() as session:
            rows = session.exec(asked).all() if shown else ()
        good = [row for row in rows if not row.revoked and not 0 < row.expires <= now]
        if stale := [row.id or 0 for row in good if now - row.last_seen >= SEEN_EVERY]:
            self._saw(stale, now)
        return {shown[row.hash]: _principal(row) for row in good}

    def _saw(self, ids: Iterable[int], now: int) -> None:
        """Note that tokens are in use; written for all of them together, once in a while."""
        with self._noting:
            self._seen |= dict.fromkeys(ids, now)
            if now - self._noted < SEEN_EVERY:
                return
            seen, self._seen, self._noted = self._seen, {}, now
        rows = [{"id": id_, "last_seen": at} for id_, at in seen.items()]
        with self._database.writing() as session:
            session.execute(update(TokenRow), rows)

    def revoke(self, id_: int, now: int, *, by: str = "") -> None:
        """End a token; ending it again changes nothing. Raises `Unknown`."""
        with self._database.writing() as session:
            if (row := session.get(TokenRow, id_)) is None:
                raise Unknown("token", id_)
            if not row.revoked:
                row.revoked = now
                note(session, "token.revoked", by, now, subject=id_, hall=row.hall or "")

    def tokens(self, hall: str | None = None) -> tuple[TokenEntry, ...]:
        """All tokens, or those of one hall, oldest first, the dead ones as well."""
        rows = select(TokenRow).order_by(col(TokenRow.id))
        if hall is not None:
            rows = rows.where(TokenRow.hall == (hall or None))
        with self._database.reading() as session:
            return tuple(_entry(row) for row in session.exec(rows))


def _principal(row: TokenRow) -> Principal:
    halls = frozenset({row.hall}) if row.hall else None
    grant = Grant(Role(row.role), halls, row.window)
    return Principal(f"token:{row.id}", row.label or row.role, (grant,))


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Invalid("role", f"must be one of {', '.join(Role)}") from None


def _entry(row: TokenRow) -> TokenEntry:
    return TokenEntry(
        row.id or 0,
        Role(row.role),
        row.hall or "",
        row.window,
        row.label,
        row.created,
        row.expires,
        row.revoked,
        row.last_seen,
    )
