"""The way to a text card: TCP, or a serial bus that several cards share.

A connection lasts for one question. So no answer that comes too late can be taken for the next
one's, and several cards may hang on one converter.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

import serial

from display.panels.onbon_frames import END, START, Garbled
from queue_server.client.device import Offline

#: The maker's own time-out for an answer (s).
PATIENCE = 2.0
LONGEST_ANSWER = 4096

# Cards on one RS-485 bus must not talk at the same time.
_buses: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Line(Protocol):
    """A way to the card."""

    def ask(self, frame: bytes) -> bytes:
        """Send a frame, answer with the frame that comes back. Raises `DeviceError`."""


class Tcp:
    """A card with a network socket, or a converter in front of a bus."""

    def __init__(self, host: str, port: int, patience: float = PATIENCE) -> None:
        self._host, self._port = host, port
        self._patience = patience

    def ask(self, frame: bytes) -> bytes:
        """Connect, ask, hang up."""
        try:
            return self._asked(frame)
        except TimeoutError as error:
            raise Offline(f"The LED card {self._host} does not answer.") from error
        except OSError as error:
            raise Offline(f"The LED card {self._host} cannot be reached: {error}") from error

    def _asked(self, frame: bytes) -> bytes:
        until = time.monotonic() + self._patience
        place = (self._host, self._port)
        with socket.create_connection(place, timeout=self._patience) as card:
            card.sendall(frame)

            def receive() -> bytes:
                # settimeout(0) would mean: do not wait at all.
                card.settimeout(max(until - time.monotonic(), 0.001))
                if not (some := card.recv(1024)):
                    raise ConnectionResetError("it hung up")
                return some

            return _answer(receive, until)


class Serial:
    """A card on RS-232 or RS-485: no parity, 8 data bits, 1 stop bit."""

    def __init__(self, path: str, baud: int, patience: float = PATIENCE) -> None:
        self._path, self._baud = path, baud
        self._patience = patience
        self._bus = _buses[path]

    def ask(self, frame: bytes) -> bytes:
        """Wait for the bus, ask, let go of it."""
        if not self._bus.acquire(timeout=4 * self._patience):
            raise Offline(f"The serial line {self._path} is busy.")
        try:
            return self._asked(frame)
        except TimeoutError as error:
            raise Offline(f"The LED card on {self._path} does not answer.") from error
        except OSError as error:
            raise Offline(f"The serial line {self._path} cannot be used: {error}") from error
        finally:
            self._bus.release()

    def _asked(self, frame: bytes) -> bytes:
        waits = self._patience / 20
        with serial.Serial(
            self._path, self._baud, timeout=waits, write_timeout=self._patience
        ) as port:
            # What a card said after we stopped listening is no answer to this.
            port.reset_input_buffer()
            port.write(frame)
            until = time.monotonic() + self._patience
            return _answer(lambda: port.read(max(port.in_waiting, 1)), until)


def _answer(receive: Callable[[], bytes], until: float) -> bytes:
    """The first whole frame of what comes; noise before it is skipped."""
    received = b""
    while time.monotonic() < until:
        received += receive()
        start = received.find(START)
        if start < 0:
            received = b""
            continue
        end = received.find(END, start)
        if end >= 0:
            return received[start : end + 1]
        if len(received) > LONGEST_ANSWER:
            raise Garbled("The card's answer does not end.")
    raise TimeoutError
