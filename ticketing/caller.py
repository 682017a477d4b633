"""The frames of hardware callers and raters on an RS-485 line, and what is a press and what not.

Pure: bytes and times come in as arguments.

    FF 68 | L L | 68 | address function data… | check | 16

L counts address, function and data; the check is their sum modulo 256. What a device sends is
echoed back as the sign that it was heard; a rating (function 11) is answered as function 01, so
its check is 10h smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

LEVEL, SHOW, BEEP, KEY, RATING = 0x02, 0x02, 0x03, 0x01, 0x11
BLANK = 0x0A
DIGITS = 6
#: Address, function and at most so many bytes of data; what claims more is noise.
SHORTEST, LONGEST = 2, 64
#: A frame that comes again within this time (ms) is the same one, sent again or echoed.
SAME = 300


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said to, or by, the device at `address` (0–255)."""

    address: int
    function: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """The frame as it travels."""
        body = bytes([self.address, self.function]) + self.data
        length = len(body)
        return bytes([0xFF, 0x68, length, length, 0x68, *body, sum(body) % 256, 0x16])


class Bus(Protocol):
    """A line with callers. Its calls come from one thread, one at a time.

    Both methods open what they need by themselves: after an `Offline`, take another turn.
    """

    def turn(self, say: Sequence[Frame]) -> list[Frame]:
        """Say these, then listen for a tenth of a second: the presses, each once.

        Every frame that a device sends is confirmed to it. Raises `Gone`.
        """

    def close(self) -> None:
        """Let go of the line."""


def show(address: int, text: str) -> Frame:
    """Six places of display, filled from the right: digits as they are, anything else dark."""
    places = text[-DIGITS:].rjust(DIGITS)
    lit = (int(place) if place in "0123456789" else BLANK for place in places)
    return Frame(address, SHOW, bytes(lit))


def beep(address: int) -> Frame:
    """One short tone."""
    return Frame(address, BEEP)


def level(address: int) -> Frame:
    """Let a rater show the clerk's service level (星级), as it was set in the device."""
    return Frame(address, LEVEL, b"\x05")


def ask_rating(address: int) -> Frame:
    """Let a rater ask the visitor for an opinion."""
    return Frame(address, KEY, b"\x0b")


def confirmation(frame: Frame) -> Frame:
    """What tells a device that its frame was heard."""
    return Frame(frame.address, KEY, frame.data) if frame.function == RATING else frame


class Frames:
    """Takes bytes as they come, passes over noise, and finds frames."""

    def __init__(self) -> None:
        self._heard = bytearray()

    def hear(self, data: bytes) -> list[Frame]:
        """The frames that end in this data."""
        self._heard += data
        found: list[Frame] = []
        while (start := self._heard.find(0xFF)) >= 0:
            del self._heard[:start]
            whole, frame = _first(self._heard)
            if not whole:
                return found
            # What was no frame may have had the beginning of one in it.
            del self._heard[:whole]
            found += [frame] if frame else []
        self._heard.clear()
        return found

    def pause(self) -> list[Frame]:
        """Silence: what was begun was noise; frames may have been hidden in it."""
        found: list[Frame] = []
        while self._heard:
            del self._heard[:1]
            found += self.hear(b"")
        return found


def _first(heard: bytearray) -> tuple[int, Frame | None]:
    """How many bytes are settled (0: more must come), and the frame they are."""
    head = bytes(heard[:5])
    if not _may_begin(head):
        return 1, None
    if len(head) < 5 or len(heard) < head[2] + 7:
        return 0, None
    size = head[2] + 7
    body, check, end = heard[5 : size - 2], heard[size - 2], heard[size - 1]
    if sum(body) % 256 != check or end != 0x16:
        return 1, None
    return size, Frame(body[0], body[1], bytes(body[2:]))


def _may_begin(head: bytes) -> bool:
    length = head[2] if len(head) > 2 else SHORTEST
    if not SHORTEST <= length <= LONGEST:
        return False
    return bytes([0xFF, 0x68, length, length, 0x68]).startswith(head)


class Presses:
    """Tells a press from its echo and from its retransmission. Times are monotonic ms.

    Some adapters hear what they send, and a device echoes what it is told, so a frame of ours may
    come back; a device that missed our confirmation sends its frame again.
    """

    def __init__(self) -> None:
        self._said: dict[Frame, int] = {}
        self._confirmed: dict[Frame, int] = {}
        self._heard: dict[Frame, int] = {}

    def said(self, frame: Frame, at: int) -> None:
        """We told a device something."""
        # No device says these two, so their echoes need not be known one by one.
        if frame.function not in (SHOW, BEEP):
            self._said[frame] = at

    def confirmed(self, frame: Frame, at: int) -> None:
        """We told a device that we heard it."""
        self._confirmed[frame] = at

    def is_echo(self, frame: Frame, at: int) -> bool:
        """Whether this is our own voice. A confirmation comes back once, or not at all."""
        if frame.function in (SHOW, BEEP) or _recent(self._said, frame, at):
            return True
        echoed = _recent(self._confirmed, frame, at)
        self._confirmed.pop(frame, None)
        return echoed

    def is_new(self, frame: Frame, at: int) -> bool:
        """Whether somebody pressed just now, rather than the device saying it once more."""
        again = _recent(self._heard, frame, at)
        self._heard[frame] = at
        return not again


def _recent(times: dict[Frame, int], frame: Frame, at: int) -> bool:
    return frame in times and at - times[frame] < SAME
