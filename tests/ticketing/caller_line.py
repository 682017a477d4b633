"""Callers on a line: they press keys, repeat themselves, and show what they are told."""

from __future__ import annotations

from pathlib import Path

from tests.client.at_work import until
from tests.ticketing.pty_line import PtyLine

CALL, RECALL, RATE, CANCEL, PAUSE, TRANSFER = "0C", "0D", "0B", "0E", "12", "13"
ABANDON, HOLD, CALL_BACK = "06 0F", "00 0F", "03 0F"


def frame(address: int, function: int, data: bytes) -> bytes:
    body = bytes([address, function]) + data
    return bytes([0xFF, 0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 255, 0x16])


class CallerLine(PtyLine):
    """`said` is every frame that came; `shows` what stands on each display."""

    def __init__(self, path: Path, echoing: bool = False) -> None:
        super().__init__(path)
        self.said: list[bytes] = []
        self.shows: dict[int, str] = {}
        self._echoing = echoing
        self._heard = b""

    def hears(self, data: bytes) -> None:
        if self._echoing:
            self.says(data)
        self._heard += data
        while len(self._heard) > 4 and len(self._heard) >= self._heard[2] + 7:
            size = self._heard[2] + 7
            one, self._heard = self._heard[:size], self._heard[size:]
            self.said.append(one)
            if one[6] == 2 and len(one) == 15:
                digits = "".join(" " if place == 10 else str(place) for place in one[7:13])
                self.shows[one[5]] = digits.strip()

    def press(self, address: int, key: str, times: int = 1) -> bytes:
        """Press a key; a device that was not heard says it several `times`."""
        said = frame(address, 1, bytes.fromhex(key))
        self.says(said * times)
        return said

    def rate(self, address: int, key: int) -> None:
        self.says(frame(address, 0x11, bytes([key])))

    def beeps(self, address: int) -> int:
        return self.said.count(frame(address, 3, b""))

    async def shown(self, address: int, digits: str) -> None:
        """Wait until a display shows this."""
        await until(lambda: self.shows.get(address) == digits)

    async def answered(self, address: int, beeps: int) -> None:
        """Wait for so many tones, counted from the beginning."""
        await until(lambda: self.beeps(address) >= beeps)
