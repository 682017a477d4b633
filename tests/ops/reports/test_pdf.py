"""The PDF, read by poppler: whole text, embedded fonts, everything of the report in it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ops.reports import pdf
from ops.reports.lines import Unit
from ops.reports.pdf_charts import axis_step
from tests.ops.reports.conftest import Make

poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="needs poppler (apt-get install poppler-utils)"
)


def read(file: Path) -> str:
    """All of its text, without the breaks that columns make."""
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True)
    return re.sub(r"\s+", "", told.stdout.decode())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@poppler
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_chinese_is_whole(made: Make, out: Path, language: str) -> None:
    """Every title, name and note can be found, letter by letter, in either language."""
    report = made(language=language)
    pdf.write(report, out)
    text = read(out)
    assert squeezed(report.title) in text
    assert "东镇便民服务中心" in text
    for section in report.sections:
        assert squeezed(section.title) in text
        for table in section.tables:
            assert squeezed(table.title) in text
            for chart in table.charts:
                assert squeezed(chart.title) in text
    for note in report.notes:
        assert squeezed(note) in text
    assert "�" not in text


@poppler
def test_every_number_is_in_it(made: Make, out: Path) -> None:
    """Row by row, as people read it."""
    report = made()
    pdf.write(report, out)
    text = read(out)
    for figure in report.figures:
        assert pdf.text(figure.value, figure.unit) in text
    for section in report.sections:
        for table in section.tables:
            assert len(table.rows) <= pdf.MOST or table.weight is None
            for row in table.rows:
                cells = zip(row.cells, table.columns, strict=True)
                line = "".join(squeezed(pdf.text(cell, column.unit)) for cell, column in cells)
                assert line in text, line


@poppler
def test_fonts_are_embedded(made: Make, out: Path) -> None:
    """Every one of them, with the table that says which letter is which."""
    pdf.write(made(), out)
    told = subprocess.run(["pdffonts", out], capture_output=True, check=True).stdout.decode()
    fonts = told.splitlines()[2:]
    assert len(fonts) == 2
    for line in fonts:
        embedded, _, readable = line.split()[-5:-2]
        assert (embedded, readable) == ("yes", "yes"), line


@poppler
def test_a_long_table_says_what_is_left_out(made: Make, out: Path) -> None:
    """Paper has the busiest rows, in their order; those over time are all there."""
    report = made("示例市")
    pdf.MOST, kept = 3, pdf.MOST
    try:
        pdf.write(report, out)
    finally:
        pdf.MOST = kept
    text = read(out)
    windows = next(t for s in report.sections for t in s.tables if t.name == "by_window")
    assert f"共{len(windows.rows)}行，此处只列最忙的3行，其余见电子表格。" in text
    assert all(f"2025-01-{day:02}" in text for day in range(1, 32))


def test_values_are_told_as_people_read_them() -> None:
    """Nothing is a dash, and a minus is a minus."""
    assert pdf.text(75 * 60_000, Unit.MINUTES) == "75.0"
    assert pdf.text(-90_000, Unit.MINUTES) == "−1.5"
    assert pdf.text(None, Unit.SHARE) == "–"
    assert pdf.text(12345, Unit.COUNT) == "12,345"
    assert pdf.text("3-1 窗口", Unit.TEXT) == "3-1 窗口"


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 0.25), (9, 2.5), (40, 10), (60, 20), (75, 20), (4321, 2000)]
)
def test_an_axis_has_round_numbers(most: float, step: float) -> None:
    assert axis_step(most) == step
