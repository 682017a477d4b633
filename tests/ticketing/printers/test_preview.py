"""Slips without a printer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from queue_server.client.device import DeviceError
from tests.ticketing.sample_slips import sample
from ticketing.drawing import draw, lines
from ticketing.printer import PAPERS, Progress
from ticketing.printers.preview import Preview

PAPER = PAPERS[58]


def test_a_slip_is_a_picture_and_a_text(tmp_path: Path) -> None:
    slip = sample()

    assert list(Preview(tmp_path, PAPER).print(slip)) == [Progress.BEGUN, Progress.CUT]

    folder = tmp_path / "2026-03-02"
    assert sorted(path.name for path in folder.iterdir()) == ["B007.png", "B007.txt"]
    picture = Image.open(folder / "B007.png")
    assert picture.convert("L").tobytes() == draw(slip, PAPER).convert("L").tobytes()
    assert (folder / "B007.txt").read_text("utf-8").splitlines() == lines(slip, PAPER)


def test_copies_are_counted(tmp_path: Path) -> None:
    """A slip that is written again is the same one; a copy is another."""
    preview = Preview(tmp_path, PAPER)
    for slip in (sample(), sample(), sample(copy=True), sample(copy=True)):
        list(preview.print(slip, Progress.BEGUN))

    names = {path.stem for path in (tmp_path / "2026-03-02").glob("*.png")}
    assert names == {"B007", "B007-copy1", "B007-copy2"}
    assert "补打" in (tmp_path / "2026-03-02" / "B007-copy2.txt").read_text("utf-8")


def test_the_oldest_slips_make_room(tmp_path: Path) -> None:
    """Pictures and texts go together."""
    preview = Preview(tmp_path, PAPER, keep=2)
    for _ in range(3):
        list(preview.print(sample(copy=True)))
    list(preview.print(sample()))

    names = {path.name for path in (tmp_path / "2026-03-02").iterdir()}
    assert len(names) == 4
    assert {"B007.png", "B007.txt"} < names


def test_a_folder_that_takes_nothing_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file")

    with pytest.raises(DeviceError, match="写不进预览文件夹"):
        list(Preview(tmp_path / "slips", PAPER).print(sample()))
