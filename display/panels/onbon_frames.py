"""Frames of Onbon (仰邦) BX-5K and BX-6K text cards: bytes in, bytes out. Pure.

Source: the maker's "BX-5K/6K 通讯协议用户版本" 1.4, sections 3 to 9. Numbers are little-endian.

    A5×8 | escaped: header (14) · data · CRC-16 (2) | 5A
    header: to(2) from(2) reserved(3) bar code(1) check(1) display mode(1) device(1) protocol(1)
            length of data(2)
    data:   group(1) command(1) reply or error(1) reserved(2) …
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from queue_server.client.device import DeviceError

START, END = b"\xa5", b"\x5a"
SYNC = START * 8
ESCAPES = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_MEANT = {escape: byte for byte, escape in ESCAPES.items()}

OUR_ADDRESS = 0x8000
ANY_DEVICE = 0xFE
PROTOCOL = 0x02
UNCHECKED = 0xFFFF
_HEADER = struct.Struct("<HH3sBBBBBH")
_AREA = struct.Struct("<BHHHHBBBHBBBBBBBBBI")
#: What an area takes beside its text: its own fields, and its length in front of them.
AREA_OVERHEAD = _AREA.size + 2
#: What dynamic areas take beside themselves: the command, how many to delete and to update.
AREAS_OVERHEAD = 7

#: Run modes of a dynamic area: for ever | the last page stays | gone after its time-out.
FOR_EVER, LAST_PAGE, DEAD_MAN = 0, 1, 2
STATIC, AT_ONCE, TO_THE_LEFT = 1, 2, 3
REPLY, NO_REPLY = 0x01, 0x02

ERRORS = {
    1: "it does not know this group of commands",
    2: "it does not know this command",
    3: "it is busy",
    4: "its memory is full",
    5: "what it received was garbled",
    6: "the file is not there",
    7: "its flash memory fails",
    12: "the font is not on the card",
    13: "the firmware is for another card",
}


class Garbled(DeviceError):
    """Bytes that are no frame, or whose check does not fit."""


def crc16(data: bytes) -> int:
    """CRC-16/ARC: polynomial 8005 reflected, start 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def escape(body: bytes) -> bytes:
    """The body with nothing in it that could be taken for a start or an end."""
    return b"".join(ESCAPES.get(byte, bytes([byte])) for byte in body)


def unescape(body: bytes) -> bytes:
    """What `escape` was given; raises `Garbled`."""
    plain, at = bytearray(), 0
    while at < len(body):
        if body[at] not in (0xA6, 0x5B):
            plain.append(body[at])
            at += 1
            continue
        if (meant := _MEANT.get(body[at : at + 2])) is None:
            raise Garbled("The card's answer is garbled: a broken escape.")
        plain.append(meant)
        at += 2
    return bytes(plain)


def frame(data: bytes, address: int = 1, display_mode: int = 0) -> bytes:
    """A whole frame to the card at `address`; display mode 1 lets dynamic areas go first."""
    to = (address, OUR_ADDRESS, b"", 0, 0, display_mode, ANY_DEVICE, PROTOCOL, len(data))
    body = _HEADER.pack(*to) + data
    return SYNC + escape(body + struct.pack("<H", crc16(body))) + END


def request(group: int, command: int, rest: bytes = b"", reply: int = REPLY) -> bytes:
    """The data of a request."""
    return bytes([group, command, reply, 0, 0]) + rest


PING = request(0xA2, 0x00)
STATUS = request(0xA1, 0x02)
CLEAR = request(0xA3, 0x10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A dynamic area: it lives in the card's RAM. Pixels; `stay` in half seconds, `timeout` in
    seconds; `speed` from 0 (fast) to 24. Not `in_pixels`, x and width are multiples of 8."""

    id: int
    x: int
    y: int
    width: int
    height: int
    text: bytes
    in_pixels: bool = True
    line_gap: int = 0
    run_mode: int = DEAD_MAN
    timeout: int = 30
    align: int = 0
    single_line: bool = True
    wrap: bool = False
    effect: int = STATIC
    speed: int = 4
    stay: int = 4

    def packed(self) -> bytes:
        """The area as it is sent."""
        return (
            _AREA.pack(
                *(0, self._across(self.x), self.y, self._across(self.width), self.height),
                *(self.id, self.line_gap, self.run_mode, self.timeout),
                *(0, 0, self.align),  # no voice, no extended parameters
                *(1 if self.single_line else 2, 2 if self.wrap else 1),
                *(self.effect, 0, self.speed, self.stay, len(self.text)),
            )
            + self.text
        )

    def _across(self, pixels: int) -> int:
        return 0x8000 | pixels if self.in_pixels else pixels // 8


def dynamic(areas: Sequence[Area], reply: int = REPLY) -> bytes:
    """The data that shows these areas; others stay as they are."""
    rest = bytes([0, len(areas)])
    for area in areas:
        packed = area.packed()
        rest += struct.pack("<H", len(packed)) + packed
    return request(0xA3, 0x06, rest, reply)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card answered: its address, and group, command, error and the rest of the data."""

    address: int
    group: int
    command: int
    error: int
    rest: bytes

    def check(self) -> None:
        """Raises `DeviceError` when the card refused."""
        if self.error or (self.group, self.command) == (0xA0, 0x01):
            why = ERRORS.get(self.error, f"error {self.error}")
            raise DeviceError(f"The LED card refused the text: {why}.")
        if (self.group, self.command) != (0xA0, 0x00):
            raise DeviceError(
                f"The LED card answered something else: {self.group:02X} {self.command:02X}."
            )


def parse(received: bytes) -> Answer:
    """The answer in one frame, from its first A5 to its 5A; raises `Garbled`."""
    if not (received.startswith(START) and received.endswith(END)):
        raise Garbled("The card's answer is garbled: no frame.")
    body = unescape(received[:-1].lstrip(START))
    if len(body) < _HEADER.size + 7:
        raise Garbled("The card's answer is garbled: too short.")
    said, (crc,) = body[:-2], struct.unpack("<H", body[-2:])
    if crc not in (crc16(said), UNCHECKED):
        raise Garbled("The card's answer is garbled: its check does not fit.")
    _to, address, *_rest, length = _HEADER.unpack(said[: _HEADER.size])
    data = said[_HEADER.size :]
    if len(data) != length:
        raise Garbled("The card's answer is garbled: its length does not fit.")
    return Answer(address, data[0], data[1], data[2], data[5:])
