"""The far end of a serial line: a pty whose name stays the same when it is plugged in again."""

from __future__ import annotations

import os
import select
import threading
import tty
from pathlib import Path
from typing import Self


class PtyLine:
    """A device on a line; `hears` is called in a thread with what the program under test says.

    As a context manager it is plugged in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = self._slave = -1
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def hears(self, data: bytes) -> None:
        """What the device does about it."""

    def plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path.symlink_to(os.ttyname(self._slave))
        self._ends.clear()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        if not self._thread:
            return
        self._ends.set()
        self._thread.join()
        self._thread = None
        self.path.unlink()
        os.close(self._slave)
        os.close(self._master)

    def says(self, data: bytes) -> None:
        os.write(self._master, data)

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        while not self._ends.is_set():
            if poll.poll(10):
                self.hears(os.read(self._master, 4096))
