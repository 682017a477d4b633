"""An SDT card reader with a card on it, or not, or broken: what a real one would say."""

from __future__ import annotations

import time
from functools import reduce
from operator import xor

from tests.ticketing.pty_line import PtyLine

HEAD = bytes.fromhex("AAAAAA9669")
STATUS, FIND, SELECT, READ = b"\x11\xff", b"\x20\x01", b"\x20\x02", b"\x30\x01"
NAME, ADDRESS, OFFICE = "赵无名", "某省某市某街道一号", "某市公安局"


def card_text(number: str) -> bytes:
    """256 bytes as they lie on a card."""
    fields = (
        (NAME, 15),
        ("1", 1),
        ("01", 2),
        (number[6:14], 8),
        (ADDRESS, 35),
        (number, 18),
        (OFFICE, 15),
        ("20200101", 8),
        ("20400101", 8),
    )
    text = "".join(field.ljust(length) for field, length in fields)
    return text.ljust(128).encode("utf-16-le")


def answer(status: str, data: bytes = b"") -> bytes:
    content = bytes.fromhex(status) + data
    body = (len(content) + 1).to_bytes(2, "big") + content
    return HEAD + body + bytes([reduce(xor, body)])


class CardReader(PtyLine):
    """`number` is the card that lies there; `faults` says what to answer to which command."""

    number = ""
    is_on = True
    faults: dict[bytes, bytes]
    asked: list[bytes]

    def hears(self, data: bytes) -> None:
        if not self.is_on:
            return
        command = data[7:9]
        self.asked.append(command)
        self.says(self.faults.get(command, b"") or self.well(command))

    def well(self, command: bytes) -> bytes:
        if command == STATUS:
            return answer("00 00 90")
        if not self.number:
            return answer("00 00 80")
        if command == FIND:
            return answer("00 00 9F", bytes(4))
        if command == SELECT:
            return answer("00 00 90", bytes(8))
        return self.read_answer()

    def read_answer(self) -> bytes:
        lengths = bytes.fromhex("0100 0400")
        whole = answer("00 00 90", lengths + card_text(self.number) + b"\xaa" * 1024)
        assert len(whole) == 1295
        return whole

    def plug(self) -> None:
        self.faults, self.asked = {}, []
        super().plug()

    def lift(self) -> None:
        """Take the card away, and wait until the reader has been asked about it twice."""
        self.number = ""
        before = len(self.asked)
        while len(self.asked) < before + 3:
            time.sleep(0.01)
