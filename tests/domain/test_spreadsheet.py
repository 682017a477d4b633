"""A table as CSV, read back."""

from __future__ import annotations

import csv
import io

import pytest

from queue_server.domain.spreadsheet import FORMULA, harmless, written


def test_a_table_is_read_back_as_it_was() -> None:
    """With the mark that spreadsheets look for; what is unknown is empty."""
    file = written(("窗口", "等候"), [("综合，一号", 2.5), ("=1+1", None)])

    assert file.startswith(b"\xef\xbb\xbf")
    rows = [*csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))]
    assert rows == [["窗口", "等候"], ["综合，一号", "2.5"], ["'=1+1", ""]]


@pytest.mark.parametrize("letter", FORMULA)
def test_text_that_begins_like_a_formula_is_text(letter: str) -> None:
    """Also behind a tab or an end of line, which a spreadsheet passes over."""
    assert harmless(f"{letter}1+1") == f"'{letter}1+1"


@pytest.mark.parametrize("cell", [-2.5, 0, None, "", "综合", "A=B", "'=1"])
def test_everything_else_stays_as_it_is(cell: str | float | None) -> None:
    """A number that is less than nothing stays a number."""
    assert harmless(cell) == cell
