"""Which halls a report is about: one, or a place with all below it; never two tenants'."""

from __future__ import annotations

from dataclasses import dataclass

from ops.reports.lines import Name
from queue_server.archive.configuration import Configuration, HallEntry
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.places import PlaceEntry


@dataclass(frozen=True, slots=True)
class Scope:
    """The halls of a report, in order of their ids, all of one tenant. `place` is the path of the
    place (`示例市/示例镇`), empty for a hall by itself; `home` is the hall whose page has it."""

    name: Name
    place: str
    home: str
    halls: tuple[HallEntry, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The halls' ids."""
        return tuple(hall.id for hall in self.halls)


def path(hall: HallEntry) -> str:
    """Where a hall is."""
    return "/".join(place.name for place in hall.place)


def lies_in(hall: HallEntry, place: str) -> bool:
    """Whether a hall is at or below the place of this path."""
    return f"{path(hall)}/".startswith(f"{place}/")


def of_hall(known: Configuration, hall: str) -> Scope:
    """One hall; raises Unknown."""
    for entry in known.halls():
        if entry.id == hall:
            return Scope(Name(entry.name, entry.name_en), "", hall, (entry,))
    raise Unknown("hall", hall)


def of_place(known: Configuration, tenant: str, place: str) -> Scope:
    """A place of a tenant, with every hall below it; raises Unknown, or Invalid without halls."""
    found = known.place(tenant, place)
    halls = known.halls(found.id)
    if not halls:
        raise Invalid("place", f"there is no hall in {found}")
    home = min(halls, key=lambda hall: (len(hall.place), hall.id))
    return Scope(Name(found.path[-1].name), str(found), home.id, halls)


def of_either(known: Configuration, name: str, tenant: str = "") -> Scope:
    """The hall of this id, or else the place of this path; raises Unknown, or Invalid when
    several tenants have such a place and none is named."""
    if name in {hall.id for hall in known.halls()}:
        return of_hall(known, name)
    places = _places(known, name, tenant)
    if not places:
        raise Unknown("hall_or_place", name)
    if len(places) > 1:
        several = ", ".join(place.tenant for place in places)
        raise Invalid("tenant", f"there is a {name} in each of {several}; name one of them")
    return of_place(known, places[0].tenant, name)


def _places(known: Configuration, name: str, tenant: str) -> list[PlaceEntry]:
    wanted = name.strip("/")
    return [
        place
        for place in known.places()
        if str(place) == wanted and (not tenant or place.tenant == tenant)
    ]


def around(hall: HallEntry, place: str) -> str:
    """`place`, when the hall lies in it; raises Invalid."""
    if not place or not lies_in(hall, place):
        raise Invalid("place", f"{hall.id} is not in {place!r}")
    return place
