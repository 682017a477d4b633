"""A report as one flat table: every group, every measure; and that as CSV for spreadsheets.

One line a group: which grouping it is of, the hall where it is a hall's own, its id and its name,
then the measures. Times are minutes and shares percent, with one decimal.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ops.reports.lines import MEASURES, Line, Unit, shown
from ops.reports.report import Cell, Report
from ops.reports.words import heading, word
from queue_server.domain.spreadsheet import written

#: The columns that say what a line is about, by `words.WORDS`.
NAMED = ("of_by", "of_hall", "of_code", "of_name")


def write(report: Report, file: Path) -> None:
    """The report as CSV, UTF-8."""
    said = report.language
    named = (word(said, name) for name in NAMED)
    measured = (heading(said, name, unit) for name, unit in MEASURES.items())
    file.write_bytes(written((*named, *measured), (_cells(report, line) for line in report.lines)))


def _cells(report: Report, line: Line) -> Iterator[Cell]:
    total = line.by == "total"
    yield word(report.language, "total" if total else f"of_{line.by}")
    yield report.halls.get(line.hall, "")
    yield line.key
    yield line.name.said(report.language)
    for name, unit in MEASURES.items():
        yield shown(line.value(name), unit)


def machine_name(measure: str) -> str:
    """What a measure is called where its values are raw: times in ms say so."""
    return f"{measure}_ms" if MEASURES[measure] is Unit.MINUTES else measure
