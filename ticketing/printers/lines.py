"""The ways to a printer: bytes out and back over TCP, USB, a serial port or a device file.

python-escpos opens them; here they get time limits for everything, and one way to fail: `Offline`.
What the bytes mean is said in `commands.py` and `answers.py`.
"""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from escpos.exceptions import Error as EscposError
from escpos.printer import Network, Serial, Usb

from queue_server.client.device import DeviceError, Offline

#: How long a printer may refuse the next piece (s): one that prints takes data all the time.
PATIENCE = 10.0
CONNECT = 4.0
PIECE = 2048
#: USB end points deliver whole packets.
PACKET = 64


class Line(Protocol):
    """A way to a printer; everything but `close` raises Offline."""

    def open(self) -> None:
        """Reach the printer."""
        ...

    def send(self, data: bytes) -> None:
        """Give it all of `data`."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What it answers within so many seconds; nothing when it is silent."""
        ...

    def close(self) -> None:
        """Let go; data it has not taken is lost."""
        ...


@contextmanager
def _reaching(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EscposError) as error:
        reason = str(error).partition("\n")[2] or str(error) or type(error).__name__
        raise Offline(f"打印机连接不上 (no printer at {what}): {reason}") from error


def _pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), PIECE):
        yield data[at : at + PIECE]


class Tcp:
    """A network printer, by custom on port 9100."""

    def __init__(self, host: str, port: int, patience: float = PATIENCE) -> None:
        self._what, self._patience = f"{host}:{port}", patience
        self._printer: Any = Network(host, port, timeout=CONNECT)

    def open(self) -> None:
        """Connect."""
        with _reaching(self._what):
            self._printer.open()

    def send(self, data: bytes) -> None:
        """Piece by piece: each has the whole patience."""
        with _reaching(self._what):
            self._printer.device.settimeout(self._patience)
            for piece in _pieces(data):
                self._printer._raw(piece)

    def receive(self, seconds: float) -> bytes:
        """Up to 16 bytes."""
        with _reaching(self._what):
            self._printer.device.settimeout(max(seconds, 0.001))
            try:
                data: bytes = self._printer._read()
            except TimeoutError:
                return b""
            if not data:
                raise ConnectionResetError("it has hung up")
            return data

    def close(self) -> None:
        """Hang up."""
        self._printer.close()


class SerialLine:
    """A serial printer, 8N1."""

    def __init__(self, path: str, baud: int, patience: float = PATIENCE) -> None:
        self._what, self._patience = path, patience
        self._printer: Any = Serial(path, baud, timeout=patience)

    def open(self) -> None:
        """Open the port."""
        with _reaching(self._what):
            self._printer.open()
            self._printer.device.write_timeout = self._patience

    def send(self, data: bytes) -> None:
        """Piece by piece, until the port has sent each: a slow line is not a broken one."""
        with _reaching(self._what):
            for piece in _pieces(data):
                self._printer._raw(piece)
                self._drain()

    def _drain(self) -> None:
        # tcdrain() has no time limit: a printer that holds the line would hold us, too.
        until = time.monotonic() + self._patience
        while self._printer.device.out_waiting:
            if time.monotonic() > until:
                raise TimeoutError("it takes no data")
            time.sleep(0.01)

    def receive(self, seconds: float) -> bytes:
        """The first byte within so many seconds, and what came with it."""
        with _reaching(self._what):
            self._printer.device.timeout = seconds
            first: bytes = self._printer.device.read(1)
            rest: bytes = self._printer.device.read(self._printer.device.in_waiting)
            return first + rest

    def close(self) -> None:
        """Close the port, whatever is still in it."""
        try:
            if self._printer._device:
                # Closing waits for what has not been sent.
                self._printer._device.reset_output_buffer()
            self._printer.close()
        except OSError:
            self._printer._device = False


class UsbLine:
    """A USB printer, by vendor and product; pyusb counts in milliseconds."""

    def __init__(self, vendor: int, product: int, end_in: int, end_out: int) -> None:
        self._what, self._end_in = f"usb {vendor:04x}:{product:04x}", end_in
        patience = round(PATIENCE * 1000)
        self._printer: Any = Usb(vendor, product, {}, patience, end_in, end_out)

    def open(self) -> None:
        """Find it on the bus and claim it."""
        try:
            with _reaching(self._what):
                self._printer.open()
        except (RuntimeError, ValueError) as error:
            # pyusb or the library under it is not there.
            raise DeviceError(f"USB 不可用 (no USB: pyusb, libusb-1.0-0?): {error}") from error

    def send(self, data: bytes) -> None:
        """Piece by piece."""
        with _reaching(self._what):
            for piece in _pieces(data):
                self._printer._raw(piece)

    def receive(self, seconds: float) -> bytes:
        """One packet."""
        with _reaching(self._what):
            try:
                limit = max(round(seconds * 1000), 1)
                return bytes(self._printer.device.read(self._end_in, PACKET, limit))
            except OSError as error:
                if error.errno == errno.ETIMEDOUT:
                    return b""
                raise

    def close(self) -> None:
        """Give it back."""
        self._printer.close()


class DeviceFile:
    """A printer the kernel shows as a file. Not python-escpos's own: that one blocks without end
    when the paper is out, and cannot be read."""

    def __init__(self, path: str, patience: float = PATIENCE) -> None:
        self._path, self._patience = path, patience
        self._file = -1

    def open(self) -> None:
        """Open it, for reading too where the printer can speak; a missing file is not made."""
        with _reaching(self._path):
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_APPEND)
            except PermissionError:
                self._file = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND)

    def send(self, data: bytes) -> None:
        """As the device takes it."""
        with _reaching(self._path):
            while data:
                if not select.select((), (self._file,), (), self._patience)[1]:
                    raise TimeoutError("it takes no data")
                data = data[os.write(self._file, data[:PIECE]) :]

    def receive(self, seconds: float) -> bytes:
        """What is there to read within so many seconds."""
        with _reaching(self._path):
            if not select.select((self._file,), (), (), seconds)[0]:
                return b""
            return os.read(self._file, PACKET)

    def close(self) -> None:
        """Close it."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1
