"""A serial scanner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ticketing.pty_line import PtyLine
from ticketing.reader import Scan
from ticketing.readers.scanner import SerialScanner
from ticketing.troubles import Gone


@pytest.fixture
def scanner(gun: PtyLine) -> Iterator[SerialScanner]:
    scanner = SerialScanner(str(gun.path))
    # What was scanned before a port is opened is not read.
    assert scanner.read() is None
    yield scanner
    scanner.close()


def scan(scanner: SerialScanner) -> Scan:
    while not (found := scanner.read()):
        pass
    return found


def test_scans_come_one_by_one(gun: PtyLine, scanner: SerialScanner) -> None:
    """However the scanner ends its lines: with CR and LF, with a tab, or not at all."""
    gun.says(b"A045\r\nA046\tBK-2026")

    assert [scan(scanner) for _ in range(3)] == [Scan("A045"), Scan("A046"), Scan("BK-2026")]


def test_a_foreign_code_is_a_scan_like_any_other(gun: PtyLine, scanner: SerialScanner) -> None:
    """Bytes of no alphabet break nothing."""
    gun.says(b"\xc4\xe3\xba\xc3\r\nA045\r\n")

    assert [scan(scanner).text[-4:] for _ in range(2)] == ["�" * 4, "A045"]


def test_a_scan_is_not_printed_by_accident() -> None:
    """It may be somebody's number."""
    assert repr(Scan("110101199909091287")) == "Scan(…)"


def test_unplugged_and_plugged_again(gun: PtyLine, scanner: SerialScanner) -> None:
    """Half a line from before is gone."""
    gun.says(b"half")
    assert scanner.read() is None
    gun.unplug()
    with pytest.raises(Gone, match="unplugged"):
        scanner.read()

    gun.plug()
    assert scanner.read() is None
    gun.says(b"A045\r")
    assert scan(scanner) == Scan("A045")
