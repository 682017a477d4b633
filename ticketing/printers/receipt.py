"""An ESC/POS printer of any make: one slip, one cut, and certainty about both.

The body goes first, then a question that is answered in its turn, and only after the answer the
cut. So a line that breaks leaves either paper that was not cut, which is spoilt and printed anew,
or a whole slip that lacks its cut; never two good slips, never half a one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from queue_server.client.device import DeviceError, Offline
from ticketing.printer import Paper, Progress, Status
from ticketing.printers.answers import QUESTIONS, is_status, is_turn, status
from ticketing.printers.commands import ASK, CUT, FILLER, body, spoilt
from ticketing.printers.lines import Line
from ticketing.slips import Slip

SILENT = "打印机不答复 (the printer does not answer)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait (s): for a status, for an answer in its turn (a slip takes seconds to
    burn), between two looks at the status meanwhile, and for answers to questions of old."""

    status: float = 3.0
    turn: float = 20.0
    look: float = 1.0
    old: float = 2.0


class ReceiptPrinter:
    """A printer on a line. `text`: in its own letters, else as a picture; `confirm`: it answers."""

    def __init__(
        self,
        line: Line,
        paper: Paper,
        *,
        text: bool = False,
        confirm: bool = True,
        patience: Patience | None = None,
    ) -> None:
        self._line, self._paper = line, paper
        self._text, self._confirm = text, confirm
        self._patience = patience or Patience()
        self._open = False
        self._turns = 0
        self._told: list[int] = []

    def print(self, slip: Slip | None, left: Progress | None = None) -> Iterator[Progress]:
        """See `Printer.print`; raises DeviceError or Offline, and is then closed."""
        if trouble := self.status().trouble:
            raise DeviceError(trouble)
        try:
            yield from self._surely(slip, left) if self._confirm else self._blindly(slip, left)
        except DeviceError:
            self.close()
            raise

    def _surely(self, slip: Slip | None, left: Progress | None) -> Iterator[Progress]:
        if mended := self._mended(left):
            self._do(mended)
            # Answers to what was asked before the line broke may come first.
            while self._listen(self._patience.old):
                continue
        if slip:
            page = body(slip, self._paper, text=self._text)
            yield Progress.BEGUN
            self._do(page)
            yield Progress.PRINTED
            self._do(CUT)
        yield Progress.CUT

    def _blindly(self, slip: Slip | None, left: Progress | None) -> Iterator[Progress]:
        page = body(slip, self._paper, text=self._text) + CUT if slip else b""
        if slip:
            yield Progress.BLIND
        self._line.open()
        self._line.send(self._mended(left) + page)
        # A line that breaks while it is idle would take the next slip and lose it.
        self.close()
        yield Progress.CUT

    def _mended(self, left: Progress | None) -> bytes:
        """What brings the paper to a clean edge."""
        if left is Progress.PRINTED:
            return FILLER + CUT
        if left in (Progress.BEGUN, Progress.BLIND):
            return spoilt(self._paper, text=self._text)
        return b""

    def _do(self, data: bytes) -> None:
        """Send, and wait until the printer has processed it."""
        self._turns = 0
        self._line.send(data + ASK)
        until = time.monotonic() + self._patience.turn
        while not self._answered():
            if time.monotonic() > until:
                raise Offline(SILENT)
            # A picture may contain by chance what asks for a status, so one look can deceive.
            if (trouble := self._look()) and self._look() and not self._turns:
                raise DeviceError(trouble)

    def _answered(self) -> bool:
        return bool(self._turns) or (self._listen(self._patience.look) and bool(self._turns))

    def _look(self) -> str:
        """What is the matter, as far as the printer says; one that prints may be slow to."""
        try:
            return self._asked().trouble
        except _Silent:
            return ""

    def status(self) -> Status:
        """How it is. A line that broke while nobody used it is opened anew first."""
        if self._open:
            try:
                return self._status()
            except Offline:
                self.close()
        self._line.open()
        if not self._confirm:
            self._line.close()
            return Status()
        self._open = True
        try:
            # A picture's head that was cut short must not take our question for its measures: it
            # would wait for a megabyte.
            self._line.send(FILLER)
            return self._status()
        except Offline:
            self.close()
            raise

    def _status(self) -> Status:
        while self._listen(0):
            continue
        return self._asked()

    def _asked(self) -> Status:
        return status(*(self._ask(question) for question in QUESTIONS))

    def _ask(self, question: bytes) -> int:
        self._told.clear()
        self._line.send(question)
        until = time.monotonic() + self._patience.status
        while not self._told:
            if not self._listen(max(until - time.monotonic(), 0)):
                raise _Silent(SILENT)
        return self._told[0]

    def _listen(self, seconds: float) -> bool:
        """Sort what arrives; whether anything did."""
        data = self._line.receive(seconds)
        self._told += filter(is_status, data)
        self._turns += sum(map(is_turn, data))
        return bool(data)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()
        self._open = False


class _Silent(Offline):
    """It is reached, but says nothing."""
