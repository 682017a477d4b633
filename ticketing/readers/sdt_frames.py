"""The frames of a second-generation ID card reader (SDT), and the text of a card.

Pure: bytes in, bytes out.

    request   AA AA AA 96 69 | length (2, big-endian) | command parameter data… | check
    answer    AA AA AA 96 69 | length (2, big-endian) | SW1 SW2 SW3 data…       | check

`length` counts what follows it, the check too; the check is the XOR of everything from `length`
to the byte before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
#: A byte of the preamble is easily lost when a line wakes up; one AA is enough to know it by.
_START = PREAMBLE[2:]
SHORTEST = 4
#: Text, photo and finger prints of the richest card, with their lengths (bytes).
LONGEST = 4 + 6 + 256 + 1024 + 1024

#: SW3 of an answer: what went well.
OK, FOUND, NONE = 0x90, 0x9F, 0x80

#: The text of a card: field → bytes of UTF-16LE, in this order.
FIELDS = {
    "name": 30,
    "sex": 2,
    "nation": 4,
    "birth": 16,
    "address": 70,
    "number": 36,
    "authority": 30,
    "valid_from": 16,
    "valid_until": 16,
}


class Garbled(Exception):
    """A frame that is not what was sent: `checksum` or `length`."""


def _check(body: bytes) -> int:
    return reduce(xor, body, 0)


def frame(content: bytes) -> bytes:
    """Content with preamble, length and check."""
    body = (len(content) + 1).to_bytes(2, "big") + content
    return PREAMBLE + body + bytes([_check(body)])


def request(command: int, parameter: int, data: bytes = b"") -> bytes:
    """What is said to a reader."""
    return frame(bytes([command, parameter]) + data)


STATUS = request(0x11, 0xFF)
FIND = request(0x20, 0x01)
SELECT = request(0x20, 0x02)
READ = request(0x30, 0x01)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says: three status words, of which the last tells, and data."""

    status: bytes
    data: bytes = b""

    @property
    def code(self) -> int:
        """SW3."""
        return self.status[2]


class Listening:
    """Takes bytes as they come, passes over noise, and finds one answer."""

    def __init__(self) -> None:
        self._heard = bytearray()

    def hear(self, data: bytes) -> Answer | None:
        """The answer, once it is whole; raises `Garbled`."""
        self._heard += data
        start = self._heard.find(_START)
        if start < 0:
            del self._heard[:-LONGEST]
            return None
        body = bytes(self._heard[start + len(_START) :])
        if len(body) < 2:
            return None
        length = int.from_bytes(body[:2], "big")
        if not SHORTEST <= length <= LONGEST:
            raise Garbled("length")
        if len(body) < 2 + length:
            return None
        return _answer(body[: 2 + length])

    def so_far(self) -> str:
        """What an answer that does not come has been until now: `silent`, `stranger`, `cut_off`."""
        if not self._heard:
            return "silent"
        begun = _START in self._heard or self._heard.endswith((b"\xaa", _START[:2]))
        return "cut_off" if begun else "stranger"


def _answer(body: bytes) -> Answer:
    if _check(body[:-1]) != body[-1]:
        raise Garbled("checksum")
    return Answer(body[2:5], body[5:-1])


def text_of(data: bytes) -> bytes:
    """The text in what READ answered: two lengths, the text, the photo; raises `Garbled`."""
    length = int.from_bytes(data[:2], "big")
    text = data[4 : 4 + length]
    if len(data) < 4 or len(text) < length or length < sum(FIELDS.values()):
        raise Garbled("length")
    return text


def field(text: bytes, name: str) -> str:
    """One field of a card's text, without the blanks that fill it up."""
    start = 0
    for one, length in FIELDS.items():
        if one == name:
            return text[start : start + length].decode("utf-16-le", "replace").strip(" \0\u3000")
        start += length
    raise KeyError(name)
