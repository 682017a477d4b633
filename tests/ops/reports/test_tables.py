"""CSV, and Parquet, read back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from arro3.io import read_parquet

from ops.reports import parquet, tables
from ops.reports.lines import MEASURES, shown
from ops.reports.tables import machine_name
from tests.ops.reports.conftest import Make


def test_csv_has_every_line_and_measure(made: Make, out: Path) -> None:
    """With the mark that spreadsheets look for, and numbers as people read them."""
    report = made("示例市")
    tables.write(report, out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[:4] == ["分组", "大厅", "编码", "名称"]
    assert len(head) == 4 + len(MEASURES)
    assert len(rows) == len(report.lines)
    assert rows[0][:4] == ["合计", "", "", "示例市"]
    for row, line in zip(rows, report.lines, strict=True):
        told = [shown(line.value(name), unit) for name, unit in MEASURES.items()]
        assert row[4:] == ["" if one is None else str(one) for one in told]
    named = {row[3] for row in rows}
    assert "'=综合" in named
    assert "=综合" not in named


def test_parquet_has_raw_values_with_their_types(made: Make, out: Path) -> None:
    """Times are whole ms, shares from 0 to 1; what is unknown is null."""
    report = made("示例市")
    parquet.write(report, out)
    found: Any = read_parquet(out).read_all()
    assert found.num_rows == len(report.lines)
    columns = {name: found.column(name).to_pylist() for name in found.column_names}
    assert columns["by"] == [line.by for line in report.lines]
    assert columns["name"][0] == "示例市"
    for name in MEASURES:
        for told, line in zip(columns[machine_name(name)], report.lines, strict=True):
            value = line.value(name)
            whole = isinstance(value, float) and machine_name(name).endswith("_ms")
            assert told == (round(value) if value is not None and whole else value)
    assert {type(one) for one in columns["wait_mean_ms"]} <= {int, type(None)}
    assert {type(one) for one in columns["within_share"]} <= {float, type(None)}


def test_other_readers_read_parquet_too(made: Make, out: Path) -> None:
    """Apache's own, where it is installed."""
    reader: Any = pytest.importorskip("pyarrow.parquet")
    report = made()
    parquet.write(report, out)
    found = reader.read_table(out)
    assert found.column("key").to_pylist() == [line.key for line in report.lines]
    about = reader.read_metadata(out).metadata
    assert about[b"title"].decode() == report.title
    assert "Kaplan–Meier" in about[b"notes"].decode()
