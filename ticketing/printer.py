"""What a slip printer is, whichever it is: paper, status, and how far a slip has come.

A driver is dumb and blocks, with a time limit on everything it waits for; it raises `DeviceError`
or `Offline` (queue_server.client.device). Whether and when to try again is the service's decision
(`printing.py`), which learns from `Progress` what is certain.

    nothing ──▶ BEGUN ──▶ PRINTED ──▶ CUT       a printer that answers
    nothing ──▶ BLIND ──────────────▶ CUT       one that never does
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ticketing.slips import Slip


@dataclass(frozen=True, slots=True)
class Paper:
    """A roll: its width in mm, in dots that are printed (203 dpi), and in half-width columns.

    `em` is the height of ordinary letters in dots.
    """

    millimetres: int
    dots: int
    columns: int
    em: int


PAPERS = {58: Paper(58, 384, 32, 26), 80: Paper(80, 576, 48, 30)}


class Progress(StrEnum):
    """How far a slip has come, once that is certain."""

    #: Bytes went out, and nothing was cut: what is on paper can still be spoilt.
    BEGUN = "begun"
    #: Slip and cut went out together to a printer that never answers: it may be out.
    BLIND = "blind"
    #: All of it is on paper; only the cut may be missing.
    PRINTED = "printed"
    #: It is out.
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a printer says of itself."""

    online: bool = True
    cover_open: bool = False
    paper_out: bool = False
    near_end: bool = False
    cutter_error: bool = False
    broken: bool = False

    @property
    def trouble(self) -> str:
        """Why nothing can be printed, or nothing."""
        if self.cover_open:
            return "机盖未关 (the cover is open)"
        if self.paper_out:
            return "缺纸 (out of paper)"
        if self.cutter_error:
            return "切刀故障 (the cutter is stuck)"
        if self.broken:
            return "打印机故障 (the printer reports an error)"
        return "" if self.online else "打印机未就绪 (the printer is not ready)"

    @property
    def warning(self) -> str:
        """What will soon be the matter, or nothing."""
        return "纸将用完 (paper is running out)" if self.near_end else ""


class Printer(Protocol):
    """A printer of slips."""

    def print(self, slip: Slip | None, left: Progress | None = None, /) -> Iterator[Progress]:
        """Print a slip and cut it off; each step is told before the next is begun.

        `left` is how the slip before was left: BEGUN and BLIND are spoilt and cut off first,
        PRINTED is cut off. No slip: only put that right.
        """
        ...

    def status(self) -> Status:
        """How it is; raises Offline when it does not answer."""
        ...

    def close(self) -> None:
        """Let go of it; the next `print` or `status` takes hold again."""
        ...
