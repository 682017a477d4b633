"""A strip's film on a canvas that keeps what was drawn."""

from __future__ import annotations

import pytest
from PIL import Image

from display.drawing import film
from display.panels.bitmap import Bitmap
from display.strips import Strip
from queue_server.client.device import Offline


class Canvas:
    """Keeps every image; out of order when told."""

    width, height, keep = 64, 16, 10.0

    def __init__(self) -> None:
        self.drawn: list[tuple[bytes, bool]] = []
        self.broken = False
        self.closed = False

    def draw(self, image: Image.Image, new: bool) -> None:
        if self.broken:
            raise Offline("gone")
        self.drawn.append((image.tobytes(), new))

    def close(self) -> None:
        self.closed = True


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


PAGES = Strip((("A045→3", "B001→4"),))


def test_the_film_goes_on_while_the_strip_stays() -> None:
    """Shown again after three seconds: the second page; only the first image is new."""
    canvas, seconds = Canvas(), Seconds()
    panel = Bitmap(canvas, seconds)
    frames = film(PAGES, 64, 16)

    assert panel.show(PAGES) == pytest.approx(3)
    seconds.now += 3
    panel.show(PAGES)

    assert canvas.drawn == [(frames[0].image.tobytes(), True), (frames[1].image.tobytes(), False)]


def test_a_still_is_drawn_again_only_to_keep_it() -> None:
    """One frame and no flash: as long as the canvas keeps it."""
    assert Bitmap(Canvas(), Seconds()).show(Strip((("A045",),))) == 10


def test_after_trouble_the_film_begins_anew() -> None:
    """What was not seen is shown from its beginning."""
    canvas, seconds = Canvas(), Seconds()
    panel = Bitmap(canvas, seconds)
    canvas.broken = True
    with pytest.raises(Offline):
        panel.show(PAGES)

    canvas.broken = False
    seconds.now += 3
    panel.show(PAGES)

    assert canvas.drawn == [(film(PAGES, 64, 16)[0].image.tobytes(), True)]
    panel.close()
    assert canvas.closed
