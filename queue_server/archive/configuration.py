"""Which halls there are, how each is planned, and what of that is published.

Synchronous, and without a clock: times come in as Unix milliseconds. People and tokens have
modules of their own and hang here only so that one URL opens everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from queue_server.archive import places, plans
from queue_server.archive.acknowledgements import Acknowledgements
from queue_server.archive.audit_log import AuditLog, note
from queue_server.archive.bookings import Bookings
from queue_server.archive.database import Database
from queue_server.archive.errors import Changed, Invalid, Unknown
from queue_server.archive.passwords import Passwords
from queue_server.archive.people import People
from queue_server.archive.places import PlaceEntry, PlacePath, hall_row
from queue_server.archive.principals import Principal
from queue_server.archive.sessions import Sessions, SignInRules
from queue_server.archive.tables import HallRow, LayoutVersionRow, TenantRow
from queue_server.archive.tokens import PREFIX, Tokens
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import InvalidLayout, Layout


@dataclass(frozen=True, slots=True)
class HallEntry:
    """A hall as the tree lists it; `version` is the published one."""

    id: str
    tenant: str
    name: str
    name_en: str
    place: PlacePath
    version: int


@dataclass(frozen=True, slots=True)
class Version:
    """One publication of a hall's plan; `at` in Unix ms."""

    version: int
    digest: str
    at: int
    by: str


