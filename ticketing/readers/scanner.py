"""QR and bar code scanners on a serial port, USB ones that look like a serial port too."""

from __future__ import annotations

from collections import deque

from ticketing.reader import Scan
from ticketing.readers.lines import Lines
from ticketing.serial_port import SerialPort

#: How long to listen for the first letter, and how long a pause ends a line (s).
LISTEN, PAUSE = 0.5, 0.15


class SerialScanner:
    """A scanner at `path` which ends its lines with CR, LF or a tab, or with silence."""

    def __init__(self, path: str, baud: int = 9600) -> None:
        self._port = SerialPort(path, baud)
        self._lines = Lines()
        self._scans: deque[str] = deque()

    def read(self) -> Scan | None:
        """The next scan; see `ticketing.reader.Reader`."""
        if self._port.open():
            self._lines = Lines()
        if not self._scans:
            self._listen()
        return Scan(self._scans.popleft()) if self._scans else None

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def _listen(self) -> None:
        if data := self._port.read(PAUSE if self._lines else LISTEN):
            self._scans += self._lines.hear(_text(data))
        elif self._lines:
            self._scans += self._lines.pause()


def _text(data: bytes) -> str:
    # Codes of ours are ASCII; anything else only has to be recognised as foreign.
    return data.decode("ascii", "replace")
