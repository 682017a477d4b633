"""A report as a workbook (XlsxWriter): a sheet a section, real charts over the cells themselves.

Cells are numbers, shown with one decimal: minutes are minutes, and percent are shares. Text is
written as text, so that nothing in a name is ever a formula.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from ops.reports.lines import Unit, shown
from ops.reports.report import Cell, Chart, Column, Report, Row, Section, Table
from ops.reports.words import UNITS, say, word

INK, MUTED, LINE, RAISED = "#16202B", "#51606E", "#D5DBE1", "#F4F6F8"
#: Of a chart's series, in order.
COLOURS = ("#0B5CAD", "#1B6E3C", "#8A5200")
FORMATS = {Unit.COUNT: "#,##0", Unit.MINUTES: "#,##0.0", Unit.SHARE: "0.0%", Unit.SCORE: "0.00"}
#: So many rows are as high as a chart, which is so many pixels wide.
HIGH, WIDE = 15, 620
#: Widths are in digits of the usual font; a Chinese character is two.
NAMES, NUMBERS, WIDEST = 12, 11, 46
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write(report: Report, file: Path) -> None:
    """The report as XLSX."""
    with xlsxwriter.Workbook(str(file), {"strings_to_urls": False}) as book:
        book.set_properties({"title": report.title, "comments": report.dates})
        pen = Pen(book)
        _overview(pen, report)
        for section in report.sections:
            _section(pen, report, section)
        _notes(pen, report)


class Pen:
    """A workbook with the looks that its cells have."""

    def __init__(self, book: Any) -> None:
        self.book = book
        plain = {"font_name": "Noto Sans SC", "font_size": 10, "font_color": INK}
        self._plain = {**plain, "valign": "vcenter"}
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.title = self.look(bold=True, font_size=16)
        self.heading = self.look(bold=True, font_size=12)
        self.muted = self.look(font_color=MUTED)
        self.note = self.look(text_wrap=True, valign="top")

    def look(self, **more: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(more.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(self._plain | more)
        return self._made[key]

    def head(self, column: Column) -> Any:
        """How a column is headed."""
        align = "left" if column.unit is Unit.TEXT else "right"
        look = {"bold": True, "font_color": MUTED, "bg_color": RAISED, "bottom": 1}
        return self.look(**look, bottom_color=LINE, align=align, text_wrap=True, valign="bottom")

    def cell(self, unit: Unit, level: int = 0) -> Any:
        """How a value looks."""
        if unit is Unit.TEXT:
            return self.look(bottom=1, bottom_color=LINE, indent=level)
        return self.look(bottom=1, bottom_color=LINE, num_format=FORMATS[unit])

    def sheet(self, title: str) -> Any:
        """A new sheet."""
        sheet = self.book.add_worksheet(FORBIDDEN.sub(" ", title)[:31])
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet


def _overview(pen: Pen, report: Report) -> None:
    sheet, said = pen.sheet(word(report.language, "overview")), report.language
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 2, 12)
    sheet.write_string(0, 0, report.title, pen.title)
    sheet.write_string(1, 0, " · ".join(filter(None, (report.dates, report.about))), pen.muted)
    if report.empty:
        sheet.write_string(2, 0, word(said, "nothing"), pen.muted)
    heads = [
        Column(name, word(said, name), "", unit)
        for name, unit in zip(
            ("of_measure", "of_value", "of_unit"), (Unit.TEXT, Unit.COUNT, Unit.TEXT), strict=True
        )
    ]
    for at, head in enumerate(heads):
        sheet.write_string(3, at, head.heading, pen.head(head))
    for at, figure in enumerate(report.figures, 4):
        sheet.write_string(at, 0, figure.title, pen.cell(Unit.TEXT))
        _value(pen, sheet, at, 1, figure.value, figure.unit)
        # Percent have their sign with the number.
        unit = say(said, UNITS[Unit.MINUTES]) if figure.unit is Unit.MINUTES else ""
        sheet.write_string(at, 2, unit, pen.cell(Unit.TEXT))
    sheet.freeze_panes(4, 0)


def _section(pen: Pen, report: Report, section: Section) -> None:
    sheet = pen.sheet(section.title)
    sheet.write_string(0, 0, f"{report.title} · {section.title}", pen.title)
    sheet.write_string(1, 0, report.dates, pen.muted)
    charts = [(table, chart) for table in section.tables for chart in table.charts]
    rows = -(-len(charts) // 2) * (HIGH + 1)
    begins: dict[str, int] = {}
    at = 3 + rows
    for table in section.tables:
        begins[table.name] = at + 2
        at = _table(pen, sheet, table, at) + 2
    for number, (table, chart) in enumerate(charts):
        drawn = _chart(pen, sheet, table, chart, begins[table.name])
        row, side = 3 + number // 2 * (HIGH + 1), number % 2
        sheet.insert_chart(row, 0, drawn, {"x_offset": side * (WIDE + 20), "y_offset": 4})
    _widths(sheet, section)


def _table(pen: Pen, sheet: Any, table: Table, at: int) -> int:
    """Write a table at a row; the row after it."""
    sheet.write_string(at, 0, table.title, pen.heading)
    sheet.set_row(at + 1, 46)
    for number, column in enumerate(table.columns):
        # Percent have their sign with the number.
        words = column.title if column.unit is Unit.SHARE else column.heading
        sheet.write_string(at + 1, number, words, pen.head(column))
    for down, row in enumerate(table.rows, at + 2):
        _row(pen, sheet, table, down, row)
    return at + 2 + len(table.rows)


def _row(pen: Pen, sheet: Any, table: Table, down: int, row: Row) -> None:
    for number, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
        level = row.level if number == 0 else 0
        _value(pen, sheet, down, number, cell, column.unit, level)


def _value(
    pen: Pen, sheet: Any, row: int, column: int, cell: Cell, unit: Unit, level: int = 0
) -> None:
    look = pen.cell(unit, level)
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, look)
    elif (value := number(cell, unit)) is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def number(cell: int | float | None, unit: Unit) -> float | None:
    """What stands in a cell: as it is shown, but shares, whose format makes percent of them."""
    value = shown(cell, unit)
    if value is None:
        return None
    return round(value / 100, 3) if unit is Unit.SHARE else value


def _chart(pen: Pen, sheet: Any, table: Table, chart: Chart, first: int) -> Any:
    sort = {"bars": "column", "rows": "bar", "lines": "line"}[chart.sort]
    made, last = pen.book.add_chart({"type": sort}), first + chart.rows - 1
    for colour, at in zip(COLOURS, chart.columns, strict=False):
        series: dict[str, Any] = {
            "name": [sheet.name, first - 1, at],
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, at, last, at],
        }
        if sort == "line":
            series |= {"line": {"color": colour, "width": 2}}
            series |= {"marker": {"type": "circle", "size": 4, "fill": {"color": colour}}}
        else:
            series |= {"fill": {"color": colour}, "gap": 60}
        made.add_series(series)
    made.set_title({"name": chart.title, "name_font": {"size": 12, "color": INK}})
    made.set_legend({"position": "bottom"} if len(chart.columns) > 1 else {"none": True})
    unit = table.columns[chart.columns[0]].unit
    axis: dict[str, Any] = {"min": 0, "major_gridlines": {"visible": True, "line": {"color": LINE}}}
    if unit is Unit.SHARE:
        axis |= {"max": 1, "num_format": "0%"}
    made.set_y_axis(axis)
    # Bars that lie begin at the top, as the table does.
    made.set_x_axis({"reverse": chart.sort == "rows"})
    made.set_size({"width": WIDE, "height": HIGH * 20 - 8})
    return made


def _widths(sheet: Any, section: Section) -> None:
    for at in range(max(len(table.columns) for table in section.tables)):
        texts = [
            str(row.cells[at]) + "  " * row.level
            for table in section.tables
            if at < len(table.columns) and table.columns[at].unit is Unit.TEXT
            for row in table.rows
        ]
        widest = max(map(_wide, texts), default=NUMBERS)
        sheet.set_column(at, at, min(max(widest + 2, NAMES if texts else NUMBERS), WIDEST))


def _wide(text: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in text)


def _notes(pen: Pen, report: Report) -> None:
    title = word(report.language, "notes")
    sheet = pen.sheet(title)
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, title, pen.title)
    for at, note in enumerate(report.notes, 2):
        sheet.write_string(at, 0, note, pen.note)
        sheet.set_row(at, 16 * (1 + _wide(note) // 100))
