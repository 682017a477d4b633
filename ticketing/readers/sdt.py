"""Second-generation ID card readers (SDT) on a serial port: find, select, read.

Of the card only the number is looked at; name, address and photo are dropped as they arrive.
"""

from __future__ import annotations

import time

from ticketing.identity import Identity, NotAnIdentity
from ticketing.readers import sdt_frames as sdt
from ticketing.serial_port import SerialPort
from ticketing.troubles import CardTrouble, Gone, ReaderTrouble

#: Between two looks for a card (s).
PACE = 0.25
#: A reader answers at once, or after it has spoken with a card (s); then no byte waits for long.
PATIENCE, GAP, LONGEST_ANSWER = 2.0, 0.3, 5.0
#: A card that a reader misses once is still there; that often, it was lifted.
LIFTED = 2

_CARD = {
    0x31: "authentication",
    0x32: "authentication",
    0x33: "verify",
    0x40: "wrong_card",
    0x41: "read_failed",
    0x80: "select",
    0x81: "select",
    0x91: "no_content",
}
_READER = {
    0x10: "checksum",
    0x11: "length",
    0x21: "command",
    0x60: "self_test",
    0x66: "not_authorised",
}


class SdtReader:
    """A reader at `path`; a card that lies there is offered once, until it is lifted."""

    def __init__(self, path: str, baud: int = 115200) -> None:
        self._port = SerialPort(path, baud)
        self._well = False
        self._offered = False
        self._missed = 0

    def read(self) -> Identity | None:
        """Whoever laid a card there since; see `ticketing.reader.Reader`."""
        if self._port.open():
            self._well, self._offered = False, False
        if not self._well:
            self._ask(sdt.STATUS)
            self._well = True
        if not self._there() or self._offered:
            time.sleep(PACE)
            return None
        self._ask(sdt.SELECT)
        identity = _identity(self._ask(sdt.READ))
        self._offered = True
        return identity

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def _there(self) -> bool:
        there = self._ask(sdt.FIND, but=sdt.NONE).code != sdt.NONE
        self._missed = 0 if there else self._missed + 1
        if self._missed >= LIFTED:
            self._offered = False
        return there

    def _ask(self, request: bytes, but: int = sdt.OK) -> sdt.Answer:
        try:
            answer = self._exchange(request)
        except sdt.Garbled as garbled:
            raise ReaderTrouble(str(garbled)) from None
        if answer.code not in (sdt.OK, sdt.FOUND, but):
            # Whatever is wrong with the reader itself must be asked again.
            self._well = self._well and answer.code in _CARD
            raise _trouble(answer.code)
        return answer

    def _exchange(self, request: bytes) -> sdt.Answer:
        self._port.forget()
        self._port.write(request)
        listening, wait = sdt.Listening(), PATIENCE
        deadline = time.monotonic() + LONGEST_ANSWER
        while (data := self._port.read(wait)) and time.monotonic() < deadline:
            if answer := listening.hear(data):
                return answer
            wait = GAP
        raise self._nothing(listening.so_far())

    def _nothing(self, so_far: str) -> Gone | ReaderTrouble:
        if so_far != "silent":
            return ReaderTrouble(so_far)
        self._port.close()
        return Gone("silent", f"{self._port.path}, {self._port.baud} baud")


def _trouble(code: int) -> CardTrouble | ReaderTrouble:
    if code in _CARD:
        return CardTrouble(_CARD[code])
    return ReaderTrouble(_READER.get(code, "unknown"), f"SW3 {code:02X}")


def _identity(answer: sdt.Answer) -> Identity:
    try:
        return Identity(sdt.field(sdt.text_of(answer.data), "number"))
    except sdt.Garbled as garbled:
        raise ReaderTrouble(str(garbled)) from None
    except NotAnIdentity:
        # A foreigner's permanent residence card has other fields in other places.
        raise CardTrouble("not_a_citizen") from None
