"""Webhooks: who outside wants to be told which events of which halls, and what is on its way.

A hook names one hall, or a place with all halls below it, or (with neither) a whole tenant. It
hears of what happens from the moment it is made. What it is to be told stands in `deliveries`
until it has been taken, and after too many failures as a dead letter that somebody can replay;
`deliveries.py` moves them. Secrets must sign, so they stand here as they are. Times in Unix ms.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.types import JSON
from sqlmodel import Field, Session, SQLModel, col, delete, select

from queue_server.archive import places
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.inputs import one_line
from queue_server.archive.tables import HallRow, TenantRow
from queue_server.archive.work_orders import DUE
from queue_server.domain import near
from queue_server.domain.events import KINDS

#: How a secret is written (standardwebhooks.com); 24 to 64 bytes stand behind it.
PREFIX = "whsec_"
#: Everything that a hall tells.
ALL = "*"
#: What comes from no event of a stream is told only to those who ask for it by name.
DERIVED = frozenset({near.KIND, DUE})
KNOWN = frozenset({*KINDS, *DERIVED, ALL})
MOST_AHEAD = 50


class HookRow(SQLModel, table=True):
    """Somebody outside who is told; `near` is how few must be ahead for `ticket.near`."""

    __tablename__ = "hooks"

    id: int | None = Field(default=None, primary_key=True)
    tenant: str = Field(foreign_key="tenants.id", index=True)
    place: int | None = Field(default=None, foreign_key="places.id")
    hall: str | None = Field(default=None, foreign_key="halls.id")
    url: str
    secret: str
    kinds: list[str] = Field(sa_column=Column(JSON, nullable=False))
    near: int = near.AHEAD
    label: str = ""
    active: bool = True
    created: int = Field(sa_type=BigInteger)


class HookPositionRow(SQLModel, table=True):
    """Up to which event of a day everything for a hook stands in `deliveries`."""

    __tablename__ = "hook_positions"

    hook: int = Field(primary_key=True, foreign_key="hooks.id")
    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    seq: int


class DeliveryRow(SQLModel, table=True):
    """One thing to tell a hook. `event` is its name for the receiver, the same at every attempt.

    `state` is `waiting`, `done` or `dead`; the rows of a hook and hall go out in order of their
    ids. `status` is the receiver's last HTTP status (0: none), `error` what was wrong with it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["hook"], ["hooks.id"]),
        UniqueConstraint("hook", "event"),
        Index("ix_deliveries_line", "state", "hook", "hall", "id"),
        Index("ix_deliveries_ended", "ended"),
    )

    id: int | None = Field(default=None, primary_key=True)
    hook: int
    hall: str
    day: str
    seq: int
    event: str
    kind: str
    body: str = Field(sa_type=Text)
    state: str = "waiting"
    attempts: int = 0
    next_try: int = Field(default=0, sa_type=BigInteger)
    status: int = 0
    error: str = ""
    ended: int = Field(default=0, sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class HookEntry:
    """A hook as it is used; `halls` are those it hears of."""

    id: int
    tenant: str
    place: int | None
    hall: str
    url: str
    secret: str
    kinds: tuple[str, ...]
    near: int
    label: str
    active: bool
    created: int
    halls: frozenset[str]

    def wants(self, kind: str) -> bool:
        """Whether this kind is one of those."""
        return kind in self.kinds or (ALL in self.kinds and kind not in DERIVED)


class Webhooks:
    """The hooks in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        url: str,
        kinds: Sequence[str],
        now: int,
        *,
        hall: str = "",
        place: int | None = None,
        tenant: str = "",
        secret: str = "",
        label: str = "",
        near: int = near.AHEAD,
    ) -> HookEntry:
        """A new hook, from now on; a secret is made when none is given. Raises `Invalid`.

        Whether the address may be reached is looked at when it is.
        """
        row = HookRow(
            tenant=tenant,
            place=place,
            hall=hall or None,
            url=checked_url(url),
            secret=checked_secret(secret) if secret else new_secret(),
            kinds=checked_kinds(kinds),
            near=_few(near),
            label=one_line("label", label),
            created=now,
        )
        with self._database.writing() as session:
            row.tenant = _tenant(session, row)
            session.add(row)
            session.flush()
            return _entry(session, row)

    def hooks(self) -> tuple[HookEntry, ...]:
        """All hooks, oldest first."""
        with self._database.reading() as session:
            rows = session.exec(select(HookRow).order_by(col(HookRow.id)))
            return tuple(_entry(session, row) for row in rows)

    def hook(self, id_: int) -> HookEntry:
        """One hook; raises `Unknown`."""
        with self._database.reading() as session:
            return _entry(session, _row(session, id_))

    def switch(self, id_: int, active: bool) -> None:
        """Let a hook rest, or go on: then it hears what it missed as well. Raises `Unknown`."""
        with self._database.writing() as session:
            _row(session, id_).active = active

    def remove(self, id_: int) -> None:
        """Forget a hook and everything that is on its way to it; raises `Unknown`."""
        with self._database.writing() as session:
            row = _row(session, id_)
            session.exec(delete(DeliveryRow).where(col(DeliveryRow.hook) == id_))
            session.exec(delete(HookPositionRow).where(col(HookPositionRow.hook) == id_))
            session.delete(row)


def new_secret() -> str:
    """A secret of 256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_key(secret: str) -> bytes:
    """The bytes that sign; raises `Invalid`."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise Invalid("secret", "must be 24 to 64 bytes in base64, with whsec_ before it or not")
    return key


def checked_secret(secret: str) -> str:
    """A secret somebody brought, as we write it; raises `Invalid`."""
    return PREFIX + base64.b64encode(secret_key(secret)).decode()


def checked_url(url: str) -> str:
    """An address that could be a receiver's; raises `Invalid`."""
    one_line("url", url, longest=2000)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("url", "is no address") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not url.isascii():
        raise Invalid("url", "must be https://… (http://… only on this machine)")
    if parts.username is not None or parts.fragment or port == 0:
        raise Invalid("url", "must have neither a name and password nor a # in it")
    if any(character.isspace() for character in url):
        raise Invalid("url", "must have no spaces")
    return url


def checked_kinds(kinds: Iterable[str]) -> list[str]:
    """Kinds that there are; raises `Invalid`."""
    wanted = list(dict.fromkeys(kinds))
    if not wanted:
        raise Invalid("kinds", f"must name kinds of events, or {ALL}")
    for kind in wanted:
        if kind not in KNOWN:
            raise Invalid("kinds", f"there is no kind of event {kind[:64]!r}")
    return wanted


def _few(ahead: int) -> int:
    if not 0 <= ahead <= MOST_AHEAD:
        raise Invalid("near", f"must be from 0 to {MOST_AHEAD}")
    return ahead


def _tenant(session: Session, row: HookRow) -> str:
    """The tenant whose halls these are."""
    if row.hall and row.place is not None:
        raise Invalid("place", "a hook is for a hall or for a place, not for both")
    if row.hall:
        return places.hall_row(session, row.hall).tenant
    if row.place is not None:
        known = places.all_places(session)
        if row.place not in known:
            raise Unknown("place", row.place)
        return known[row.place].tenant
    if session.get(TenantRow, row.tenant) is None:
        raise Unknown("tenant", row.tenant)
    return row.tenant


def _row(session: Session, id_: int) -> HookRow:
    if (row := session.get(HookRow, id_)) is None:
        raise Unknown("hook", id_)
    return row


def _halls(session: Session, row: HookRow) -> frozenset[str]:
    if row.hall:
        return frozenset({row.hall})
    if row.place is not None:
        return places.halls_below(session, row.place)
    return frozenset(session.exec(select(HallRow.id).where(HallRow.tenant == row.tenant)))


def _entry(session: Session, row: HookRow) -> HookEntry:
    return HookEntry(
        row.id or 0,
        row.tenant,
        row.place,
        row.hall or "",
        row.url,
        row.secret,
        tuple(row.kinds),
        row.near,
        row.label,
        row.active,
        row.created,
        _halls(session, row),
    )
