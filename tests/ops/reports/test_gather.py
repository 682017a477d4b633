"""From the records to lines: the numbers are the archive's, and nobody else's halls are in."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import update
from sqlmodel import col

from ops.reports import scope as scopes
from ops.reports.gather import STEPS, gather, worst
from ops.reports.lines import Line, Name, of_accuracy, of_measures, of_opinions
from ops.reports.periods import Period, period
from ops.reports.report import Material
from queue_server.archive.accuracy import accuracy
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Invalid, Unknown
from queue_server.archive.memory import DayRow
from queue_server.archive.opinions import opinions
from queue_server.archive.statistics import statistics
from tests.ops.reports.conftest import FIRST, MARKET, NOW, OTHER, TOWN, VILLAGE, fill

JANUARY = period("month", "2025-01-10")
numbers = count(1)


def of(city: Configuration, what: str, dates: Period = JANUARY) -> Material:
    return gather(city, scopes.of_either(city, what, "city"), dates, NOW)


def test_numbers_are_those_of_the_archive(city: Configuration) -> None:
    """In all and by every group; what statistics, ratings and estimates say stands in one line."""
    found = of(city, TOWN)
    dates = (JANUARY.first, JANUARY.last)
    with city.database.reading() as session:
        measured = statistics(session, [TOWN], *dates, ("lane", "window"), now=NOW)
        rated = opinions(session, [TOWN], *dates, "window")
        judged = accuracy(session, [TOWN], *dates, "lane")
    parts = (of_measures(measured.totals), of_opinions(rated.totals), of_accuracy(judged.totals))
    assert found.totals.values == parts[0] | parts[1] | parts[2]
    for group in measured.groups["window"]:
        line = next(one for one in found.groups["window"] if one.key == group.key)
        assert line.values.items() >= of_measures(group.measures).items()
    for some in rated.groups["window"]:
        line = next(one for one in found.groups["window"] if one.key == some.key)
        assert line.values.items() >= of_opinions(some).items()
    assert found.totals.value("visits") == sum(
        line.value("visits") or 0 for line in found.groups["date"]
    )


def test_everything_is_called_as_people_call_it(city: Configuration) -> None:
    """Lanes, windows, services, clerks, hours; what has no name keeps its id."""
    found = of(city, TOWN)
    names = {(line.by, line.key): line.name for some in found.groups.values() for line in some}
    assert names["lane", "general"] == Name("=综合", "General")
    assert names["window", "2"].zh == "2 公安"
    assert names["service", "general-01"].zh == "general事项1登记"
    assert names["hour", "09"].zh == "09:00"
    assert names["expected", "5"] == Name("5–10 分钟", "5 to 10 min")
    assert "林某某" in {line.name.zh for line in found.groups["clerk"]}
    assert names["class", "ordinary"].zh != "ordinary"


def test_a_place_is_rolled_up(city: Configuration) -> None:
    """The place, those below it that have several halls, and each hall: the worst first."""
    found = of(city, "示例市")
    places, halls = found.groups["place"], found.groups["hall"]
    assert [(line.name.zh, line.level, line.halls) for line in places] == [
        *(("示例市", 0, 3), ("示例县", 1, 3), ("示例镇", 2, 2)),
    ]
    assert {line.key for line in halls} == {TOWN, MARKET, VILLAGE}
    assert halls == sorted(halls, key=worst)
    shares = [line.value("within_share") or 0 for line in halls]
    assert shares == sorted(shares)
    assert places[0].value("visits") == sum(line.value("visits") or 0 for line in halls)
    town = [line for line in halls if line.key in (TOWN, VILLAGE)]
    assert places[2].value("rated") == sum(line.value("rated") or 0 for line in town)
    assert next(line for line in halls if line.key == TOWN).place == "示例市/示例县/示例镇"


def test_where_nobody_waited_is_not_the_worst() -> None:
    """Of equals, the one with the longer waits comes first."""

    def hall(key: str, share: float | None, mean: float | None) -> Line:
        values = {"within_share": share, "wait_mean_at_least": mean, "cut": 0}
        return Line("hall", key, key, Name(key), values)

    some = [hall("quiet", None, None), hall("b", 0.9, 1.0), hall("c", 0.9, 5.0), hall("d", 0.2, 1)]
    assert [line.key for line in sorted(some, key=worst)] == ["d", "c", "b", "quiet"]


def test_another_tenant_is_never_in(city: Configuration) -> None:
    """Though its place has the same names; with it named, its own is told."""
    found = of(city, "示例市")
    assert OTHER not in found.halls
    assert OTHER not in {line.hall for some in found.groups.values() for line in some}
    other = scopes.of_either(city, "示例市", "neighbour")
    assert other.ids == (OTHER,)
    with pytest.raises(Invalid, match="city, neighbour"):
        scopes.of_either(city, "示例市")


def test_what_there_is_not_is_said(city: Configuration) -> None:
    """Halls, places and places without halls."""
    with pytest.raises(Unknown, match="there is no hall or place 'nowhere'"):
        scopes.of_either(city, "nowhere")
    with pytest.raises(Unknown):
        scopes.of_hall(city, "nowhere")
    with pytest.raises(Unknown):
        scopes.of_place(city, "city", "示例市/别处")
    entry = scopes.of_hall(city, MARKET).halls[0]
    assert scopes.around(entry, "示例市/示例县") == "示例市/示例县"
    for place in ("", "示例", "示例市/示例县/示例镇", "别处"):
        with pytest.raises(Invalid):
            scopes.around(entry, place)


def test_many_days_are_told_by_months(city: Configuration) -> None:
    """Two months by dates, a longer time by months."""
    assert len(of(city, VILLAGE).groups["date"]) == 31
    longer = of(city, VILLAGE, period("free", "", "2024-12-01", "2025-02-28"))
    assert [line.key for line in longer.groups["month"]] == ["2025-01"]
    assert longer.totals.value("visits") == of(city, VILLAGE).totals.value("visits")


def test_a_hall_that_had_no_days_has_an_empty_report(city: Configuration) -> None:
    found = of(city, TOWN, period("day", "2024-06-01"))
    assert found.totals.value("visits") == 0
    assert not any(found.groups.values())


def test_each_step_is_told_and_may_stop_it(city: Configuration) -> None:
    """Between two questions to the database."""
    steps: list[tuple[int, int, str]] = []
    scope = scopes.of_hall(city, VILLAGE)
    gather(city, scope, JANUARY, NOW, step=lambda *how: steps.append(how))
    assert [(done, of) for done, of, _ in steps] == [(n, STEPS) for n in range(STEPS)]

    def stop(done: int, _of: int, _saying: str) -> None:
        if done:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        gather(city, scope, JANUARY, NOW, step=stop)


def test_drills_are_in_no_report(tmp_path: Path) -> None:
    """A day that ran faster than the clock."""
    known = fill(Configuration(f"sqlite:///{tmp_path}/memory.db"), 2)
    dates = period("free", "", str(FIRST), "2025-01-02")
    both = of(known, VILLAGE, dates)
    with known.database.writing() as session:
        drill = update(DayRow).where(col(DayRow.date) == "2025-01-02").values(speed=10)
        session.connection().execute(drill)
    found = of(known, VILLAGE, dates)
    assert [line.key for line in found.groups["date"]] == ["2025-01-01"]
    assert 0 < (found.totals.value("visits") or 0) < (both.totals.value("visits") or 0)
    known.close()


@pytest.mark.xdist_group("heavy")
def test_postgresql_says_the_same(city: Configuration, postgresql: Path) -> None:
    """Line by line."""
    name = f"report_{next(numbers)}"
    with psycopg.connect(f"host={postgresql} user=postgres dbname=postgres", autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    known = fill(Configuration(f"postgresql+psycopg://postgres@/{name}?host={postgresql}"), 7)
    week = Period("free", FIRST, date(2025, 1, 7))
    assert of(known, "示例市", week) == of(city, "示例市", week)
    known.close()
