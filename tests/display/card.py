"""A text card for tests: it decodes what it is sent by itself, and can misbehave.

Its decoder is written from the protocol's description, not from our encoder: escapes by regular
expression, the check by table, the fields one by one.
"""

from __future__ import annotations

import os
import re
import select
import socket
import threading
import time
import tty
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

STYLE = re.compile(rb"\\F[A-Z][0-9A-Z]{3}|\\C[1-7]")


def check_of(data: bytes) -> int:
    """CRC-16/ARC by its table, as the maker's appendix has it."""
    table = []
    for index in range(256):
        value = index
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
        table.append(value)
    check = 0
    for byte in data:
        check = (check >> 8) ^ table[(check ^ byte) & 0xFF]
    return check


def wrapped(plain: bytes) -> bytes:
    """A frame around header and data."""
    whole = plain + check_of(plain).to_bytes(2, "little")
    whole = re.sub(rb"[\xa5\xa6]", lambda m: b"\xa6\x02" if m[0] == b"\xa5" else b"\xa6\x01", whole)
    whole = re.sub(rb"[\x5a\x5b]", lambda m: b"\x5b\x02" if m[0] == b"\x5a" else b"\x5b\x01", whole)
    return b"\xa5" * 8 + whole + b"\x5a"


def unwrapped(frame: bytes) -> bytes:
    """Header and data of a frame whose check fits."""
    match = re.fullmatch(rb"\xa5+([^\xa5\x5a]*)\x5a", frame, re.DOTALL)
    assert match, frame.hex(" ")
    meant = {b"\xa6\x02": b"\xa5", b"\xa6\x01": b"\xa6", b"\x5b\x02": b"\x5a", b"\x5b\x01": b"\x5b"}
    plain = re.sub(rb"[\xa6\x5b].", lambda m: meant[m[0]], match[1], flags=re.DOTALL)
    assert check_of(plain[:-2]) == int.from_bytes(plain[-2:], "little")
    return plain[:-2]


@dataclass(frozen=True)
class SeenArea:
    """An area as a card reads it; pixels, seconds, bytes."""

    id: int
    x: int
    y: int
    width: int
    height: int
    run_mode: int
    timeout: int
    single_line: bool
    wrap: bool
    effect: int
    speed: int
    stay: int
    raw: bytes

    @property
    def text(self) -> str:
        """The text without its fonts and colours."""
        return STYLE.sub(b"", self.raw).decode("gbk")


def areas_of(data: bytes) -> list[SeenArea]:
    """The areas of an A3 06 command."""
    assert data[:2] == b"\xa3\x06"
    deleted = data[5]
    rest = data[6 + (0 if deleted == 0xFF else deleted) :]
    count, rest, areas = rest[0], rest[1:], []
    for _ in range(count):
        length = rest[0] | rest[1] << 8
        areas.append(_area(rest[2 : 2 + length]))
        rest = rest[2 + length :]
    assert rest == b""
    return areas


def _area(block: bytes) -> SeenArea:
    def word(at: int) -> int:
        return block[at] | block[at + 1] << 8

    def across(at: int) -> int:
        return word(at) & 0x7FFF if word(at) & 0x8000 else word(at) * 8

    assert block[0] == 0, "area type"
    assert block[14] == 0, "no voice"
    assert block[15] == 0, "no extended parameters"
    length = int.from_bytes(block[23:27], "little")
    assert len(block) == 27 + length
    return SeenArea(
        id=block[9],
        x=across(1),
        y=word(3),
        width=across(5),
        height=word(7),
        run_mode=block[11],
        timeout=word(12),
        single_line=block[17] == 1,
        wrap=block[18] == 2,
        effect=block[19],
        speed=block[21],
        stay=block[22],
        raw=block[27:],
    )


@dataclass
class Card:
    """What stands on the panel; `tricks` are played one a question: drop, late, garble, cut,
    noise, refuse, hang_up."""

    address: int = 1
    areas: dict[int, SeenArea] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)
    tricks: deque[str] = field(default_factory=deque)
    late_by: float = 0.5

    @property
    def text(self) -> str:
        """All that can be read, line by line, blanks at the ends left out."""
        return "\n".join(area.text.strip() for _, area in sorted(self.areas.items()))

    def power_cycle(self) -> None:
        """The areas live in RAM."""
        self.areas.clear()

    def answer(self, frame: bytes) -> bytes:
        """Do what a frame says and answer it; nothing when it is for another card or dropped."""
        plain = unwrapped(frame)
        to, data = int.from_bytes(plain[:2], "little"), plain[14:]
        assert int.from_bytes(plain[12:14], "little") == len(data)
        if to not in (self.address, 0xFFFE):
            return b""
        self.heard.append(frame)
        trick = self.tricks.popleft() if self.tricks else ""
        if trick == "drop":
            return b""
        if trick == "refuse":
            return self._said(b"\xa0\x01\x03\x00\x00")
        if data[:2] == b"\xa3\x06":
            self.areas.update({area.id: area for area in areas_of(data)})
        if data[:2] == b"\xa3\x10":
            self.areas.clear()
        good = self._said(b"\xa0\x00\x00\x00\x00")
        if trick == "late":
            time.sleep(self.late_by)
        return {
            "garble": good[:20] + bytes([good[20] ^ 1]) + good[21:],
            "cut": good[:-4],
            "noise": b"\x00\x5a\xff" + good,
            "hang_up": b"hang up",
        }.get(trick, good)

    def _said(self, data: bytes) -> bytes:
        header = b"\x00\x80" + self.address.to_bytes(2, "little") + bytes(6) + b"\xfe\x02"
        return wrapped(header + len(data).to_bytes(2, "little") + data)


class TcpCard:
    """The card on a port of this machine; `switch_off` takes it from the net."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.port = 0
        self._listener: socket.socket | None = None
        self.switch_on()

    def switch_on(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def switch_off(self) -> None:
        assert self._listener
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.card.power_cycle()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                _serve(self.card, lambda: connection.recv(4096), connection.sendall)
            except OSError:
                return


class SerialCard:
    """Cards that share one bus, which is a pty: `path` is our end of the line."""

    def __init__(self, *cards: Card) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._cards = cards
        self._going = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._going = False
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        received = b""
        while self._going:
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            received += os.read(self._master, 4096)
            while b"\x5a" in received:
                frame, _, received = received.partition(b"\x5a")
                for card in self._cards:
                    os.write(self._master, card.answer(frame + b"\x5a"))


def _serve(card: Card, receive: Callable[[], bytes], send: Callable[[bytes], object]) -> None:
    received = b""
    while more := receive():
        received += more
        while b"\x5a" in received:
            frame, _, received = received.partition(b"\x5a")
            answer = card.answer(frame + b"\x5a")
            if answer == b"hang up":
                return
            send(answer)
