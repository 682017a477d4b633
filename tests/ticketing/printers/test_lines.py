"""Bytes out and back: a serial port, a device file, a socket; each wait has an end."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator

import pytest

from queue_server.client.device import Offline
from tests.ticketing.paper_printer import PaperPrinter
from ticketing.printers.lines import DeviceFile, Line, SerialLine, Tcp

LONG = bytes(range(256)) * 40


class Pty:
    """The two ends of a line; `taken` is what came out at the far end."""

    def __init__(self) -> None:
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        self.path = os.ttyname(self.near)
        self.taken = b""

    def take(self, size: int) -> threading.Thread:
        def reading() -> None:
            while len(self.taken) < size:
                self.taken += os.read(self.far, 4096)

        thread = threading.Thread(target=reading, daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        for end in (self.far, self.near):
            os.close(end)


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


@pytest.fixture(params=["serial", "file"])
def line(request: pytest.FixtureRequest, pty: Pty) -> Iterator[Line]:
    line: Line = (
        SerialLine(pty.path, 19200, patience=0.3)
        if request.param == "serial"
        else DeviceFile(pty.path, patience=0.3)
    )
    line.open()
    yield line
    line.close()


def test_all_bytes_arrive(line: Line, pty: Pty) -> None:
    """None is changed on the way, and the sender waits until all are taken."""
    reader = pty.take(len(LONG))

    line.send(LONG)

    reader.join(5)
    assert pty.taken == LONG


def test_answers_come_back(line: Line, pty: Pty) -> None:
    os.write(pty.far, b"\x12\x00")

    assert line.receive(1.0) == b"\x12\x00"
    assert line.receive(0) == b""
    assert line.receive(0.01) == b""


def test_a_printer_that_takes_nothing_is_offline(line: Line) -> None:
    """Out of paper, it holds the line: sending ends, and so does closing."""
    with pytest.raises(Offline, match="打印机连接不上"):
        line.send(LONG * 20)

    line.close()


@pytest.mark.parametrize("line", [SerialLine("/dev/no-such", 9600), DeviceFile("/dev/no-such")])
def test_a_missing_device_is_offline(line: Line) -> None:
    with pytest.raises(Offline, match="/dev/no-such"):
        line.open()
    line.close()


def test_a_socket_that_is_hung_up_is_offline() -> None:
    with PaperPrinter() as there:
        line = Tcp("127.0.0.1", there.port)
        line.open()
        line.send(b"\x10\x04\x01")
        assert line.receive(2.0) == b"\x12"

        there.hang_up()

        with pytest.raises(Offline):
            line.receive(2.0)
        line.close()
