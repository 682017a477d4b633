"""A report of a few lines, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ops.reports.build import report
from ops.reports.lines import Line, Name, Value
from ops.reports.periods import Period
from ops.reports.report import Material, Report, Table
from queue_server.domain.calling import MINUTE

EAST, WEST = Name("东厅", "East Hall"), Name("西厅")


def line(by: str, key: str, name: str, hall: str = "", **values: Value) -> Line:
    return Line(by, hall, key, Name(name), values)


def material(
    *lines: Line, several: bool = False, error: float = 0.0, visits: Value = 0
) -> Material:
    groups: dict[str, list[Line]] = {}
    for one in lines:
        groups.setdefault(one.by, []).append(one)
    return Material(
        subject=EAST,
        period=Period("month", date(2026, 11, 1), date(2026, 11, 30)),
        halls={"east": EAST, "west": WEST} if several else {"east": EAST},
        target=20 * MINUTE,
        error=error,
        nominal=0.8,
        totals=line("total", "", "东厅", visits=visits),
        groups=groups,
    )


def tables(found: Report) -> dict[str, Table]:
    return {table.name: table for section in found.sections for table in section.tables}


def test_a_title_says_what_and_when() -> None:
    """In the language of the report; a hall without an English name keeps its own."""
    found = report(material(visits=3), "zh-CN", "2026-12-01 08:00")
    assert (found.title, found.dates) == ("东厅 · 月报", "2026-11-01 至 2026-11-30")
    assert found.about == "生成于 2026-12-01 08:00"
    english = report(material(several=True), "en")
    assert (english.title, english.about) == ("East Hall · Monthly report", "2 halls")
    assert english.halls == {"east": "East Hall", "west": "西厅"}


def test_what_never_happened_is_in_no_table() -> None:
    """A window that nobody opened, a section without tables; and the report says it is empty."""
    shut = line("window", "3", "3 公安", "east", window_calls=0, open=None)
    used = line("window", "4", "4 社保", "east", window_calls=2)
    found = report(material(shut, used, visits=2), "zh-CN")
    assert [section.name for section in found.sections] == ["windows"]
    assert [row.cells[0] for row in tables(found)["by_window"].rows] == ["4 社保"]
    assert not found.empty
    assert report(material(shut), "zh-CN").empty
    assert report(material(shut), "zh-CN").sections == ()


def test_two_halls_windows_say_whose_they_are() -> None:
    """And are in no chart, which has no room for that."""
    windows = [line("window", "3", "3 公安", hall, window_calls=2) for hall in ("east", "west")]
    found = tables(report(material(*windows, several=True), "zh-CN"))["by_window"]
    assert [row.cells[:2] for row in found.rows] == [("3 公安", "东厅"), ("3 公安", "西厅")]
    assert found.charts == ()
    alone = tables(report(material(*windows), "zh-CN"))["by_window"]
    assert [row.cells[:2] for row in alone.rows] == [("3 公安", 2), ("3 公安", 2)]


def test_services_stand_with_the_busiest_first() -> None:
    services = [line("service", code, code, visits=n) for code, n in (("a", 2), ("b", 7), ("c", 3))]
    found = tables(report(material(*services), "en"))["by_service"]
    assert [row.cells[1] for row in found.rows] == ["b", "c", "a"]
    chart = found.charts[0]
    assert [found.columns[at].title for at in chart.columns] == ["Visits", "Served"]
    assert chart.rows == 3


def test_levels_add_up() -> None:
    """From the best to the worst."""
    values: dict[str, Value] = {f"rated_{level}": level for level in (1, 2, 3, 4, 5)}
    totals = Line("total", "", "", EAST, {"rated": 15, **values})
    rows = tables(report(replace(material(), totals=totals), "zh-CN"))["levels"].rows
    assert rows[0].cells == ("非常满意", 5, 5 / 15)
    assert rows[-1].cells == ("非常不满意", 1, 1 / 15)


def test_the_notes_say_how_it_was_counted() -> None:
    """The target of the hall, the rule for waits cut short, and the error, if there is one."""
    exact = " ".join(report(material(), "zh-CN").notes)
    assert "20 分钟内叫到" in exact
    assert "Kaplan–Meier" in exact
    assert "精确值" in exact
    assert "由差到好" not in exact
    rough = " ".join(report(material(several=True, error=0.005), "en").notes)
    assert "within 0.5 % of itself" in rough
    assert "Worst first" in rough
    assert "hold 80 % of waits" in rough