class Configuration:
    """The configuration in the database at `url`; `migrate` it once before anything else."""

    def __init__(
        self,
        url: str,
        rules: SignInRules | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        passwords = passwords or Passwords()
        self.database = Database(url)
        self.people = People(self.database, passwords)
        self.sessions = Sessions(self.database, passwords, rules or SignInRules())
        self.tokens = Tokens(self.database)
        self.acknowledgements = Acknowledgements(self.database)
        self.bookings = Bookings(self.database)
        self.audit_log = AuditLog(self.database)

    def migrate(self) -> None:
        """Bring the tables to this program's shape; several processes may do so at once."""
        self.database.migrate()

    def close(self) -> None:
        """Let go of every connection."""
        self.database.close()

    def principal(self, secret: str, now: int) -> Principal | None:
        """Whoever shows this bearer token or session; None when it is not, or no longer, good."""
        if secret.startswith(PREFIX):
            return self.tokens.principal(secret, now)
        return self.sessions.principal(secret, now)

    def principals(self, secrets: Collection[str], now: int) -> dict[str, Principal]:
        """The same for many at once; those who are good, by their secret."""
        tokens = [secret for secret in secrets if secret.startswith(PREFIX)]
        found = self.tokens.principals(tokens, now)
        for secret in secrets:
            if not secret.startswith(PREFIX) and (known := self.sessions.principal(secret, now)):
                found[secret] = known
        return found

    def halls(self, below: int | None = None) -> tuple[HallEntry, ...]:
        """Every hall, or those at and below a place, in order of their ids."""
        with self.database.reading() as session:
            rows = select(HallRow).order_by(HallRow.id)
            if below is not None:
                rows = rows.where(col(HallRow.id).in_(places.halls_below(session, below)))
            known = places.all_places(session)
            return tuple(_entry(row, known) for row in session.exec(rows))

    def places(self) -> tuple[PlaceEntry, ...]:
        """The whole tree, each place after the one above it."""
        with self.database.reading() as session:
            return tuple(sorted(places.all_places(session).values(), key=_from_the_top))

    def place(self, tenant: str, path: str) -> PlaceEntry:
        """The place that names such as `示例市/示例镇` lead to; raises `Unknown`."""
        for place in self.places():
            if place.tenant == tenant and str(place) == path.strip("/"):
                return place
        raise Unknown("place", path)

    def add_place(self, tenant: str, path: PlacePath) -> int:
        """The id of the place at the end of the path; it and those above it are made if new."""
        with self.database.writing() as session:
            _tenant(session, tenant)
            return places.find_or_add(session, tenant, path)

    def publish(
        self,
        layout: Layout,
        calendar: Calendar,
        by: str,
        at: int,
        place: PlacePath = (),
        after: int | None = None,
    ) -> int:
        """Make this the hall's plan and hours; returns the number of the version.

        A hall that is new is made, at `place`; one that is known stays where it is unless a
        place is given. The plan that is already published gets no second version. Raises
        `InvalidLayout` with everything that is wrong, and `Changed` when version `after`, which
        this plan was made from, is not the published one any more.
        """
        if wrong := [*layout.problems(), *calendar.problems()]:
            raise InvalidLayout(wrong)
        with self.database.writing() as session:
            hall = _hall_for(session, layout, at)
            if after is not None and hall.published != after:
                raise Changed(hall.published)
            if place:
                hall.place = places.find_or_add(session, layout.tenant, place)
            version = _version(layout, calendar, hall.published + 1, by, at)
            if hall.published and _same(_published(session, hall), version):
                return hall.published
            plans.write_rows(session, hall, layout)
            hall.published = version.version
            session.add(version)
            told = {"digest": version.digest, "place": "/".join(one.name for one in place)}
            note(session, "plan.published", by, at, subject=version.version, hall=hall.id, **told)
            return version.version

    def layout(self, hall: str, version: int | None = None) -> Layout:
        """The published plan of a hall, or an older version of it; raises `Unknown`."""
        with self.database.reading() as session:
            return Layout.from_json(_published(session, hall_row(session, hall), version).json_)

    def draft(self, hall: str) -> Layout:
        """The plan as the editable rows have it, which may be ahead of what is published."""
        with self.database.reading() as session:
            return plans.read_rows(session, hall_row(session, hall))

    def calendar(self, hall: str) -> Calendar:
        """The published opening hours of a hall; raises `Unknown`."""
        with self.database.reading() as session:
            return Calendar.from_json(_published(session, hall_row(session, hall)).calendar)

    def place_of(self, hall: str) -> PlacePath:
        """Where in the tree a hall is; empty when nowhere."""
        with self.database.reading() as session:
            return _entry(hall_row(session, hall), places.all_places(session)).place

    def versions(self, hall: str) -> tuple[Version, ...]:
        """Every publication of a hall's plan, newest first."""
        with self.database.reading() as session:
            rows = select(LayoutVersionRow).where(
                LayoutVersionRow.hall == hall_row(session, hall).id
            )
            newest_first = session.exec(rows.order_by(col(LayoutVersionRow.version).desc()))
            return tuple(
                Version(row.version, row.digest, row.published_at, row.published_by)
                for row in newest_first
            )


def _hall_for(session: Session, layout: Layout, at: int) -> HallRow:
    _tenant(session, layout.tenant)
    hall = session.get(HallRow, layout.hall)
    if hall is None:
        hall = HallRow(id=layout.hall, tenant=layout.tenant, created=at, **plans.plain(layout))
        session.add(hall)
        session.flush()
    elif hall.tenant != layout.tenant:
        raise Invalid("hall", f"{layout.hall!r} belongs to the tenant {hall.tenant!r}")
    return hall


def _tenant(session: Session, tenant: str) -> None:
    if session.get(TenantRow, tenant) is None:
        session.add(TenantRow(id=tenant))
        session.flush()


def _published(session: Session, hall: HallRow, version: int | None = None) -> LayoutVersionRow:
    wanted = hall.published if version is None else version
    if (row := session.get(LayoutVersionRow, (hall.id, wanted))) is None:
        raise Unknown("version", wanted)
    return row


def _version(
    layout: Layout, calendar: Calendar, version: int, by: str, at: int
) -> LayoutVersionRow:
    return LayoutVersionRow(
        hall=layout.hall,
        version=version,
        digest=layout.digest,
        json_=layout.to_json(),
        calendar=calendar.to_json(),
        published_at=at,
        published_by=by,
    )


def _same(one: LayoutVersionRow, other: LayoutVersionRow) -> bool:
    return (one.digest, one.calendar) == (other.digest, other.calendar)


def _entry(row: HallRow, known: Mapping[int, PlaceEntry]) -> HallEntry:
    path = known[row.place].path if row.place is not None else ()
    return HallEntry(row.id, row.tenant, row.name, row.name_en, path, row.published)


def _from_the_top(place: PlaceEntry) -> tuple[str, str]:
    return (place.tenant, str(place))
