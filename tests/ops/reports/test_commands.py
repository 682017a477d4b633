"""`jiaohao report`, as an IT person types it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from ops.cli import main
from queue_server.archive.configuration import Configuration
from tests.ops.reports.conftest import TOWN

Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(city: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Exit code, and what was said."""
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path))
    monkeypatch.setenv("JIAOHAO_DATABASE", str(city.database.engine.url))
    monkeypatch.chdir(tmp_path)

    def type_(*words: str) -> tuple[int, str]:
        said, code = StringIO(), 0
        monkeypatch.setattr("sys.argv", ["jiaohao", "report", *words])
        with redirect_stdout(said), redirect_stderr(said):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        return code, said.getvalue()

    return type_


def test_a_hall_in_every_format(typed: Typed, tmp_path: Path) -> None:
    """The file's ending says which, unless --format does."""
    begins = {"xlsx": b"PK", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf", "parquet": b"PAR1"}
    for ending, begin in begins.items():
        file = tmp_path / f"january.{ending}"
        code, said = typed(TOWN, "--date", "2025-01-10", "--out", str(file))
        assert (code, file.read_bytes()[: len(begin)]) == (0, begin), said
        assert said == f"{file}: 东镇便民服务中心, 2025-01-01 to 2025-01-31.\n"


def test_a_place_and_a_week_in_english(typed: Typed, tmp_path: Path) -> None:
    """Named after what it is, where no file is named."""
    words = ("--period", "week", "--date", "2025-01-10", "--language", "en", "--tenant", "city")
    code, said = typed("示例市/示例县", *words)
    assert (code, said) == (0, "示例县-2025-W02.xlsx: 示例县, 2025-01-06 to 2025-01-12.\n")
    assert zipfile.is_zipfile(tmp_path / "示例县-2025-W02.xlsx")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "hall_or_place: there is no hall or place 'nowhere'"),
        (("示例市",), "tenant: there is a 示例市 in each of city, neighbour; name one of them"),
        (("town", "--period", "year"), "period: must be one of day, week, month, free"),
        (("town", "--date", "10.1.2025"), "date: '10.1.2025' is no date such as 2026-11-22"),
        (
            ("town", "--period", "free", "--first", "2025-02-01", "--last", "2025-01-01"),
            "last: 2025-01-01 comes before 2025-02-01, the first date",
        ),
        (
            ("town", "--period", "free", "--first", "2015-01-01", "--last", "2025-01-01"),
            "last: a report covers at most 10 years",
        ),
        (("town", "--period", "free"), "first: must be given, such as 2026-11-22"),
        (("town", "--format", "docx"), "format: 'docx' is none of xlsx, pdf, csv, parquet"),
        (("town", "--out", "x.doc"), "format: 'doc' is none of xlsx, pdf, csv, parquet"),
        (("town", "--language", "fr"), "language: must be one of zh-CN, en"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(
    typed: Typed, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """And nothing is written."""
    assert typed(*words) == (1, f"{said}\n")
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_cannot_be_written_is_said(typed: Typed, tmp_path: Path) -> None:
    """Before anything is counted."""
    code, said = typed(TOWN, "--date", "2025-01-10", "--out", str(tmp_path / "none/x.csv"))
    assert code == 1
    assert said.startswith(f"out: {tmp_path}/none/x.csv cannot be written: ")
    assert said.count("\n") == 1
