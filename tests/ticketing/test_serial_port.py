"""A serial port, on ptys."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ticketing.pty_line import PtyLine
from ticketing.serial_port import SerialPort, gone
from ticketing.troubles import Gone


class Parrot(PtyLine):
    def hears(self, data: bytes) -> None:
        self.says(data)


@pytest.fixture
def parrot(tmp_path: Path) -> Iterator[Parrot]:
    with Parrot(tmp_path / "ttyUSB0") as parrot:
        yield parrot


def refused(port: SerialPort) -> str:
    with pytest.raises(Gone) as gone:
        port.read(0)
    return gone.value.code


def test_bytes_go_and_come(parrot: Parrot) -> None:
    """What is written is heard, and silence is nothing."""
    port = SerialPort(str(parrot.path), 9600)
    port.write(b"\x00hello\xff")

    heard = b""
    while len(heard) < 7:
        heard += port.read(1)

    assert heard == b"\x00hello\xff"
    assert port.read(0.01) == b""
    port.close()


def test_what_is_old_can_be_forgotten(parrot: Parrot) -> None:
    """Half an answer from before does not get into the next."""
    port = SerialPort(str(parrot.path), 9600)
    port.open()
    parrot.says(b"old")
    while not (seen := port.read(1)):
        pass
    parrot.says(b"old too")
    port.forget()

    assert seen
    assert port.read(0.01) == b""
    port.close()


def test_unplugged_and_plugged_again(parrot: Parrot) -> None:
    """Said once, then that there is no port, then it works again by itself."""
    port = SerialPort(str(parrot.path), 9600)
    port.open()
    parrot.unplug()

    assert [refused(port), refused(port)] == ["unplugged", "no_port"]
    parrot.plug()
    port.write(b"again")
    assert port.read(5)
    port.close()


def test_wrong_ports_are_told_apart(tmp_path: Path, parrot: Parrot) -> None:
    """Nothing there, a folder, a file, and a port that somebody else uses."""
    (tmp_path / "file").write_text("no port")
    other = SerialPort(str(parrot.path), 9600)
    other.open()

    codes = [
        refused(SerialPort(str(path), 9600))
        for path in (tmp_path / "none", tmp_path, tmp_path / "file", parrot.path)
    ]

    assert codes == ["no_port", "wrong_port", "wrong_port", "in_use"]
    other.close()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_a_port_one_may_not_open(code: int) -> None:
    """The sentence names the groups that may."""
    told = gone(OSError(code, "no"), "/dev/ttyUSB0", "wrong_port")

    assert told.code == "not_allowed"
    assert "dialout" in str(told)


def test_it_works_with_a_thousand_other_connections_open(parrot: Parrot) -> None:
    """select(2) would fail above descriptor 1023."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, limits[1]), limits[1]))
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        port = SerialPort(str(parrot.path), 9600)
        port.write(b"hello")
        assert port.read(5)
        port.close()
    finally:
        for other in others:
            os.close(other)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
