"""Only the newest files below a folder are kept."""

from __future__ import annotations

import os
from pathlib import Path

from queue_server.client.newest import keep_newest


def written(path: Path, at: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("…")
    os.utime(path, (at, at))
    return path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_oldest_go_with_their_companions(tmp_path: Path) -> None:
    """Whatever lies beside them under another name stays."""
    for at, name in enumerate("bca"):
        written(tmp_path / "day" / f"{name}.png", at)
        written(tmp_path / "day" / f"{name}.txt", at)
    written(tmp_path / "day" / "notes.txt", 0)
    latest = written(tmp_path / "day" / "d.png", 3)

    keep_newest(tmp_path, 2, latest, ".txt")

    assert names(tmp_path) == [
        "day",
        *(f"day/{n}" for n in ("a.png", "a.txt", "d.png", "notes.txt")),
    ]


def test_fewer_than_may_be_all_stay(tmp_path: Path) -> None:
    """The first file of a machine, and those after it."""
    latest = written(tmp_path / "day" / "a.wav", 1)

    keep_newest(tmp_path, 3, latest)

    assert names(tmp_path) == ["day", "day/a.wav"]


def test_the_latest_stays_though_the_clock_went_back(tmp_path: Path) -> None:
    """What was just written is the newest."""
    written(tmp_path / "day" / "a.wav", 1000)
    latest = written(tmp_path / "day" / "b.wav", 10)

    keep_newest(tmp_path, 1, latest)

    assert names(tmp_path) == ["day", "day/b.wav"]


def test_folders_of_other_days_go_when_they_are_empty(tmp_path: Path) -> None:
    """Those of today stay: another zone may be about to speak."""
    written(tmp_path / "monday" / "main" / "a.wav", 1)
    written(tmp_path / "tuesday" / "main" / "b.wav", 2)
    (tmp_path / "tuesday" / "notes.txt").write_text("…")
    written(tmp_path / "wednesday" / "upstairs" / "c.wav", 3)
    latest = written(tmp_path / "wednesday" / "main" / "d.wav", 4)

    keep_newest(tmp_path, 1, latest)

    assert names(tmp_path) == [
        "tuesday",
        "tuesday/notes.txt",
        "wednesday",
        "wednesday/main",
        "wednesday/main/d.wav",
        "wednesday/upstairs",
    ]
