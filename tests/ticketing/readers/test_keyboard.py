"""A scanner that types: the kernel's records into lines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.reader import Scan
from ticketing.readers.keyboard import RECORD, KeyboardScanner, Typing
from ticketing.troubles import Gone

#: Where the letters lie on a US keyboard (linux/input-event-codes.h), written down again.
KEYS = {letter: code for code, letter in enumerate("1234567890", 2)}
KEYS |= dict(zip("qwertyuiop", range(16, 26), strict=True))
KEYS |= dict(zip("asdfghjkl", range(30, 39), strict=True))
KEYS |= dict(zip("zxcvbnm", range(44, 51), strict=True))
KEYS |= {"-": 12, ";": 39, ".": 52, "/": 53}
SHIFTED = {":": ";", "_": "-", "?": "/"}
SHIFT, ENTER, BACKSPACE = 42, 28, 14


def record(code: int, value: int, kind: int = 1) -> bytes:
    return RECORD.pack(1_772_411_400, 5, kind, code, value)


def press(code: int) -> bytes:
    """Scan code, press, a report, release, a report: as keyboards do it."""
    scan_code, report = record(4, 458_756, kind=4), record(0, 0, kind=0)
    return scan_code + record(code, 1) + report + record(code, 0) + report


def typed(text: str) -> bytes:
    keys = b""
    for letter in text:
        plain = SHIFTED.get(letter, letter.lower())
        one = press(KEYS[plain])
        keys += record(SHIFT, 1) + one + record(SHIFT, 0) if plain != letter else one
    return keys + press(ENTER)


@given(
    st.text("ABZabz019-_.:/?", min_size=1, max_size=40),
    st.integers(1, 200),
)
def test_what_is_typed_is_read(text: str, size: int) -> None:
    """Capitals and signs come with shift; records may be cut anywhere."""
    keys, typing, found = typed(text), Typing(), list[str]()

    for at in range(0, len(keys), size):
        found += typing.hear(keys[at : at + size])

    assert found == [text]


def test_a_number_pad() -> None:
    """Its digits have keys of their own, and backspace takes one back; a held key says nothing."""
    keys = b"".join(map(press, (79, 80, 81, BACKSPACE, 82))) + record(82, 2) + press(96)

    assert Typing().hear(keys) == ["120"]


def scan(scanner: KeyboardScanner) -> Scan:
    while not (found := scanner.read()):
        pass
    return found


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    path = tmp_path / "event5"
    os.mkfifo(path)
    keeps = os.open(path, os.O_RDWR)
    yield path, keeps
    os.close(keeps)


def test_lines_come_from_the_device(fifo: tuple[Path, int]) -> None:
    """One by one, from the same records."""
    path, end = fifo
    scanner = KeyboardScanner(str(path), grab=False)
    os.write(end, typed("A045") + typed("https://hall.example/t/x"))

    assert scan(scanner) == Scan("A045")
    assert scan(scanner) == Scan("https://hall.example/t/x")
    scanner.close()


def test_a_device_that_cannot_be_grabbed_is_no_keyboard(fifo: tuple[Path, int]) -> None:
    """Better no scanner than one that types into every window."""
    with pytest.raises(Gone) as gone:
        KeyboardScanner(str(fifo[0])).read()

    assert gone.value.code == "wrong_port"


def test_unplugged_and_plugged_again(tmp_path: Path) -> None:
    """Each is said once a read; afterwards it works by itself."""
    path = tmp_path / "event5"
    scanner, codes = KeyboardScanner(str(path), grab=False), list[str]()

    def refused() -> str:
        with pytest.raises(Gone) as gone:
            scanner.read()
        return gone.value.code

    codes.append(refused())
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR)
    assert scanner.read() is None
    os.close(end)
    codes.append(refused())
    end = os.open(path, os.O_RDWR)
    os.write(end, typed("A045"))

    assert codes == ["no_port", "unplugged"]
    assert scan(scanner) == Scan("A045")
    scanner.close()
    os.close(end)
