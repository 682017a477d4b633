"""What the measurement of reports measures; how long it takes is for `make bench` to say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from loadtest import bench_reports, city, year
from queue_server.archive.database import Database
from queue_server.archive.memory import DayMeasureRow, DayRow, StageRow, VisitRow
from queue_server.archive.statistics import statistics


def test_every_database_has_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a small city that has had two days."""
    few = city.halls()[:4]
    monkeypatch.setattr(city, "halls", lambda: few)
    found = bench_reports.figures(2, rounds=1)
    assert [one["unit"] for one in found[:3]] == ["s", "ms", "s"]
    assert all(one["value"] > 0 and one["floor"] > 0 for one in found)
    assert found[0]["name"] == "month report of a city, SQLite"


def test_the_city_has_the_halls_and_visits_of_the_notes() -> None:
    """244 halls below one city, and about 6,500 visits a day."""
    halls = city.halls()
    names = {hall.id for hall in halls}
    assert len(halls) == len(names) == 244
    assert all(hall.parent in names for hall in halls[1:])
    visits = [len(city.day(hall, year.FIRST, 1).visits) for hall in halls]
    assert 6_000 < sum(visits) < 7_000


def test_a_later_month_is_as_drawn_and_on_its_own_days(tmp_path: Path) -> None:
    """Four weeks come again with their weekdays, summaries included, and no day twice."""
    database = Database(f"sqlite:///{tmp_path}/memory.db")
    database.migrate()
    hall, days = city.halls()[1], year.DRAWN + 7
    year.fill([database.engine], days, [hall])
    with database.reading() as session:
        kept = session.exec(select(DayRow).order_by(col(DayRow.date))).all()
        assert [row.date for row in kept] == [
            str(year.FIRST + timedelta(number)) for number in range(days)
        ]
        assert all(row.day == row.date for row in kept)
        assert kept[year.DRAWN].opened - kept[0].opened == year.DRAWN * year.DAY
        first, again = (_week(session, hall.id, number) for number in (0, year.DRAWN))
        assert first == again
        tables: tuple[Any, ...] = (VisitRow, StageRow, DayMeasureRow)
        for table in tables:
            dates = session.exec(select(col(table.date)).distinct()).all()
            assert {*dates} == {row.date for row in kept}
    database.close()


def _week(session: Session, hall: str, number: int) -> object:
    first = year.FIRST + timedelta(number)
    found = [
        statistics(session, [hall], first, first + timedelta(6), exact_up_to=limit).totals
        for limit in (0, 100_000)
    ]
    assert found[0].waits.total == found[1].waits.total
    return found
