"""Ratings counted, on both databases, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid
from queue_server.archive.memory import DayRow, RatingRow, VisitRow
from queue_server.archive.opinions import opinions

DATE = "2026-11-22"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def visit(session: Session, ticket: str, score: int = 0, **more: Any) -> None:
    """Somebody was served at window 1 of the hall and, with a score, said something."""
    place: dict[str, Any] = {
        "hall": "hall",
        "day": DATE,
        "date": DATE,
        "ticket": ticket,
        "lane": "general",
    }
    place |= {"service": "S1", "window": "1", "clerk": "person:1"} | more
    assumed = bool(place.pop("assumed", False))
    session.add(VisitRow(**place, hour=9, class_="ordinary", taken=1, state="served"))
    if score:
        session.add(RatingRow(**place, at=2, score=score, assumed=assumed))


def test_shares_are_of_what_was_said(session: Session) -> None:
    """Two of five are 差评; of six served visits five were rated."""
    for ticket, score in enumerate((5, 5, 4, 2, 1, 0)):
        visit(session, f"A{ticket}", score)
    found = opinions(session, ["hall"], DATE, DATE).totals
    assert (found.count, found.levels) == (5, (1, 1, 0, 1, 2))
    assert found.shares == (0.2, 0.2, 0, 0.2, 0.4)
    assert (found.bad, found.bad_share, found.mean) == (2, 0.4, 3.4)
    assert (found.served, found.rate) == (6, 5 / 6)


def test_what_a_rule_assumed_is_counted_aside(session: Session) -> None:
    """It is in no share, no mean and no rate."""
    visit(session, "A1", 5)
    visit(session, "A2", 3, assumed=True)
    found = opinions(session, ["hall"], DATE, DATE).totals
    assert (found.count, found.assumed, found.mean, found.rate) == (1, 1, 5, 0.5)


def test_by_window_clerk_and_service(session: Session) -> None:
    """A window is a hall's own; a service is the same everywhere; who served unrated has a rate
    of none."""
    visit(session, "A1", 1)
    visit(session, "A2", 5, window="2", clerk="person:2")
    visit(session, "A3", window="10", clerk="person:3")
    visit(session, "A4", 4, hall="town", service="S2")
    found = opinions(session, ["hall", "town"], DATE, DATE, ("window", "clerk", "service")).groups
    windows = [(one.hall, one.key, one.count, one.rate) for one in found["window"]]
    assert windows == [
        ("hall", "1", 1, 1),
        ("hall", "2", 1, 1),
        ("hall", "10", 0, 0),
        ("town", "1", 1, 1),
    ]
    assert [(one.key, one.levels) for one in found["clerk"]] == [
        ("person:1", (1, 0, 0, 1, 0)),
        ("person:2", (0, 0, 0, 0, 1)),
        ("person:3", (0, 0, 0, 0, 0)),
    ]
    assert [(one.key, one.bad, one.served) for one in found["service"]] == [
        ("S1", 1, 3),
        ("S2", 0, 1),
    ]


def test_other_halls_other_days_and_drills_are_not_counted(session: Session) -> None:
    visit(session, "A1", 5)
    visit(session, "A2", 1, hall="other")
    visit(session, "A3", 1, day="2026-11-23", date="2026-11-23")
    visit(session, "A4", 1, day="drill")
    session.add(DayRow(hall="hall", day="drill", date=DATE, speed=60, opened=1))
    found = opinions(session, ["hall"], DATE, DATE, ("date", "month", "lane", "hall"))
    assert (found.totals.count, found.totals.served) == (1, 1)
    assert [one.key for one in found.groups["month"]] == ["2026-11"]
    assert [(one.hall, one.key) for one in found.groups["lane"]] == [("hall", "general")]


def test_of_nothing_there_is_no_share(session: Session) -> None:
    found = opinions(session, ["hall"], DATE, DATE).totals
    assert (found.count, found.mean, found.rate, found.bad_share) == (0, None, None, None)


def test_a_grouping_that_ratings_have_not(session: Session) -> None:
    """Is named."""
    with pytest.raises(Invalid, match="by: 'hour'"):
        opinions(session, ["hall"], DATE, DATE, "hour")
