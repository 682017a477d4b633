"""The hall tree: city → county → town → village → enterprise point, two to five levels of it.

A place is named by its path from the top. A grant on a place reaches every hall below it, and
an upper level sees the roll-up of the lower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.tables import HallRow, PlaceRow


class Level(StrEnum):
    """The levels of the tree, from the top."""

    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    POINT = "point"


LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the way down, e.g. the town 示例镇."""

    level: Level
    name: str


#: From the top of the tenant down to the place that is meant.
PlacePath = tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place as it is stored; `id` is what a grant is given on."""

    id: int
    tenant: str
    path: PlacePath

    def __str__(self) -> str:
        return "/".join(place.name for place in self.path)


def path_problems(path: PlacePath) -> Iterator[str]:
    """What keeps a path from being a way down the tree."""
    depths = [LEVELS.index(place.level) for place in path]
    if depths != sorted(set(depths)):
        yield "must go down from city to point, each level once"
    for place in path:
        if not place.name.strip() or "/" in place.name or len(place.name) > 64:
            yield f"the {place.level} must have a name without / of at most 64 characters"


def find_or_add(session: Session, tenant: str, path: PlacePath) -> int:
    """The id of the place at the end of `path`; it and those above it are made if new."""
    for problem in path_problems(path):
        raise Invalid("place", problem)
    parent: int | None = None
    for place in path:
        parent = _child(session, tenant, parent, place)
    if parent is None:
        raise Invalid("place", "must not be empty")
    return parent


def _child(session: Session, tenant: str, parent: int | None, place: Place) -> int | None:
    known = select(PlaceRow).where(
        PlaceRow.tenant == tenant, PlaceRow.parent == parent, PlaceRow.name == place.name
    )
    row = session.exec(known).first()
    if row is None:
        row = PlaceRow(tenant=tenant, parent=parent, level=place.level, name=place.name)
        session.add(row)
        session.flush()
    elif row.level != place.level:
        raise Invalid("place", f"{place.name!r} is known as a {row.level}, not a {place.level}")
    return row.id


def all_places(session: Session) -> dict[int, PlaceEntry]:
    """Every place of every tenant, by id."""
    rows = {row.id: row for row in session.exec(select(PlaceRow)) if row.id is not None}
    return {id_: PlaceEntry(id_, row.tenant, _path(rows, row)) for id_, row in rows.items()}


def _path(rows: dict[int, PlaceRow], row: PlaceRow) -> PlacePath:
    above = _path(rows, rows[row.parent]) if row.parent is not None else ()
    return (*above, Place(Level(row.level), row.name))


def halls_below(session: Session, place: int) -> frozenset[str]:
    """The halls at a place and at every place below it."""
    if session.get(PlaceRow, place) is None:
        raise Unknown("place", place)
    below = select(PlaceRow.id).where(PlaceRow.id == place).cte("below", recursive=True)
    below = below.union(select(PlaceRow.id).where(col(PlaceRow.parent) == below.c.id))
    return frozenset(
        session.exec(select(HallRow.id).where(col(HallRow.place).in_(select(below.c.id))))
    )


def hall_row(session: Session, hall: str) -> HallRow:
    """The hall of that id; raises `Unknown`."""
    # What comes from an address may hold characters that no database takes.
    row = session.get(HallRow, hall) if hall.isascii() and hall.isprintable() else None
    if row is None:
        raise Unknown("hall", hall)
    return row
