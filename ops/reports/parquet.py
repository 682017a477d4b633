"""A report as Parquet, for whoever computes further: one flat table with raw, typed values.

Columns have the English names of `lines.MEASURES`: times are whole milliseconds (`…_ms`), shares
are from 0 to 1. What the report is about and how it was counted is in the file's metadata.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from ops.reports.lines import MEASURES, Unit, Value
from ops.reports.report import Report
from ops.reports.tables import machine_name


def write(report: Report, file: Path) -> None:
    """The report as Parquet, compressed with zstd."""
    about = {
        "title": report.title,
        "period": report.period.sort,
        "first": str(report.period.first),
        "last": str(report.period.last),
        "notes": "\n".join(report.notes),
    }
    write_parquet(_table(report), file, compression="zstd(3)", key_value_metadata=about)


def _table(report: Report) -> Table:
    lines, text = report.lines, DataType.string()
    columns = {
        "by": Array([line.by for line in lines], text),
        "hall": Array([line.hall for line in lines], text),
        "key": Array([line.key for line in lines], text),
        "name": Array([line.name.said(report.language) for line in lines], text),
        "level": Array([line.level for line in lines], DataType.int64()),
        "halls": Array([line.halls for line in lines], DataType.int64()),
    }
    for name, unit in MEASURES.items():
        columns[machine_name(name)] = _column((line.value(name) for line in lines), unit)
    return Table.from_arrays([*columns.values()], names=[*columns])


def _column(values: Iterable[Value], unit: Unit) -> Array:
    if unit in (Unit.SHARE, Unit.SCORE):
        return Array([None if one is None else float(one) for one in values], DataType.float64())
    return Array([None if one is None else round(one) for one in values], DataType.int64())
