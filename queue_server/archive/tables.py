"""The configuration as tables: tenants, the hall tree, plans, people and tokens.

Times are Unix milliseconds. Secrets (passwords, sessions, tokens) stand here only as hashes.
A plan's lanes, classes, services and windows are rows that a manager edits; what is published
is frozen as JSON in `layout_versions` and never changes again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

# Named constraints, so that a later migration can say which one it changes, SQLite included.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class TenantRow(SQLModel, table=True):
    """One city (or other owner) with all its halls."""

    __tablename__ = "tenants"

    id: str = Field(primary_key=True)
    name: str = ""


class PlaceRow(SQLModel, table=True):
    """A place of the hall tree: a city, county, town, village or enterprise point."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("tenant", "parent", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    tenant: str = Field(foreign_key="tenants.id")
    parent: int | None = Field(default=None, foreign_key="places.id", index=True)
    level: str
    name: str


class HallRow(SQLModel, table=True):
    """One hall: where it is, what its plan says beside the rows, and what is published."""

    __tablename__ = "halls"

    id: str = Field(primary_key=True)
    tenant: str = Field(foreign_key="tenants.id", index=True)
    place: int | None = Field(default=None, foreign_key="places.id", index=True)
    name: str
    name_en: str = ""
    timezone: str
    closing: str
    complaint_phone: str = ""
    languages: list[str] = Field(sa_column=Column(JSON, nullable=False))
    rule: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    published: int = 0
    created: int = Field(sa_type=BigInteger)


class LaneRow(SQLModel, table=True):
    """A lane of a hall's plan."""

    __tablename__ = "lanes"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    id: str = Field(primary_key=True)
    position: int
    name: str
    prefix: str
    name_en: str = ""


class ClassRow(SQLModel, table=True):
    """A class of visitors in a hall's plan; `head_start` in ms."""

    __tablename__ = "classes"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    id: str = Field(primary_key=True)
    position: int
    name: str
    head_start: int = Field(sa_type=BigInteger)
    name_en: str = ""


class ServiceRow(SQLModel, table=True):
    """A service of a hall's plan; `slots` and `steps` as the plan's JSON has them."""

    __tablename__ = "services"
    __table_args__ = (ForeignKeyConstraint(["hall", "lane"], ["lanes.hall", "lanes.id"]),)

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    code: str = Field(primary_key=True)
    position: int
    name: str
    lane: str
    minutes: int
    name_en: str = ""
    department: str = ""
    item_type: str = ""
    quota: int = 0
    warn_at: int = 0
    slots: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    steps: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    grace: int | None = Field(default=None, sa_type=BigInteger)
    min_calls: int | None = None


class WindowRow(SQLModel, table=True):
    """A window of a hall's plan."""

    __tablename__ = "windows"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    number: str = Field(primary_key=True)
    position: int
    name: str
    kinds: list[str] = Field(sa_column=Column(JSON, nullable=False))
    lanes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    classes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    zone: str
    name_en: str = ""


class LayoutVersionRow(SQLModel, table=True):
    """A plan as it was published: frozen, with the calendar it was published with."""

    __tablename__ = "layout_versions"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    version: int = Field(primary_key=True)
    digest: str
    json_: str = Field(sa_column=Column("json", Text, nullable=False))
    calendar: str = Field(sa_type=Text)
    published_at: int = Field(sa_type=BigInteger)
    published_by: str


class PersonRow(SQLModel, table=True):
    """Somebody who signs in; `name` is what they type, `password` an argon2id hash."""

    __tablename__ = "people"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    full_name: str = ""
    password: str
    active: bool = True
    created: int = Field(sa_type=BigInteger)


class GrantRow(SQLModel, table=True):
    """A role of a person at a place (and all below it), in a hall, or, with neither, anywhere."""

    __tablename__ = "grants"

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="people.id", index=True)
    role: str
    place: int | None = Field(default=None, foreign_key="places.id")
    hall: str | None = Field(default=None, foreign_key="halls.id")
    window: str = ""


class SessionRow(SQLModel, table=True):
    """A browser's session, by the SHA-256 of its cookie."""

    __tablename__ = "sessions"

    hash: str = Field(primary_key=True)
    person: int = Field(foreign_key="people.id", index=True)
    created: int = Field(sa_type=BigInteger)
    seen: int = Field(sa_type=BigInteger)
    address: str = ""


class TokenRow(SQLModel, table=True):
    """A bearer token of a device or service, by its SHA-256; 0 means "not" for the times."""

    __tablename__ = "tokens"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    role: str
    hall: str | None = Field(default=None, foreign_key="halls.id", index=True)
    window: str = ""
    label: str = ""
    created: int = Field(sa_type=BigInteger)
    expires: int = Field(default=0, sa_type=BigInteger)
    revoked: int = Field(default=0, sa_type=BigInteger)
    last_seen: int = Field(default=0, sa_type=BigInteger)


class SignInRow(SQLModel, table=True):
    """One attempt to sign in, for the auditor; `outcome` is ok, failed or locked."""

    __tablename__ = "sign_ins"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    at: int = Field(sa_type=BigInteger, index=True)
    address: str = ""
    outcome: str


class AcknowledgementRow(SQLModel, table=True):
    """Somebody has seen an alert of a hall-day; `name` is how they were called then."""

    __tablename__ = "acknowledgements"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    day: str = Field(primary_key=True)
    alert: str = Field(primary_key=True)
    by: str
    name: str
    at: int = Field(sa_type=BigInteger)


class BookingRow(SQLModel, table=True):
    """An appointment; `person` is the platform's keyed hash, `ticket` of `day` what it became."""

    __tablename__ = "bookings"

    hall: str = Field(primary_key=True, foreign_key="halls.id")
    code: str = Field(primary_key=True)
    service: str
    appointed: int = Field(sa_type=BigInteger, index=True)
    class_: str = Field(default="", sa_column=Column("class", String(), nullable=False))
    person: str = ""
    day: str = ""
    ticket: str = ""
    cancelled: bool = False


class AuditRow(SQLModel, table=True):
    """A change of settings, for the auditor: who did what, to whom or what, and when.

    `hall` is empty for what reaches beyond one hall; `details` is JSON, without any secret.
    """

    __tablename__ = "audit_log"

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger, index=True)
    by: str = ""
    what: str
    hall: str = Field(default="", index=True)
    subject: str = ""
    details: str = Field(default="{}", sa_type=Text)


class RedactionRow(SQLModel, table=True):
    """What people had written about visitors was taken out of a day's events: when, from how
    many. The day's digest was made before."""

    __tablename__ = "redactions"

    hall: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    events: int
