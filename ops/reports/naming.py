"""What lanes, windows, services and people are called, by the ids that the archive has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from ops.reports.lines import Name
from ops.reports.words import WORDS
from queue_server.archive.accuracy import EXPECTED
from queue_server.archive.selection import AT_ONCE
from queue_server.archive.tables import (
    ClassRow,
    HallRow,
    LaneRow,
    PersonRow,
    ServiceRow,
    WindowRow,
)

NONE, NEVER = Name(*WORDS["none"]), Name(*WORDS["never_called"])


@dataclass(frozen=True, slots=True)
class Names:
    """By grouping, hall (empty where a name holds everywhere) and key."""

    known: Mapping[tuple[str, str, str], Name]

    def of(self, by: str, hall: str, key: str) -> Name:
        """What a group is called; what nobody knows any more is called by its id."""
        if not key:
            # A stage that nobody called has no window and no clerk.
            return NEVER if by in ("window", "clerk") else NONE
        if by == "hour":
            return Name(f"{key}:00")
        if by == "expected":
            return _expected(int(key))
        named = self.known.get((by, hall, key), Name(key))
        if by == "window" and named.zh != key:
            return Name(f"{key} {named.zh}", f"{key} {named.en or named.zh}")
        return named


def _expected(begins: int) -> Name:
    later = [one for one in EXPECTED if one > begins]
    if not later:
        zh, en = WORDS["minutes_over"]
        return Name(zh.format(from_=begins), en.format(from_=begins))
    zh, en = WORDS["minutes_from"]
    return Name(zh.format(from_=begins, to=later[0]), en.format(from_=begins, to=later[0]))


def names(session: Session, halls: Iterable[str]) -> Names:
    """The names of everything in these halls, and of everybody. Of a service or a class that
    several halls have, the first one's name is taken."""
    ids, found = list(halls), dict[tuple[str, str, str], Name]()
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        for hall in session.exec(select(HallRow).where(col(HallRow.id).in_(some))):
            found["hall", hall.id, hall.id] = Name(hall.name, hall.name_en)
        for lane in _rows(session, LaneRow, "id", some):
            found["lane", lane[0], lane[1]] = Name(*lane[2:])
        for window in _rows(session, WindowRow, "number", some):
            found["window", window[0], window[1]] = Name(*window[2:])
        for service in _rows(session, ServiceRow, "code", some):
            found.setdefault(("service", "", service[1]), Name(*service[2:]))
        for class_ in _rows(session, ClassRow, "id", some):
            found.setdefault(("class", "", class_[1]), Name(*class_[2:]))
    for person in session.exec(select(PersonRow)):
        found["clerk", "", f"person:{person.id}"] = Name(person.full_name or person.name)
    return Names(found)


def _rows(session: Session, table: Any, id_: str, halls: list[str]) -> Iterable[Any]:
    """(hall, id, name, English name) of each."""
    columns = (table.hall, getattr(table, id_), table.name, table.name_en)
    wanted = select(*columns).where(col(table.hall).in_(halls)).order_by(*columns[:2])
    return session.exec(wanted).all()
