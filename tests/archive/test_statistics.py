"""Statistics on both databases, against plain recounts of the same rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from statistics import quantiles
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from loadtest import city, year
from loadtest.city import Hall
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid
from queue_server.archive.memory import (
    DayMeasureRow,
    DayRow,
    SeatRow,
    StageRow,
    VisitRow,
)
from queue_server.archive.selection import AT_ONCE, GROUPINGS
from queue_server.archive.sketches import RELATIVE_ERROR
from queue_server.archive.statistics import Group, Statistics, statistics
from queue_server.archive.summaries import summarize
from queue_server.domain.calling import MINUTE
from queue_server.domain.measures import Measures

DAYS = 3
FIRST, LAST = "2025-01-01", "2025-01-03"
TOWN, MARKET, VILLAGE, OTHER = "town", "market", "village", "other"
LANES = (("general", 1), ("police", 1))
HALLS = (
    Hall(TOWN, "town", "", 90, LANES, 6),
    Hall(MARKET, "town", "", 60, LANES, 6),
    Hall(VILLAGE, "village", TOWN, 8, (("general", 1),), 3),
    Hall(OTHER, "city", "", 40, LANES, 6),
)
OURS = (TOWN, MARKET, VILLAGE)


@pytest.fixture
def database(tables: str) -> Iterator[Database]:
    """Three days of four halls, one of which is another city's."""
    opened = Database(tables)
    year.fill([opened.engine], DAYS, HALLS)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def plain(session: Session, table: Any, *halls: str) -> list[Any]:
    """The rows of these halls, as they are."""
    return list(session.exec(select(table).where(col(table.hall).in_(halls))).all())


def recounted(stages: list[StageRow]) -> dict[str, Any]:
    """What can be counted with nothing but lists."""
    called = [stage for stage in stages if stage.called]
    gone = [stage for stage in stages if not stage.called]
    return {
        "count": len(called),
        "cut": len(gone),
        "total": sum(stage.wait for stage in called),
        "longest": max((stage.wait for stage in called), default=None),
        "abandoned": len([stage for stage in gone if stage.outcome == "cancelled"]),
        "within": len([stage for stage in called if stage.wait <= 15 * MINUTE]),
    }


def told(measures: Measures) -> dict[str, Any]:
    return {name: getattr(measures.waits, name) for name in recounted([])}


KEYS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "hall": lambda row: (row.hall, row.hall),
    "lane": lambda row: (row.hall, row.lane),
    "class": lambda row: ("", row.class_),
    "service": lambda row: ("", row.service),
    "window": lambda row: (row.hall, row.window),
    "clerk": lambda row: ("", row.clerk),
    "hour": lambda row: ("", f"{row.hour:02}"),
    "date": lambda row: ("", row.date),
    "month": lambda row: ("", row.date[:7]),
}


