"""What a reader is to the rest of the house: something that says who or what was laid before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ticketing.identity import Identity


@dataclass(frozen=True, slots=True)
class Scan:
    """A line of text that was scanned or typed. It may be an ID number, so it is not shown."""

    text: str

    def __repr__(self) -> str:
        return "Scan(…)"


class Reader(Protocol):
    """A reader. Its calls come from one thread, one at a time.

    Both methods open what they need by themselves: after an `Offline`, read again.
    """

    def read(self) -> Identity | Scan | None:
        """Whatever was put there since; None when nothing was, after at most about a second.

        A card on its way through a slow line may take up to five. Raises `CardTrouble`,
        `ReaderTrouble` or `Gone` (`ticketing.troubles`), each with one clear sentence.
        """

    def close(self) -> None:
        """Let go of the hardware."""
