"""What an ESC/POS printer answers, byte by byte (Epson, "ESC/POS Command Reference"). Pure.

DLE EOT n is answered at once, whatever else the printer does; GS r 1 in its turn, when everything
before it has been processed. Two fixed bits tell their bytes apart: 0xx1xx10 and 0xx0xxxx.
"""

from __future__ import annotations

from escpos.constants import DLE, EOT

from ticketing.printer import Status

#: The four questions of DLE EOT: printer, cause of being offline, cause of an error, paper.
QUESTIONS = tuple(DLE + EOT + bytes([n]) for n in (1, 2, 3, 4))
OFFLINE = 0x08
COVER_OPEN, STOPPED_BY_PAPER, ERROR = 0x04, 0x20, 0x40
CUTTER, LASTING = 0x08, 0x20
NEAR_END, PAPER_OUT = 0x0C, 0x60


def is_status(byte: int) -> bool:
    """Whether it answers DLE EOT."""
    return byte & 0x93 == 0x12


def is_turn(byte: int) -> bool:
    """Whether it answers GS r."""
    return byte & 0x90 == 0


def status(printer: int, offline: int, error: int, paper: int) -> Status:
    """The answers to the four questions, in words."""
    return Status(
        online=not printer & OFFLINE,
        cover_open=bool(offline & COVER_OPEN),
        paper_out=bool(offline & STOPPED_BY_PAPER or paper & PAPER_OUT),
        near_end=bool(paper & NEAR_END),
        cutter_error=bool(error & CUTTER),
        broken=bool(offline & ERROR or error & LASTING),
    )
