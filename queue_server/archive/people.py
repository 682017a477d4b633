"""Who works in the halls, and in which roles."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from queue_server.archive.audit_log import note
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid, Taken, Unknown
from queue_server.archive.inputs import one_line
from queue_server.archive.passwords import Passwords, normal
from queue_server.archive.places import hall_row, halls_below
from queue_server.archive.principals import PEOPLE_ROLES, Grant, Role
from queue_server.archive.tables import GrantRow, PersonRow, PlaceRow, SessionRow

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A role as it was given: at a place (its id), in a hall, or, with neither, everywhere."""

    id: int
    role: Role
    place: int | None
    hall: str
    window: str


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody who may sign in, while `active`."""

    name: str
    full_name: str
    active: bool
    grants: tuple[GrantEntry, ...]


class People:
    """The people in a database."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    def add_person(
        self, name: str, password: str, now: int, full_name: str = "", *, by: str = ""
    ) -> int:
        """A new person without any role; returns the id. Raises `Invalid` or `Taken`."""
        known_as = sign_in_name(name)
        if not 0 < len(known_as) <= LONGEST_NAME or not _readable(name.strip()):
            raise Invalid("name", f"must be 1 to {LONGEST_NAME} characters, without blanks")
        kept = self._passwords.hash(password, known_as)
        full_name = one_line("full_name", full_name)
        row = PersonRow(name=known_as, full_name=full_name, password=kept, created=now)
        with self._database.writing() as session:
            if find(session, known_as):
                raise Taken("name", known_as)
            session.add(row)
            session.flush()
            note(session, "person.added", by, now, subject=known_as, full_name=full_name)
            return row.id or 0

    def set_password(
        self, name: str, password: str, *, by: str = "", now: int | None = None
    ) -> None:
        """A new password; whoever was signed in with the old one is signed out."""
        kept = self._passwords.hash(password, name)
        with self._database.writing() as session:
            person = _person(session, name)
            person.password = kept
            _sign_out_everywhere(session, person)
            note(session, "person.password_set", by, now, subject=person.name)

    def set_active(self, name: str, active: bool, *, by: str = "", now: int | None = None) -> None:
        """Let a person in, or no longer; what they did stays on record."""
        with self._database.writing() as session:
            person = _person(session, name)
            if person.active != active:
                what = "person.activated" if active else "person.deactivated"
                note(session, what, by, now, subject=person.name)
            person.active = active
            if not active:
                _sign_out_everywhere(session, person)

    def grant(
        self,
        name: str,
        role: str,
        *,
        place: int | None = None,
        hall: str = "",
        window: str = "",
        by: str = "",
        now: int | None = None,
    ) -> int:
        """Give a role: at a place and all below it, in a hall, or, with neither, everywhere.

        Returns the grant's id. Raises `Unknown`, or `Invalid` for a role that people don't have.
        """
        if role not in PEOPLE_ROLES:
            raise Invalid("role", f"must be one of {', '.join(sorted(PEOPLE_ROLES))}")
        if place is not None and hall:
            raise Invalid("place", "give a place or a hall, not both")
        if window and not hall:
            raise Invalid("window", "a window belongs to a hall")
        window = one_line("window", window, longest=32)
        with self._database.writing() as session:
            _must_exist(session, place, hall)
            person = _person(session, name)
            row = GrantRow(
                person=person.id or 0, role=role, place=place, hall=hall or None, window=window
            )
            session.add(row)
            session.flush()
            _note_role(session, "role.granted", row, person, by, now)
            return row.id or 0

    def revoke(self, grant: int, *, by: str = "", now: int | None = None) -> None:
        """Take a role back; raises `Unknown`."""
        with self._database.writing() as session:
            if (row := session.get(GrantRow, grant)) is None:
                raise Unknown("grant", grant)
            person = session.get_one(PersonRow, row.person)
            _note_role(session, "role.revoked", row, person, by, now)
            session.delete(row)

    def names(self) -> dict[str, str]:
        """How everybody is called, by the id that events have (`person:7`)."""
        with self._database.reading() as session:
            rows = session.exec(select(PersonRow))
            return {f"person:{row.id}": row.full_name or row.name for row in rows}

    def people(self) -> tuple[PersonEntry, ...]:
        """Everybody, by name."""
        with self._database.reading() as session:
            rows = session.exec(select(PersonRow).order_by(PersonRow.name)).all()
            return tuple(_entry(session, row) for row in rows)


def sign_in_name(name: str) -> str:
    """One spelling of a name: `Li`, ` li` and `ＬＩ` are the same person."""
    return normal(name).strip().casefold()


def find(session: Session, name: str) -> PersonRow | None:
    """The person of that name, however it is spelled."""
    return session.exec(select(PersonRow).where(PersonRow.name == sign_in_name(name))).first()


def grants_of(session: Session, person: int) -> tuple[Grant, ...]:
    """A person's roles, with places resolved to the halls below them as they are now."""
    rows = session.exec(select(GrantRow).where(GrantRow.person == person))
    return tuple(Grant(Role(row.role), _halls(session, row), row.window) for row in rows.all())


def _halls(session: Session, row: GrantRow) -> frozenset[str] | None:
    if row.place is not None:
        return halls_below(session, row.place)
    return frozenset({row.hall}) if row.hall else None


def _person(session: Session, name: str) -> PersonRow:
    if (person := find(session, name)) is None:
        raise Unknown("name", name)
    return person


def _note_role(
    session: Session, what: str, row: GrantRow, person: PersonRow, by: str, now: int | None
) -> None:
    """In the auditor's book: which role, where."""
    where = {"place": row.place, "window": row.window}
    note(session, what, by, now, subject=person.name, hall=row.hall or "", role=row.role, **where)


def _must_exist(session: Session, place: int | None, hall: str) -> None:
    if place is not None and session.get(PlaceRow, place) is None:
        raise Unknown("place", place)
    if hall:
        hall_row(session, hall)


def _sign_out_everywhere(session: Session, person: PersonRow) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.person) == person.id))


def _readable(name: str) -> bool:
    # Categories C (control and format characters) and Z (blanks) would make look-alikes.
    return not any(unicodedata.category(character)[0] in "CZ" for character in name)


def _entry(session: Session, row: PersonRow) -> PersonEntry:
    grants = session.exec(select(GrantRow).where(GrantRow.person == row.id))
    return PersonEntry(
        row.name,
        row.full_name,
        row.active,
        tuple(
            GrantEntry(g.id or 0, Role(g.role), g.place, g.hall or "", g.window)
            for g in grants.all()
        ),
    )
