"""Onbon (仰邦) BX-5K and BX-6K text cards: the card renders, we send GBK text.

Only dynamic areas are used: they live in RAM, while a card's programmes are written to flash that
wears out after about 100,000 times. They are also a dead man's switch: an area that is not shown
again within its time-out goes dark by itself, so a dead display service leaves no old number on
the wall. The card forgets them without power; showing again brings them back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from display.panel import FLASHING
from display.panels.onbon_frames import (
    AREA_OVERHEAD,
    AREAS_OVERHEAD,
    AT_ONCE,
    STATIC,
    TO_THE_LEFT,
    Area,
    dynamic,
    frame,
    parse,
)
from display.panels.onbon_lines import Line
from display.strips import Strip

#: Areas vanish after this long (s) without being shown again, which happens three times as often.
TIMEOUT = 30
AGAIN = TIMEOUT / 3
#: Dynamic areas are shown before a programme that may be stored on the card, and over it.
DYNAMIC_FIRST = 1


class Card(NamedTuple):
    """What a generation of cards can do (protocol 1.4, section 8.2.1): how many areas, how many
    bytes of data it takes at once, and whether it places them by the pixel or by 8 of them."""

    areas: int
    buffer: int
    in_pixels: bool


CARDS = {"5k": Card(8, 512, False), "6k": Card(5, 1024, True)}
#: Height of a line → the card's Chinese and Latin fonts (section 11.1).
FONTS = {16: rb"\FO000\FE000", 24: rb"\FO001\FE001", 32: rb"\FO002\FE002"}


class Onbon:
    """A strip of `width` × `height` pixels behind a card; `address` is the card's on its bus,
    `colour` 1 red, 2 green, 3 yellow … 7 white. `clock` counts seconds."""

    def __init__(
        self,
        line: Line,
        width: int,
        height: int,
        *,
        card: Card = CARDS["6k"],
        address: int = 1,
        font: int = 16,
        colour: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._width, self._height = width, height
        self._card = card
        self._address = address
        self._font = font
        self._colour = colour
        self._clock = clock
        self._strip: Strip | None = None
        self._began = 0.0

    def show(self, strip: Strip) -> float:
        """Send the areas and hear the card's yes; a new call flashes first."""
        if strip != self._strip:
            self._strip, self._began = strip, self._clock()
        flashing = FLASHING - (self._clock() - self._began) if strip.flash else 0
        try:
            areas = self._areas(strip.pages(self._fits), flashing > 0)
            asked = frame(dynamic(areas), self._address, DYNAMIC_FIRST)
            parse(self._line.ask(asked)).check()
        except BaseException:
            self._strip = None
            raise
        # Cards take new text once a second at most.
        return max(flashing, 1.0) if flashing > 0 else AGAIN

    def close(self) -> None:
        """Nothing is held; the areas go dark by themselves."""

    @property
    def _cells(self) -> int:
        """How many Latin letters a line holds; a Chinese one takes two, as in GBK it does."""
        return self._width * 2 // self._font

    def _fits(self, page: str) -> bool:
        return len(encoded(page)) <= self._cells

    def _areas(self, pages: Sequence[str], flash: bool) -> list[Area]:
        lines = min(max(self._height // self._font, 1), self._card.areas, len(pages))
        high = self._height // lines
        room = (self._card.buffer - AREAS_OVERHEAD) // lines - AREA_OVERHEAD
        return [
            self._moving(self._area(number, high), pages[number::lines], room, flash)
            for number in range(lines)
        ]

    def _area(self, number: int, high: int) -> Area:
        return Area(
            id=number,
            x=0,
            y=number * high,
            width=self._width,
            height=high,
            text=b"",
            in_pixels=self._card.in_pixels,
            timeout=TIMEOUT,
        )

    def _moving(self, area: Area, pages: Sequence[str], room: int, flash: bool) -> Area:
        """One page stands, several come in turn, what is too long runs to the left."""
        style = FONTS[self._font] + rb"\C%d" % self._colour
        texts = [encoded(page) for page in pages]
        if any(len(text) > self._cells for text in texts):
            text = cut(b"    ".join(texts), room - len(style))
            return replace(area, text=style + text, effect=TO_THE_LEFT, stay=0)
        texts = [text.center(self._cells) for text in texts]
        if len(texts) == 1 and not flash:
            return replace(area, text=style + texts[0], effect=STATIC)
        if len(texts) == 1:
            texts.append(b" " * self._cells)
        text = cut(b"".join(texts), room - len(style))
        # Each page is as long as the line, so wrapping turns the page.
        return replace(
            area,
            text=style + text,
            effect=AT_ONCE,
            stay=1 if flash else 6,
            single_line=False,
            wrap=True,
        )


def encoded(text: str) -> bytes:
    """GBK, a `?` for what it cannot say; a backslash would be a command to the card."""
    return text.replace("\\", "＼").encode("gbk", "replace")


def cut(text: bytes, room: int) -> bytes:
    """At most so many bytes, and no half letter."""
    return text[:room].decode("gbk", "ignore").encode("gbk")
