"""A report as one flat table: every group, every measure; and that as CSV for spreadsheets.

One line a group: which grouping it is of, the hall where it is a hall's own, its id and its name,
then the measures. Times are minutes and shares percent, with one decimal.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ops.reports.lines import MEASURES, Line, Unit, shown
from ops.reports.report import Cell, Report
from ops.reports.words import heading, word

#: The columns that say what a line is about, by `words.WORDS`.
NAMED = ("of_by", "of_hall", "of_code", "of_name")


def write(report: Report, file: Path) -> None:
    """The report as CSV, UTF-8."""
    # Spreadsheets take a file without a mark for one in an old Chinese encoding.
    file.write_text(_text(report), "utf-8-sig", newline="")


def _text(report: Report) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    said = report.language
    named = (word(said, name) for name in NAMED)
    writer.writerow([*named, *(heading(said, name, unit) for name, unit in MEASURES.items())])
    for line in report.lines:
        writer.writerow([harmless(cell) for cell in _cells(report, line)])
    return text.getvalue()


def _cells(report: Report, line: Line) -> Iterator[Cell]:
    total = line.by == "total"
    yield word(report.language, "total" if total else f"of_{line.by}")
    yield report.halls.get(line.hall, "")
    yield line.key
    yield line.name.said(report.language)
    for name, unit in MEASURES.items():
        yield shown(line.value(name), unit)


def harmless(cell: Cell) -> Cell:
    """The same, but for text that a spreadsheet would carry out as a formula."""
    risky = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if risky else cell


def machine_name(measure: str) -> str:
    """What a measure is called where its values are raw: times in ms say so."""
    return f"{measure}_ms" if MEASURES[measure] is Unit.MINUTES else measure
