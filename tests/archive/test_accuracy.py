"""How good estimates were, on both databases, by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from queue_server.archive.accuracy import accuracy
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid
from queue_server.archive.memory import DayRow, EstimateRow
from queue_server.domain.calling import MINUTE

DATE = "2026-11-22"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def told(
    session: Session,
    ticket: str,
    middle: int,
    wait: int | None,
    lane: str = "general",
    hall: str = "hall",
    day: str = DATE,
) -> None:
    """Somebody was told so many minutes, give or take half of them, and then waited."""
    session.add(
        EstimateRow(
            hall=hall,
            day=day,
            ticket=ticket,
            date=DATE,
            at=1,
            lane=lane,
            class_="ordinary",
            ahead=3,
            low=middle * MINUTE // 2,
            middle=middle * MINUTE,
            high=middle * MINUTE * 3 // 2,
            wait=None if wait is None else wait * MINUTE,
        )
    )


def test_error_bias_and_coverage(session: Session) -> None:
    """Told 10, 10, 20 and waited 15, 2, 32: one in the range, one before, one after."""
    told(session, "A1", 10, 15)
    told(session, "A2", 10, 2)
    told(session, "A3", 20, 32)
    told(session, "A4", 20, None)
    found = accuracy(session, ["hall"], DATE, DATE).totals
    assert (found.count, found.uncalled) == (3, 1)
    assert (found.covered, found.sooner, found.later) == (1, 1, 1)
    assert found.covered_share == 1 / 3
    assert found.error == pytest.approx(25 * MINUTE / 3)
    assert found.bias == pytest.approx(-9 * MINUTE / 3)
    assert found.wait == pytest.approx(49 * MINUTE / 3)


def test_by_lane_and_by_expected_length(session: Session) -> None:
    """A length belongs to where its minutes begin; lanes are a hall's own."""
    for ticket, (middle, lane) in enumerate(
        [(4, "general"), (5, "police"), (19, "general"), (40, "police"), (200, "police")]
    ):
        told(session, f"A{ticket}", middle, middle, lane)
    told(session, "A9", 4, 4, "general", "town")
    found = accuracy(session, ["hall", "town"], DATE, DATE, ("lane", "expected", "month"))
    assert [(one.hall, one.key, one.count) for one in found.groups["lane"]] == [
        ("hall", "general", 2),
        ("hall", "police", 3),
        ("town", "general", 1),
    ]
    lengths = [(one.key, one.count) for one in found.groups["expected"]]
    assert lengths == [("0", 2), ("5", 1), ("10", 1), ("40", 2)]
    assert [one.key for one in found.groups["month"]] == ["2026-11"]


def test_other_halls_and_drills_are_not_counted(session: Session) -> None:
    told(session, "A1", 10, 10)
    told(session, "A2", 10, 10, hall="other")
    told(session, "A3", 10, 10, day="drill")
    session.add(DayRow(hall="hall", day="drill", date=DATE, speed=60, opened=1))
    assert accuracy(session, ["hall"], DATE, DATE).totals.count == 1


def test_of_nothing_there_is_no_figure(session: Session) -> None:
    found = accuracy(session, ["hall"], DATE, DATE, "lane")
    assert (found.totals.count, found.totals.error, found.totals.covered_share) == (0, None, None)
    assert found.groups["lane"] == ()


def test_a_grouping_that_estimates_have_not(session: Session) -> None:
    """Is named."""
    with pytest.raises(Invalid, match="by: 'clerk'"):
        accuracy(session, ["hall"], DATE, DATE, "clerk")
