"""Text as small one-bit images, and the short films in which a panel shows a strip.

A page that is too long moves to the left until its end is seen; several pages come in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, ImageDraw

from display.panel import FLASH, FLASHING
from display.strips import Strip
from queue_server.client.fonts import font

#: A line of Chinese needs 16 pixels to be read; panels that are higher have several lines.
LINE = 16
#: A page stands this long (s); a moving one makes a step of a quarter of its height in `STEP`.
STANDS = 3.0
STEP = 0.1
#: How bright a pixel of the smooth letter must be to be a lit LED.
LIT = 110


class Frame(NamedTuple):
    """One still of a film and how long it stands (s)."""

    image: Image.Image
    seconds: float


def film(strip: Strip, width: int, height: int) -> tuple[Frame, ...]:
    """The frames of a strip on a panel of so many pixels, to be repeated; never empty."""
    pages = strip.pages(lambda page: row(page, min(height, LINE)).width <= width)
    lines = min(max(height // LINE, 1), len(pages))
    frames: list[Frame] = []
    for first in range(0, len(pages), lines):
        together = [row(page, height // lines) for page in pages[first : first + lines]]
        frames += _moving(together, width, height)
    return tuple(frames)


def frame_at(frames: tuple[Frame, ...], elapsed: float, flashing: bool) -> Frame:
    """What a film that began `elapsed` seconds ago shows, and for how long from now on."""
    left = elapsed % sum(frame.seconds for frame in frames)
    for still in frames:
        if left < still.seconds:
            break
        left -= still.seconds
    seconds = still.seconds - left
    if not flashing or elapsed >= FLASHING:
        return Frame(still.image, seconds)
    lit, rest = divmod(elapsed, FLASH / 2)
    image = still.image if int(lit) % 2 else still.image.point(lambda pixel: 255 - pixel)
    # Rounding may leave next to nothing of a flash, which no eye sees.
    return Frame(image, max(min(seconds, FLASH / 2 - rest), 0.01))


def row(text: str, height: int) -> Image.Image:
    """A line of text as high as asked and as wide as it needs: mode L, 0 or 255."""
    letters = font(height * 15 // 16)
    width = max(round(letters.getlength(text)), 1)
    smooth = Image.new("L", (width, height))
    # The font's own middle leaves room for descenders, which numbers and Chinese do not have.
    _, top, _, bottom = letters.getbbox("国", anchor="ls")
    baseline = (height - top - bottom) // 2
    ImageDraw.Draw(smooth).text((0, baseline), text, fill=255, font=letters, anchor="ls")
    return smooth.point(lambda pixel: 255 if pixel > LIT else 0)


def _moving(rows: list[Image.Image], width: int, height: int) -> Iterator[Frame]:
    longest = max(line.width for line in rows)
    if longest <= width:
        yield Frame(_together(rows, 0, width, height), STANDS)
        return
    step = max(height // len(rows) // 4, 1)
    last = longest - width
    yield Frame(_together(rows, 0, width, height), STANDS / 2)
    for shift in range(step, last, step):
        yield Frame(_together(rows, shift, width, height), STEP)
    yield Frame(_together(rows, last, width, height), STANDS / 2)


def _together(rows: list[Image.Image], shift: int, width: int, height: int) -> Image.Image:
    """The rows below each other; one that fits stands in the middle and does not move."""
    image = Image.new("L", (width, height))
    top = 0
    for line in rows:
        left = (width - line.width) // 2 if line.width <= width else 0
        # A shorter line waits at its end for the longest.
        left -= min(shift, max(line.width - width, 0))
        image.paste(line, (left, top))
        top += line.height
    return image
