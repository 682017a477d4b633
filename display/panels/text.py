"""A panel that takes plain text: a file with what is shown now, or a terminal, line by line."""

from __future__ import annotations

import os
import select
import stat
import tempfile
import time
from pathlib import Path

from display.strips import Strip
from queue_server.client.device import DeviceError, Offline

#: A terminal that was switched off knows the text again after this long (s).
AGAIN = 30.0
#: How long a terminal may take to accept a line (s).
PATIENCE = 2.0


class Text:
    """A file is replaced in one step; a terminal, a serial line or a pipe gets a line a page."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def show(self, strip: Strip) -> float:
        """Write every page as a line."""
        text = "".join(f"{page}\n" for page in strip.wordings[0])
        try:
            if self._is_file():
                self._replace(text)
            else:
                self._write(text.replace("\n", "\r\n").encode())
        except DeviceError:
            raise
        except OSError as error:
            raise Offline(f"{self._path} cannot be written: {error.strerror}") from error
        return AGAIN

    def close(self) -> None:
        """Nothing is held."""

    def _is_file(self) -> bool:
        return not self._path.exists() or stat.S_ISREG(self._path.stat().st_mode)

    def _replace(self, text: str) -> None:
        file, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with open(file, "w", encoding="utf-8") as new:
                new.write(text)
            os.chmod(name, 0o644)
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _write(self, text: bytes) -> None:
        terminal = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            until = time.monotonic() + PATIENCE
            while text:
                left = until - time.monotonic()
                if left <= 0 or not select.select([], [terminal], [], left)[1]:
                    raise Offline(f"{self._path} takes no text.")
                text = text[os.write(terminal, text) :]
        finally:
            os.close(terminal)
