"""A small city with a month of records, and another tenant with places of the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from loadtest import year
from loadtest.city import Hall
from ops.reports import scope as scopes
from ops.reports.build import report
from ops.reports.gather import gather
from ops.reports.periods import period
from ops.reports.report import Report
from queue_server.archive.configuration import Configuration
from queue_server.archive.memory import RatingRow, SeatRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Lane, Layout, Service
from tests.archive.conftest import postgresql  # noqa: F401
from tests.archive.halls import path, town_hall

DAYS = 31
TOWN, MARKET, VILLAGE, OTHER = "town", "market", "village", "other"
LANES = (("general", 1), ("police", 1))
HALLS = (
    Hall(TOWN, "town", "", 60, LANES, 4),
    Hall(MARKET, "town", "", 30, LANES, 4),
    Hall(VILLAGE, "village", TOWN, 6, (("general", 1),), 2),
    Hall(OTHER, "town", "", 20, LANES, 4),
)
PLACES = {
    TOWN: path("示例市", "示例县", "示例镇"),
    MARKET: path("示例市", "示例县"),
    VILLAGE: path("示例市", "示例县", "示例镇", "示例村"),
    OTHER: path("示例市", "示例县"),
}
NAMES = {
    TOWN: "东镇便民服务中心",
    MARKET: "集市政务大厅",
    VILLAGE: "示例村服务站",
    OTHER: "邻市大厅",
}
#: 2025-02-01 00:20 in China, when January was over.
NOW = int(datetime.fromisoformat("2025-02-01T00:20:00+08:00").timestamp() * 1000)
FIRST = date(2025, 1, 1)


def plan(hall: str) -> Layout:
    """A hall with a name that a spreadsheet would take for a formula."""
    base = town_hall(hall, "neighbour" if hall == OTHER else "city")
    lanes = (Lane("general", "=综合", "A", "General"), Lane("police", "公安", "B"))
    services = [
        Service(code=f"{lane}-{n:02}", name=f"{lane}事项{n}登记", lane=lane)
        for lane in ("general", "police")
        for n in range(4)
    ]
    return town_hall(
        hall, base.tenant, name=NAMES[hall], lanes=lanes, services=(*base.services, *services)
    )


def fill(known: Configuration, days: int = DAYS) -> Configuration:
    """Publish the halls, and let them have had some days."""
    known.migrate()
    for hall, place in PLACES.items():
        known.publish(plan(hall), Calendar.always(), "test", 0, place)
    year.fill([known.database.engine], days, HALLS)
    clerk = known.people.add_person("lin", "long enough to be good", 0, "林某某")
    with known.database.writing() as session:
        for table in (SeatRow, RatingRow):
            mine = col(table.clerk) == f"person:{TOWN}-1"
            session.connection().execute(update(table).where(mine).values(clerk=f"person:{clerk}"))
    return known


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configuration]:
    """To be read only."""
    folder = tmp_path_factory.mktemp("city")
    known = fill(Configuration(f"sqlite:///{folder}/jiaohao.sqlite"))
    yield known
    known.close()


Make = Callable[..., Report]


@pytest.fixture(scope="session")
def made(city: Configuration) -> Make:
    """A report of that city, each gathered once."""
    kept: dict[tuple[str, str, str, str], Report] = {}

    def make(
        what: str = TOWN, sort: str = "month", on: str = "2025-01-10", language: str = "zh-CN"
    ) -> Report:
        key = (what, sort, on, language)
        if key not in kept:
            scope = scopes.of_either(city, what, "city")
            found = gather(city, scope, period(sort, on), NOW)
            kept[key] = report(found, language, "2025-02-01 00:20")
        return kept[key]

    return make


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A file to write."""
    return tmp_path / "report"
