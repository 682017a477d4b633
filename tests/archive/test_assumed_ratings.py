"""The rule that silence is fairly content, and what counts in no share."""

from __future__ import annotations

from typing import Any

import pytest

from queue_server.archive import work_order_steps, work_orders
from queue_server.archive.assumed_ratings import AFTER, assume
from queue_server.archive.configuration import Configuration
from queue_server.archive.memory import DayRow, RatingRow, VisitRow
from queue_server.archive.opinions import Opinions, opinions
from queue_server.archive.work_orders import Outcome

NOW = 1_772_411_400_000
DAY = 24 * 3_600_000
HALL_DAY = {"hall": "east", "day": "2026-03-02", "date": "2026-03-02"}


@pytest.fixture
def known(configuration: Configuration) -> Configuration:
    """A day, a day of a drill, and a day of another hall."""
    drill = {"hall": "east", "day": "2026-03-02-drill-1", "date": "2026-03-02", "speed": 20}
    other = {"hall": "west", "day": "2026-03-02", "date": "2026-03-02"}
    with configuration.database.writing() as session:
        for day in (HALL_DAY, drill, other):
            session.add(DayRow(**day, opened=NOW))
    return configuration


def add(known: Configuration, *rows: RatingRow | VisitRow) -> None:
    with known.database.writing() as session:
        session.add_all(rows)


def rating(ticket: str, score: int, **more: Any) -> RatingRow:
    words: dict[str, Any] = {**HALL_DAY, "at": NOW, "window": "1", "clerk": "person:3"}
    return RatingRow(**(words | {"ticket": ticket, "score": score} | more))


def visit(ticket: str, **more: Any) -> VisitRow:
    words: dict[str, Any] = {**HALL_DAY, "hour": 9, "lane": "general", "class_": "ordinary"}
    words |= {"service": "51201", "taken": NOW, "ended": NOW + 1, "state": "served"}
    return VisitRow(**(words | {"ticket": ticket, "window": "2", "clerk": "person:4"} | more))


def told(known: Configuration) -> Opinions:
    with known.database.reading() as session:
        return opinions(session, ["east"], "2026-03-01", "2026-03-31").totals


def assumed(known: Configuration, now: int) -> int:
    with known.database.writing() as session:
        return assume(session, now)


def test_an_overturned_rating_counts_in_no_share(known: Configuration) -> None:
    """It is told that there was one; one that was upheld counts."""
    rows = [rating("A001", 1), rating("A002", 2), rating("A003", 5)]
    outcomes = (Outcome.OVERTURNED, Outcome.UPHELD)
    with known.database.writing() as session:
        session.add_all(rows)
        work_orders.opened(session, rows)
        orders = work_orders.listed(session, "east", NOW)
        for one, outcome in zip(orders, outcomes, strict=True):
            id_ = one.order.id or 0
            work_order_steps.answered(session, "east", id_, "person:1", NOW, "已核查")
            work_order_steps.appealed(session, "east", id_, "person:3", NOW, "并非本窗口")
            work_order_steps.decided(session, "east", id_, "person:1", NOW, "属实", outcome)

    all_ = told(known)
    assert (all_.levels, all_.overturned) == ((0, 1, 0, 0, 1), 1)
    assert (all_.bad, all_.bad_share) == (1, 0.5)


def test_silence_counts_as_fairly_content_where_the_rule_is_on(known: Configuration) -> None:
    """After seven days, once, for who was served and said nothing; it is known as assumed."""
    add(
        known,
        visit("A001"),
        visit("A002"),
        visit("A003", state="no_show"),
        visit("A004", ended=NOW + DAY),
        visit("A005", day="2026-03-02-drill-1"),
        rating("A002", 5),
    )
    assert assumed(known, NOW + AFTER) == 0
    assert assumed(known, NOW + AFTER + 2) == 1
    assert assumed(known, NOW + AFTER + 2) == 0
    assert assumed(known, NOW + AFTER + 2 * DAY) == 1

    with known.database.reading() as session:
        row = session.get(RatingRow, ("east", "2026-03-02", "A001"))
    assert row is not None
    assert (row.score, row.assumed, row.window, row.clerk, row.source) == (
        3,
        True,
        "2",
        "person:4",
        "",
    )
    assert (row.date, row.at) == ("2026-03-02", NOW + 1 + AFTER)
    all_ = told(known)
    assert (all_.levels, all_.assumed, all_.rate) == ((0, 0, 0, 0, 1), 2, 1 / 3)
