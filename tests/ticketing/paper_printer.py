"""A network printer made of software: it prints on a roll, and everything can go wrong with it.

It answers DLE EOT at once and GS r in its turn, holds what it was sent while it cannot print, and
gives late answers to whoever is connected by then, as real ones do.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.ticketing.escpos_decoder import STATUS, Asked, Begun, Cut, Decoder, Deed, Line
from ticketing.printers.receipt import Patience

#: Its answers may be late on a busy machine; only a test in which none is to come waits less.
PATIENT = Patience(status=10.0, turn=30.0, look=0.02, old=0.03)


@dataclass
class Piece:
    """What is on one piece of paper, from edge to edge."""

    deeds: list[Deed] = field(default_factory=list)
    torn: bool = False

    @property
    def texts(self) -> list[str]:
        return [deed.text for deed in self.deeds if isinstance(deed, Line)]


class PaperPrinter:
    """Listens on `port`; use as a context manager. `pieces` is what has been cut off."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.cover_open = self.paper_out = self.near_end = self.cutter_stuck = False
        self.silent = False
        self.received = 0
        self.connections = 0
        #: Rows or lines left on the roll.
        self.roll = 1_000_000
        #: How many commands were carried out.
        self.deeds = 0
        self._after: tuple[int, Callable[[], None]] | None = None
        self._hooks: list[tuple[int, Callable[[], None]]] = []
        self._decoder = Decoder()
        self._piece = Piece()
        self._tail = b""
        self._line: socket.socket | None = None
        self._lock = threading.RLock()
        self._ended = self._busy = False
        self._away = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> PaperPrinter:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self.hang_up()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    # --- what happens to it

    def at(self, byte: int, happens: Callable[[], None]) -> None:
        """Let something happen just before byte number `byte` is taken in."""
        self._hooks.append((byte, happens))
        self._hooks.sort(key=lambda hook: hook[0])

    def after(self, deed: int, happens: Callable[[], None]) -> None:
        """Let something happen just after deed number `deed`."""
        self._after = (deed, happens)

    def hang_up(self) -> None:
        """The line breaks; what was received is still printed."""
        with self._lock:
            line, self._line = self._line, None
            if line:
                # A reset: answers on their way are lost.
                with suppress(OSError):
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    line.shutdown(socket.SHUT_RDWR)
                line.close()

    def swallow(self) -> None:
        """The line breaks while an answer is under way."""
        self.silent = True
        self.at(self.received + 1, self.hang_up)

    def lose_power(self) -> None:
        """It forgets what it was sent; the paper stays in it."""
        with self._lock:
            self._decoder = Decoder()
            self.hang_up()

    def run_out(self) -> None:
        """The roll ends, and the slip with it."""
        with self._lock:
            self.paper_out = True
            if self._piece.deeds:
                self._piece.torn = True
                self.pieces.append(self._piece)
            self._piece = Piece()

    def be_busy(self, busy: bool) -> None:
        """It prints nothing for a while, and knows nothing of being in trouble."""
        self._busy = busy
        self._print(b"")

    def open_cover(self) -> None:
        self.cover_open = True

    def leave(self) -> None:
        """Switched off, or its cable pulled: nobody gets in."""
        self._away = True
        self.lose_power()

    def mend(self, roll: int = 1_000_000) -> None:
        """Somebody put in a new roll, closed the cover, freed the knife and plugged it in."""
        with self._lock:
            self.cover_open = self.paper_out = self.cutter_stuck = self.near_end = False
            self._away, self.silent, self.roll = False, False, roll
            self._print(b"")

    # --- what it does

    def _serve(self) -> None:
        while not self._ended:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            if self._away:
                line.close()
                continue
            self._line = line
            self.connections += 1
            self._take_in(line)

    def _take_in(self, line: socket.socket) -> None:
        while line is self._line:
            try:
                data = line.recv(4096)
            except OSError:
                break
            if not data:
                break
            with self._lock:
                self._taken(line, data)
        line.close()

    def _taken(self, line: socket.socket, data: bytes) -> None:
        while data and line is self._line:
            if self._hooks and self._hooks[0][0] <= self.received:
                self._hooks.pop(0)[1]()
                continue
            size = min(len(data), self._hooks[0][0] - self.received) if self._hooks else len(data)
            piece, data = data[:size], data[size:]
            self.received += size
            for question in STATUS.findall(self._tail + piece):
                self._answer(self._status(question[2]))
            self._tail = (self._tail + piece)[-2:]
            self._print(piece)

    def _print(self, data: bytes) -> None:
        self._decoder.waiting += data
        while deed := self._next_deed():
            match deed:
                case Cut():
                    self.pieces.append(self._piece)
                    self._piece = Piece()
                case Asked():
                    self._answer(3 if self.near_end else 0)
                case Begun():
                    pass
                case _:
                    self._burn(deed)
            self.deeds += 1
            if self._after and self.deeds >= self._after[0]:
                happens, self._after = self._after[1], None
                happens()

    def _next_deed(self) -> Deed | None:
        if self._busy or self.paper_out or self.cover_open or self.cutter_stuck:
            return None
        return next(self._decoder.feed(b""), None)

    def _burn(self, deed: Deed) -> None:
        self._piece.deeds.append(deed)
        self.roll -= 1
        if self.roll <= 0:
            self.run_out()

    def _status(self, question: int) -> int:
        offline = self.cover_open or self.paper_out or self.cutter_stuck
        return (
            0x12
            | {
                1: 0x08 * offline,
                2: 0x04 * self.cover_open | 0x20 * self.paper_out | 0x40 * self.cutter_stuck,
                3: 0x08 * self.cutter_stuck,
                4: 0x60 * self.paper_out | 0x0C * (self.near_end or self.paper_out),
            }[question]
        )

    def _answer(self, byte: int) -> None:
        if self._line and not self.silent:
            try:
                self._line.sendall(bytes([byte]))
            except OSError:
                self.hang_up()

    def wait_for(self, pieces: int) -> None:
        """Until so many pieces have been cut off."""
        while len(self.pieces) < pieces:
            time.sleep(0.01)

    @property
    def good(self) -> list[Piece]:
        """The pieces that somebody would take for a slip: whole, cut off and not spoilt."""
        return [
            piece for piece in self.pieces if piece.deeds and not piece.torn and not _spoilt(piece)
        ]


def _spoilt(piece: Piece) -> bool:
    return any("作废" in text for text in piece.texts)
