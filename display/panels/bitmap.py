"""A panel that is drawn pixel by pixel: the strip's film on a canvas."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PIL import Image

from display.drawing import Frame, film, frame_at
from display.strips import Strip


class Canvas(Protocol):
    """Pixels somewhere. `keep` is how long (s) they stay without being drawn again."""

    width: int
    height: int
    keep: float

    def draw(self, image: Image.Image, new: bool) -> None:
        """Light these (mode L, 0 or 255); `new` on the first image of a strip. Raises
        `DeviceError`."""

    def close(self) -> None:
        """Let go of it."""


class Bitmap:
    """A panel of pixels; `clock` counts seconds."""

    def __init__(self, canvas: Canvas, clock: Callable[[], float] = time.monotonic) -> None:
        self._canvas = canvas
        self._clock = clock
        self._strip: Strip | None = None
        self._film: tuple[Frame, ...] = ()
        self._began = 0.0

    def show(self, strip: Strip) -> float:
        """The film's present frame."""
        new = strip != self._strip
        if new:
            self._film = film(strip, self._canvas.width, self._canvas.height)
            self._strip, self._began = strip, self._clock()
        image, seconds = frame_at(self._film, self._clock() - self._began, strip.flash)
        try:
            self._canvas.draw(image, new)
        except BaseException:
            self._strip = None
            raise
        still = len(self._film) == 1 and not strip.flash
        return self._canvas.keep if still else min(seconds, self._canvas.keep)

    def close(self) -> None:
        """Let go of the canvas."""
        self._canvas.close()
