"""The workbook, opened again by another library."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ops.reports import xlsx
from ops.reports.lines import Unit, shown
from ops.reports.report import Table
from tests.ops.reports.conftest import Make


def opened(file: Path) -> Any:
    return openpyxl.load_workbook(BytesIO(file.read_bytes()))


def table_at(sheet: Worksheet, table: Table) -> int:
    """The row of a table's headings."""
    for row in sheet.iter_rows(max_col=1):
        if row[0].value == table.title:
            return int(row[0].row) + 1
    raise AssertionError(table.title)


@pytest.mark.parametrize("what", ["town", "示例市"])
def test_every_cell_is_what_the_report_says(made: Make, out: Path, what: str) -> None:
    """Numbers as numbers: minutes with one decimal, shares as shares that are shown in percent."""
    report = made(what)
    xlsx.write(report, out)
    book = opened(out)
    for section in report.sections:
        sheet = book[section.title]
        for table in section.tables:
            head = table_at(sheet, table)
            for down, row in enumerate(table.rows, head + 1):
                for at, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True), 1):
                    here = sheet.cell(down, at)
                    if isinstance(cell, str):
                        # An empty text is no cell.
                        assert (here.value or "") == cell
                        continue
                    told = shown(cell, column.unit)
                    if told is None:
                        assert here.value is None
                    elif column.unit is Unit.SHARE:
                        assert here.value == pytest.approx(told / 100, abs=1e-9)
                        assert here.number_format == "0.0%"
                    else:
                        assert here.value == told


def test_the_figures_and_notes_are_there(made: Make, out: Path) -> None:
    """The first sheet has the whole, the last one says how it was counted."""
    report = made()
    xlsx.write(report, out)
    book = opened(out)
    assert book.sheetnames == ["概览", *(one.title for one in report.sections), "口径说明"]
    overview = book["概览"]
    assert overview["A1"].value == report.title == "东镇便民服务中心 · 月报"
    values = {row[0].value: row[1].value for row in overview.iter_rows(min_row=5, max_col=2)}
    visits = next(figure for figure in report.figures if figure.name == "visits")
    assert values[visits.title] == visits.value
    notes = [row[0].value for row in book["口径说明"].iter_rows(min_row=3)]
    assert tuple(notes) == report.notes


def test_charts_are_real_and_of_the_cells(made: Make, out: Path) -> None:
    """As many as the report has, each over a table of its own sheet."""
    report = made()
    xlsx.write(report, out)
    book = opened(out)
    for section in report.sections:
        charts = [chart for table in section.tables for chart in table.charts]
        drawn = book[section.title]._charts
        assert len(drawn) == len(charts)
        for chart in drawn:
            for series in chart.series:
                assert section.title in series.val.numRef.f
    assert sum(len(book[name]._charts) for name in book.sheetnames) >= 6


def test_no_name_is_a_formula(made: Make, out: Path) -> None:
    """A lane is called =综合 here."""
    xlsx.write(made(), out)
    kinds = {
        cell.data_type: cell.value
        for row in opened(out)["等候"].iter_rows()
        for cell in row
        if cell.value == "=综合"
    }
    assert kinds
    assert "<f>" not in _parts(out)


def _parts(file: Path) -> str:
    with zipfile.ZipFile(file) as packed:
        names = [name for name in packed.namelist() if "worksheets/sheet" in name]
        return "".join(packed.read(name).decode() for name in names)


def test_an_empty_report_says_so(made: Make, out: Path) -> None:
    """In English too."""
    xlsx.write(made(on="2024-06-01", language="en"), out)
    book = opened(out)
    assert book.sheetnames == ["Overview", "How it is counted"]
    assert book["Overview"]["A3"].value == "There are no records of this time."
