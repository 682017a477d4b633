"""Reads ESC/POS back: bytes, in any pieces, become what a printer would do with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTHS = {
    b"\x1da": 3,
    b"\x1dr": 3,
    b"\x1d!": 3,
    b"\x1ba": 3,
    b"\x1bE": 3,
    b"\x1dv": 8,
    b"\x1d(": 5,
}
QR_STORE, QR_PRINT = b"1P0", b"1Q0"
#: Asked in real time; in its place in the stream it means nothing more.
STATUS = re.compile(rb"\x10\x04[\x01-\x04]")


@dataclass(frozen=True)
class Line:
    """A line of text: its size, whether centred and bold, whether between FS & and FS ."""

    text: str
    size: int = 1
    centred: bool = False
    bold: bool = False
    chinese: bool = True


@dataclass(frozen=True)
class Rows:
    """Rows of dots, `width` bytes each; 1 is black."""

    width: int
    data: bytes


@dataclass(frozen=True)
class Qr:
    data: str


@dataclass(frozen=True)
class Cut:
    """Feed and cut."""


@dataclass(frozen=True)
class Asked:
    """GS r 1."""


@dataclass(frozen=True)
class Begun:
    """ESC @."""


Deed = Line | Rows | Qr | Cut | Asked | Begun


class Decoder:
    def __init__(self) -> None:
        self.waiting = b""
        self._plain()

    def _plain(self) -> None:
        self._size, self._centred, self._bold, self._chinese = 1, False, False, False
        self._line, self._spoke, self._qr = b"", False, b""

    def feed(self, data: bytes) -> Iterator[Deed]:
        """Every deed that is complete by now; stop asking and the rest stays waiting."""
        self.waiting += data
        while (size := self._size_of_next()) and size <= len(self.waiting):
            command, self.waiting = self.waiting[:size], self.waiting[size:]
            yield from self._do(command)

    def _size_of_next(self) -> int:
        """How long the next command is; 0 when not even that is known yet."""
        data = self.waiting
        if not data:
            return 0
        if data[0] == 0x10:
            return 3
        if data[0] not in (0x1B, 0x1C, 0x1D):
            return 1
        if data[:4] == b"\x1dv0\x00":
            if len(data) < 8:
                return 8
            return 8 + int.from_bytes(data[4:6], "little") * int.from_bytes(data[6:8], "little")
        if data[:3] == b"\x1d(k":
            return 5 + int.from_bytes(data[3:5], "little") if len(data) >= 5 else 5
        if data[:2] == b"\x1dV":
            return 4 if data[2:3] == b"B" else 3
        return LENGTHS.get(data[:2], 2)

    def _do(self, command: bytes) -> Iterator[Deed]:
        match command[:2]:
            case b"\x1b@":
                self._plain()
                yield Begun()
            case b"\x1dv":
                yield Rows(int.from_bytes(command[4:6], "little"), command[8:])
            case b"\x1dV":
                # What a break has garbled is passed over.
                if command[2:] in (b"B\x00", b"\x00"):
                    yield Cut()
            case b"\x1dr":
                if command[2] == 1:
                    yield Asked()
            case b"\x1d(":
                yield from self._code(command[5:])
            case _:
                yield from self._style(command)

    def _code(self, parameters: bytes) -> Iterator[Deed]:
        if parameters.startswith(QR_STORE):
            self._qr = parameters[3:]
        elif parameters == QR_PRINT:
            yield Qr(self._qr.decode())

    def _style(self, command: bytes) -> Iterator[Deed]:
        if command == b"\x1c&":
            self._chinese = self._spoke = True
        elif command == b"\x1c.":
            self._chinese = False
        elif command[:2] == b"\x1ba":
            self._centred = command[2] == 1
        elif command[:2] == b"\x1bE":
            self._bold = command[2] == 1
        elif command[:2] == b"\x1d!":
            self._size = (command[2] & 7) + 1
        elif command == b"\n":
            yield from self._ended()
        elif len(command) == 1 and command != b"\0":
            assert self._chinese or command.isascii(), "GB18030 outside FS & and FS ."
            self._line += command

    def _ended(self) -> Iterator[Deed]:
        text, chinese = self._line.decode("gb18030", "replace"), self._spoke
        self._line, self._spoke = b"", False
        if text:
            yield Line(text, self._size, self._centred, self._bold, chinese)


def deeds(data: bytes) -> list[Deed]:
    """All of it; nothing may be left over."""
    decoder = Decoder()
    done = list(decoder.feed(data))
    assert decoder.waiting == b""
    return done


def dots(done: list[Deed]) -> bytes:
    """The rows of dots of a piece of paper, one after the other."""
    return b"".join(deed.data for deed in done if isinstance(deed, Rows))
