"""Plain text: a file that is always whole, a terminal that gets lines."""

from __future__ import annotations

import os
import tty
from pathlib import Path

import pytest

from display.panels.text import Text
from display.strips import Strip
from queue_server.client.device import Offline

STRIP = Strip((("请A045号到3号窗口", "请B001号到4号窗口"), ("A045",)))


def test_a_file_has_what_is_shown_now(tmp_path: Path) -> None:
    """Replaced in one step: nobody reads half a line, and nothing else is left behind."""
    file = tmp_path / "strip.txt"
    Text(file).show(STRIP)
    Text(file).show(Strip((("暂停服务",),)))

    assert file.read_text() == "暂停服务\n"
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_terminal_gets_a_line_a_page() -> None:
    """The fullest wording: a terminal has room."""
    master, slave = os.openpty()
    tty.setraw(slave)
    Text(Path(os.ttyname(slave))).show(STRIP)

    assert os.read(master, 1000).decode() == "请A045号到3号窗口\r\n请B001号到4号窗口\r\n"
    os.close(master)
    os.close(slave)


def test_a_pipe_that_nobody_reads(tmp_path: Path) -> None:
    """No reader at all, or one that has stopped: a sentence, and no waiting for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Offline, match="cannot be written"):
        Text(pipe).show(STRIP)

    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(Offline, match="takes no text"):
        Text(pipe).show(Strip((("窗" * 100_000,),)))
    os.close(reader)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The path is named, and what is wrong with it."""
    with pytest.raises(Offline, match="No such file or directory"):
        Text(tmp_path / "no" / "strip.txt").show(STRIP)
