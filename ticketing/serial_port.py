"""A serial port that opens when it is needed, never waits without end, and says why it cannot.

pyserial opens and sets the port. Reading and writing wait with poll(2) here, because pyserial's
select(2) fails on file descriptors above 1023, which a busy server soon reaches.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import termios

import serial

from ticketing.troubles import Gone

#: How long a write may take (s): a frame is a few bytes, so only a dead port takes longer.
WRITING = 1.0
MOST = 4096

_REASONS = {
    errno.ENOENT: "no_port",
    errno.ENXIO: "no_port",
    errno.ENODEV: "no_port",
    errno.EACCES: "not_allowed",
    errno.EPERM: "not_allowed",
    errno.EBUSY: "in_use",
    errno.EAGAIN: "in_use",
    errno.ENOTTY: "wrong_port",
    errno.EISDIR: "wrong_port",
    errno.EINVAL: "wrong_port",
}


def gone(error: OSError, path: str, otherwise: str) -> Gone:
    """The sentence for what the system said about a port."""
    return Gone(_REASONS.get(error.errno or 0, otherwise), path)


class SerialPort:
    """`path` at `baud`, 8 data bits, no parity, 1 stop bit; every method may raise `Gone`."""

    def __init__(self, path: str, baud: int) -> None:
        self.path = path
        self.baud = baud
        self._port: serial.Serial | None = None

    def open(self) -> bool:
        """Open it, unless it is open; whether it was opened just now."""
        if self._port:
            return False
        try:
            self._port = serial.Serial(self.path, self.baud, timeout=0, exclusive=True)
        except OSError as error:  # a SerialException is one
            raise gone(error, self.path, "wrong_port") from None
        except termios.error as error:
            raise Gone("wrong_port", f"{self.path}: {error.args[-1]}") from None
        return True

    def read(self, wait: float) -> bytes:
        """What has arrived; nothing when nothing does within `wait` s."""
        if not self._ready(select.POLLIN, wait):
            return b""
        try:
            data = os.read(self._descriptor(), MOST)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            raise self._lost()
        return data

    def write(self, data: bytes) -> None:
        """Send it all."""
        while data:
            if not self._ready(select.POLLOUT, WRITING):
                raise self._lost("silent")
            try:
                data = data[os.write(self._descriptor(), data) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._lost() from None

    def forget(self) -> None:
        """Drop what has arrived so far."""
        while self.read(0):
            pass

    def close(self) -> None:
        """Let go; it may be opened again."""
        port, self._port = self._port, None
        if port:
            # What was unplugged may not even let itself be closed.
            with contextlib.suppress(OSError):
                port.close()

    def _descriptor(self) -> int:
        self.open()
        assert self._port
        return self._port.fileno()

    def _ready(self, event: int, wait: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor(), event)
        for _, state in poll.poll(wait * 1000):
            # What arrived before the line broke is still read.
            if state & event:
                return True
            raise self._lost()
        return False

    def _lost(self, code: str = "unplugged") -> Gone:
        self.close()
        return Gone(code, self.path)
