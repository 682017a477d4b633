"""Scanners and number pads that are USB keyboards, read from Linux's input device.

The device is grabbed, so that what is scanned is typed into no page and no log-in prompt. The
kernel's records are read as they are (linux/input.h): they are simple, and python-evdev would have
to be compiled on every kiosk.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import time
from collections import deque

from ticketing.reader import Scan
from ticketing.readers.lines import Lines
from ticketing.serial_port import gone
from ticketing.troubles import Gone

LISTEN = 0.5
#: Somebody who typed half a number and went away (s).
STALE = 20.0

#: struct input_event: seconds, microseconds, type, code, value
RECORD = struct.Struct("llHHi")
EV_KEY, PRESSED, RELEASED = 1, 1, 0
#: _IOW('E', 0x90, int)
EVIOCGRAB = 0x40044590

_SHIFTS = (42, 54)
_BACKSPACE = 14
_KEYS = {
    **dict(zip(range(2, 14), "1234567890-=", strict=True)),
    **dict(zip(range(16, 28), "qwertyuiop[]", strict=True)),
    **dict(zip(range(30, 42), "asdfghjkl;'`", strict=True)),
    **dict(zip(range(43, 54), "\\zxcvbnm,./", strict=True)),
    **dict(zip(range(71, 84), "789-456+1230.", strict=True)),
    **dict(zip((15, 28, 55, 57, 96, 98), "\t\n* \n/", strict=True)),
}
_SHIFTED = str.maketrans("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?')


class Typing:
    """Turns the kernel's records into lines, on a US layout as scanners have it. Pure."""

    def __init__(self) -> None:
        self.lines = Lines()
        self._rest = b""
        self._shift = False

    def hear(self, data: bytes) -> list[str]:
        """The lines that end in these records."""
        data = self._rest + data
        whole = len(data) - len(data) % RECORD.size
        self._rest = data[whole:]
        found: list[str] = []
        for _, _, kind, code, value in RECORD.iter_unpack(data[:whole]):
            if kind == EV_KEY:
                found += self._key(code, value)
        return found

    def _key(self, code: int, value: int) -> list[str]:
        if code in _SHIFTS:
            self._shift = value != RELEASED
        elif value == PRESSED and code == _BACKSPACE:
            self.lines.rub_out()
        elif value == PRESSED:
            letter = _KEYS.get(code, "")
            return self.lines.hear(letter.upper().translate(_SHIFTED) if self._shift else letter)
        return []


class KeyboardScanner:
    """The input device at `path`; with `grab` nobody else hears its keys."""

    def __init__(self, path: str, grab: bool = True) -> None:
        self._path = path
        self._grab = grab
        self._device: int | None = None
        self._typing = Typing()
        self._typed_at = 0.0
        self._scans: deque[str] = deque()

    def read(self) -> Scan | None:
        """The next line; see `ticketing.reader.Reader`."""
        if self._device is None:
            self._device = self._open()
            self._typing = Typing()
        if not self._scans:
            self._listen(self._device)
        return Scan(self._scans.popleft()) if self._scans else None

    def close(self) -> None:
        """Let go of the device."""
        device, self._device = self._device, None
        if device is not None:
            with contextlib.suppress(OSError):
                os.close(device)

    def _open(self) -> int:
        try:
            device = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise gone(error, self._path, "no_port") from None
        try:
            if self._grab:
                fcntl.ioctl(device, EVIOCGRAB, 1)
        except OSError as error:
            os.close(device)
            raise gone(error, self._path, "wrong_port") from None
        return device

    def _listen(self, device: int) -> None:
        poll = select.poll()
        poll.register(device, select.POLLIN)
        if not poll.poll(LISTEN * 1000):
            return
        try:
            data = os.read(device, 64 * RECORD.size)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            raise Gone("unplugged", self._path)
        if time.monotonic() - self._typed_at > STALE:
            self._typing.lines.pause()
        self._typed_at = time.monotonic()
        self._scans += self._typing.hear(data)
