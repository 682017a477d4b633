"""Break a paragraph into lines that fit, Chinese and English mixed. Pure.

What fits is measured by the caller: in dots for a picture, in columns for text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

#: A word that stays whole, a run of blanks, or one letter of a script without blanks.
PIECE = re.compile(r"[^\s⺀-鿿豈-﫿＀-￯、-〿]+|\s+|.", re.DOTALL)
#: What may not begin a line (禁则).
CLOSING = frozenset("，。、；：！？）》】”’·,.;:!?)]}%")


def wrap(text: str, room: float, width: Callable[[str], float]) -> list[str]:
    """The lines of a paragraph, none wider than `room` as `width` measures it.

    A single letter that is wider than the room stands alone.
    """
    lines = [""]
    for piece in _pieces(text, room, width):
        if width((lines[-1] + piece).rstrip()) <= room:
            lines[-1] += piece
        elif piece in CLOSING and lines[-1][1:] and width(lines[-1][-1] + piece) <= room:
            # A comma does not begin a line: the letter before it comes along.
            lines[-1:] = [lines[-1][:-1], lines[-1][-1] + piece]
        elif not piece.isspace():
            lines.append(piece)
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str, room: float, width: Callable[[str], float]) -> Iterator[str]:
    for piece in PIECE.findall(text):
        if width(piece) <= room:
            yield piece
        else:
            yield from piece


def columns(text: str) -> int:
    """How many columns a text takes where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
