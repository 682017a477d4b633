"""Callers and raters on an RS-485 adapter: frames in and out of a serial port, each confirmed."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ticketing.caller import Frame, Frames, Presses, confirmation
from ticketing.serial_port import SerialPort

#: How long a turn listens, and how long the line is quiet between two frames (s).
LISTEN, QUIET = 0.1, 0.005


class Rs485Bus:
    """The line at `path`; see `ticketing.caller.Bus`."""

    def __init__(self, path: str, baud: int = 9600) -> None:
        self._port = SerialPort(path, baud)
        self._frames = Frames()
        self._presses = Presses()

    def turn(self, say: Sequence[Frame]) -> list[Frame]:
        """Say these, then listen."""
        if self._port.open():
            self._frames = Frames()
        for frame in say:
            self._presses.said(frame, _now())
            self._send(frame)
        data = self._port.read(LISTEN)
        heard = self._frames.hear(data) if data else self._frames.pause()
        return [frame for frame in heard if self._take(frame)]

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def _take(self, frame: Frame) -> bool:
        """Confirm a device's frame; whether it is a new one."""
        if self._presses.is_echo(frame, _now()):
            return False
        new = self._presses.is_new(frame, _now())
        answer = confirmation(frame)
        self._presses.confirmed(answer, _now())
        self._send(answer)
        return new

    def _send(self, frame: Frame) -> None:
        data = frame.to_bytes()
        self._port.write(data)
        # Half duplex: the port takes the bytes at once, the line needs ten bits for each.
        time.sleep(len(data) * 10 / self._port.baud + QUIET)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
