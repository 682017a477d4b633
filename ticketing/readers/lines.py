"""Letters as they come from a scanner, joined into lines. Pure."""

from __future__ import annotations

import re

#: Nothing that a hall scans is longer; what is, is dropped.
LONGEST = 512
_ENDS = re.compile(r"[\r\n\t]+")


class Lines:
    """Lines end with CR, LF or a tab, or when somebody says that there was a pause."""

    def __init__(self) -> None:
        self._begun = ""

    def __bool__(self) -> bool:
        return bool(self._begun)

    def hear(self, text: str) -> list[str]:
        """The lines that end in this text."""
        *whole, begun = _ENDS.split(self._begun + text)
        self._begun = begun[: LONGEST + 1]
        return [line for one in whole if (line := _printable(one))]

    def rub_out(self) -> None:
        """The last letter was a mistake."""
        self._begun = self._begun[:-1]

    def pause(self) -> list[str]:
        """Whatever was begun is whole."""
        return self.hear("\n")


def _printable(line: str) -> str:
    line = "".join(letter for letter in line if letter.isprintable()).strip()
    return line if len(line) <= LONGEST else ""
