"""The way in: sign in, stay in for a while, sign out.

A session is idle for at most half an hour and ends after a working day; five failures in a
quarter of an hour lock a name for the rest of it. Every attempt is kept for the auditor.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from threading import Lock

from sqlmodel import Session, col, delete, select

from queue_server.archive.database import Database
from queue_server.archive.errors import LockedOut, WrongPassword
from queue_server.archive.passwords import Passwords
from queue_server.archive.people import LONGEST_NAME, find, grants_of, sign_in_name
from queue_server.archive.principals import Principal
from queue_server.archive.tables import PersonRow, SessionRow, SignInRow
from queue_server.archive.tokens import SEEN_EVERY, fingerprint
from queue_server.domain.calling import HOUR, MINUTE

OK, FAILED, LOCKED = "ok", "failed", "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """How long a session lasts, and when a name is locked; durations in ms."""

    idle: int = 30 * MINUTE
    lifetime: int = 12 * HOUR
    failures: int = 5
    within: int = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its secret, for the cookie, whose it is, and when it ends for certain."""

    token: str
    principal: Principal
    ends: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to sign in: `outcome` is ok, failed or locked; `at` in Unix ms."""

    at: int
    name: str
    address: str
    outcome: str


class Sessions:
    """The sessions in a database."""

    def __init__(self, database: Database, passwords: Passwords, rules: SignInRules) -> None:
        self._database = database
        self._passwords = passwords
        self._rules = rules
        # Guesses at one name take turns, or a hundred at once would all see no failure yet.
        # A fixed number of locks, because names are made up by whoever asks.
        self._turns = tuple(Lock() for _ in range(64))

    def sign_in(self, name: str, password: str, now: int, address: str = "") -> SignedIn:
        """A session for whoever knows the password; raises `WrongPassword` or `LockedOut`."""
        known_as = sign_in_name(name[:LONGEST_NAME])
        with self._turns[hash(known_as) % len(self._turns)]:
            if until := self._locked_until(known_as, now):
                self._note(known_as, now, address, LOCKED)
                raise LockedOut(until, now)
            person = self._person_with(known_as, password)
            self._note(known_as, now, address, OK if person else FAILED)
            if person is None:
                raise WrongPassword
        return self._begin(person, password, now, address)

    def sign_out(self, token: str) -> None:
        """End a session; one that is no more may be ended again."""
        with self._database.writing() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.hash) == fingerprint(token)))

    def principal(self, token: str, now: int) -> Principal | None:
        """Whose session this is at `now` (Unix ms), which counts as a sign of life; or None."""
        with self._database.reading() as session:
            row = session.get(SessionRow, fingerprint(token))
            if row is None or self._over(row, now):
                return None
            found = _principal(session, session.get_one(PersonRow, row.person))
            stale = now - row.seen >= min(SEEN_EVERY, self._rules.idle // 2)
        if stale:
            self._saw(token, now)
        return found

    def attempts(self, name: str = "", limit: int = 100) -> tuple[Attempt, ...]:
        """The latest attempts to sign in, newest first; of one name, if given."""
        rows = select(SignInRow).order_by(col(SignInRow.id).desc()).limit(limit)
        if name:
            rows = rows.where(SignInRow.name == sign_in_name(name))
        with self._database.reading() as session:
            return tuple(Attempt(r.at, r.name, r.address, r.outcome) for r in session.exec(rows))

    def _locked_until(self, name: str, now: int) -> int:
        # Attempts while locked do not count, or a stranger could lock a name for ever.
        recent = (
            select(SignInRow)
            .where(SignInRow.name == name, SignInRow.outcome != LOCKED)
            .where(SignInRow.at > now - self._rules.within, SignInRow.at <= now)
            .order_by(col(SignInRow.id).desc())
            .limit(self._rules.failures)
        )
        with self._database.reading() as session:
            tried = session.exec(recent).all()
        if len(tried) < self._rules.failures or any(row.outcome == OK for row in tried):
            return 0
        return min(row.at for row in tried) + self._rules.within

    def _person_with(self, name: str, password: str) -> PersonRow | None:
        with self._database.reading() as session:
            person = find(session, name)
        fits = self._passwords.fits(password, person.password if person else None)
        return person if person and fits and person.active else None

    def _begin(self, person: PersonRow, password: str, now: int, address: str) -> SignedIn:
        token = "js_" + secrets.token_urlsafe(32)
        row = SessionRow(hash=fingerprint(token), person=person.id or 0, created=now, seen=now)
        row.address = address
        outdated = self._passwords.outdated(person.password)
        renewed = self._passwords.again(password) if outdated else person.password
        with self._database.writing() as session:
            known = session.get_one(PersonRow, person.id)
            if (known.password, known.active) != (person.password, True):
                # Somebody changed the password or closed the account in these milliseconds.
                raise WrongPassword
            known.password = renewed
            session.add(row)
            old = col(SessionRow.created) <= now - self._rules.lifetime
            session.exec(delete(SessionRow).where(old))
            return SignedIn(token, _principal(session, known), now + self._rules.lifetime)

    def _over(self, row: SessionRow, now: int) -> bool:
        rules = self._rules
        return now - row.seen >= rules.idle or now - row.created >= rules.lifetime

    def _saw(self, token: str, now: int) -> None:
        with self._database.writing() as session:
            if row := session.get(SessionRow, fingerprint(token)):
                row.seen = now

    def _note(self, name: str, now: int, address: str, outcome: str) -> None:
        with self._database.writing() as session:
            session.add(SignInRow(name=name, at=now, address=address, outcome=outcome))


def _principal(session: Session, person: PersonRow) -> Principal:
    shown = person.full_name or person.name
    return Principal(f"person:{person.id}", shown, grants_of(session, person.id or 0))