def by_key(rows: list[Any], name: str) -> dict[tuple[str, str], list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[KEYS[name](row)].append(row)
    return dict(found)


def asked(session: Session, **more: Any) -> Statistics:
    return statistics(session, OURS, FIRST, LAST, tuple(GROUPINGS), **more)


def test_a_small_selection_is_exact(session: Session) -> None:
    """In all and by every grouping: counts, sums, the longest, the target."""
    stages = plain(session, StageRow, *OURS)
    found = asked(session)
    assert found.exact
    assert told(found.totals) == recounted(stages)
    for name, groups in found.groups.items():
        expected = by_key(stages, name)
        counted = {(g.hall, g.key): told(g.measures) for g in groups if g.measures.waits.count}
        assert counted == {key: recounted(some) for key, some in expected.items() if key in counted}
        assert sum(group.measures.waits.count for group in groups) == found.totals.waits.count


def test_exact_percentiles_are_those_of_the_rows(session: Session) -> None:
    """Of services, which nobody cuts short, hall by hall."""
    stages = by_key(plain(session, StageRow, *OURS), "hall")
    for group in asked(session).groups["hall"]:
        times = [s.service_time for s in stages[group.hall, group.key] if s.started]
        cut = quantiles(times, n=100, method="inclusive")
        service = group.measures.service
        assert (service.p50, service.p90, service.p95) == tuple(round(cut[n]) for n in (49, 89, 94))


def test_visits_and_seats_are_those_of_the_rows(session: Session) -> None:
    """By hall, and by the last window of a visit."""
    found = asked(session)
    states = Counter(row.state for row in plain(session, VisitRow, *OURS))
    visits = found.totals.visits
    assert (visits.count, visits.served) == (states.total(), states["served"])
    assert (visits.no_show, visits.cancelled) == (states["no_show"], states["cancelled"])
    seats = by_key(plain(session, SeatRow, *OURS), "window")
    for group in found.groups["window"]:
        some = seats.get((group.hall, group.key), [])
        assert group.measures.seats.busy == sum(seat.busy for seat in some)
        assert group.measures.seats.calls == sum(seat.calls for seat in some)


def same(near: int | None, exact: int | None) -> bool:
    if near is None or exact is None:
        return near == exact
    return abs(near - exact) <= 2 * RELATIVE_ERROR * exact + 1


def alike(near: Group | Statistics, exact: Group | Statistics) -> None:
    """Everything the same, but percentiles and the target's sides within the error."""
    one = near.totals if isinstance(near, Statistics) else near.measures
    other = exact.totals if isinstance(exact, Statistics) else exact.measures
    assert (one.calls, one.visits, one.seats) == (other.calls, other.visits, other.seats)
    for name in ("count", "total", "mean", "longest"):
        for kind in ("waits", "walk", "service", "hold"):
            assert getattr(getattr(one, kind), name) == getattr(getattr(other, kind), name)
    for name in ("cut", "abandoned", "expired", "moved", "standing", "mean_at_least"):
        assert getattr(one.waits, name) == getattr(other.waits, name)
    for name in ("p50", "p90", "p95"):
        assert same(getattr(one.service, name), getattr(other.service, name))
        assert one.waits.cut or same(getattr(one.waits, name), getattr(other.waits, name))


def test_a_large_selection_is_read_off_summaries(session: Session) -> None:
    """Told as such, with the error; every count, sum and mean as the rows have it."""
    exact, near = asked(session), asked(session, exact_up_to=0)
    assert (near.exact, near.error) == (False, RELATIVE_ERROR)
    alike(near, exact)
    for name in GROUPINGS:
        assert [(g.hall, g.key) for g in near.groups[name]] == [
            (g.hall, g.key) for g in exact.groups[name]
        ]
        for one, other in zip(near.groups[name], exact.groups[name], strict=True):
            alike(one, other)


def test_days_without_a_summary_are_counted_from_their_rows(session: Session) -> None:
    """Today's are not sealed; together with the others it is the same answer."""
    before = asked(session, exact_up_to=0)
    session.connection().execute(delete(DayMeasureRow).where(col(DayMeasureRow.date) == LAST))
    session.connection().execute(delete(DayMeasureRow).where(col(DayMeasureRow.hall) == VILLAGE))
    assert asked(session, exact_up_to=0) == before


def test_sealing_counts_a_day_and_doing_it_again_changes_nothing(session: Session) -> None:
    """The rows are those that the bulk load made."""

    def kept() -> list[Any]:
        rows = select(DayMeasureRow).order_by(col(DayMeasureRow.by), col(DayMeasureRow.key))
        found = session.exec(rows.where(DayMeasureRow.hall == TOWN, DayMeasureRow.day == LAST))
        return [row.model_dump() for row in found]

    before = kept()
    summarize(session, TOWN, LAST)
    session.expire_all()
    once = kept()
    summarize(session, TOWN, LAST)
    session.expire_all()
    assert before == once == kept()


def test_a_drill_is_in_no_report(session: Session) -> None:
    """Nor is it counted when it is sealed."""
    drill = session.get_one(DayRow, (TOWN, LAST))
    drill.speed = 60
    session.add(drill)
    session.flush()
    summarize(session, TOWN, LAST)
    without = statistics(session, [TOWN], FIRST, "2025-01-02")
    assert statistics(session, [TOWN], FIRST, LAST).totals == without.totals
    near = statistics(session, [TOWN], FIRST, LAST, exact_up_to=0)
    assert near.totals.waits.count == without.totals.waits.count
    assert statistics(session, [TOWN], LAST, LAST).totals.visits.count == 0


def test_no_hall_answers_that_was_not_asked(session: Session) -> None:
    """Neither from rows nor from summaries."""
    for limit in (1_000_000, 0):
        found = statistics(session, OURS, FIRST, LAST, ("hall", "window"), exact_up_to=limit)
        assert {group.hall for groups in found.groups.values() for group in groups} == set(OURS)
        nobody = statistics(session, ["nowhere"], FIRST, LAST, "hall", exact_up_to=limit)
        assert (nobody.totals.visits.count, nobody.groups["hall"]) == (0, ())


def test_dates_are_included_and_others_are_not(session: Session) -> None:
    """One day is from itself to itself."""
    found = statistics(session, OURS, date(2025, 1, 2), "2025-01-02", "date")
    assert [group.key for group in found.groups["date"]] == ["2025-01-02"]
    assert found.totals == found.groups["date"][0].measures


def test_more_halls_than_fit_into_one_query(session: Session) -> None:
    """A province has over a thousand; those that have nothing add nothing."""
    many = [f"none-{n}" for n in range(2 * AT_ONCE)]
    for limit in (1_000_000, 0):
        few = statistics(session, OURS, FIRST, LAST, "hall", exact_up_to=limit)
        found = statistics(
            session, [TOWN, *many, MARKET, VILLAGE, TOWN], FIRST, LAST, "hall", exact_up_to=limit
        )
        assert (found.totals, found.groups) == (few.totals, few.groups)


def test_windows_come_in_the_order_of_their_numbers(session: Session) -> None:
    """9 before 10, in each hall, and first those who came to none."""
    row = session.exec(
        select(StageRow).where(StageRow.hall == TOWN, StageRow.window == "2")
    ).first()
    assert row is not None
    row.window = "10"
    session.add(row)
    session.flush()
    found = statistics(session, [TOWN], FIRST, LAST, "window").groups["window"]
    assert [group.key for group in found if group.key] == ["1", "2", "10"]


@pytest.mark.parametrize(
    ("field", "question"),
    [
        ("halls", {"halls": []}),
        ("first", {"first": "2025-1-1"}),
        ("first", {"first": "20250101"}),
        ("last", {"last": "tomorrow"}),
        ("last", {"last": "2024-12-31"}),
        ("last", {"first": "2015-01-01", "last": "2025-01-01"}),
        ("by", {"by": "weather"}),
        ("by", {"by": ["hall", "colour"]}),
    ],
)
def test_a_bad_question_names_what_is_wrong(
    database: Database, field: str, question: dict[str, Any]
) -> None:
    """Nothing is asked of the database then."""
    usual: dict[str, Any] = {"halls": [TOWN], "first": FIRST, "last": LAST, "by": "hall"}
    with database.reading() as session, pytest.raises(Invalid) as refused:
        statistics(session, **{**usual, **question})
    assert refused.value.field == field


def test_ten_years_are_not_too_many(database: Database) -> None:
    """To the day."""
    with database.reading() as session:
        found = statistics(session, [TOWN], "2015-01-02", "2025-01-01")
    assert found.totals.visits.count


def test_the_same_seed_is_the_same_city() -> None:
    """So that a measurement can be repeated."""
    one, other = (city.day(HALLS[0], date(2025, 1, 1), 7) for _ in range(2))
    assert one == other


def test_the_memory_has_all_tables() -> None:
    """What is filled for a measurement is what the program has."""
    assert {*year.MEMORY} <= {*SQLModel.metadata.tables}
