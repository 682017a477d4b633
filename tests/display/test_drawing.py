"""Text in pixels, and how a strip moves on a panel."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from display.drawing import film, frame_at, row
from display.strips import Strip


def strip(*pages: str, flash: bool = False) -> Strip:
    return Strip((pages,), flash)


def test_letters_are_lit_or_dark() -> None:
    """One bit a pixel, as high as asked, and Chinese letters differ from each other."""
    line = row("请", 16)

    assert line.height == 16
    assert {value for _, value in line.getcolors() or ()} == {0, 255}
    assert row("请", 16).tobytes() != row("号", 16).tobytes()


def test_a_short_page_stands_in_the_middle() -> None:
    """One frame, the same margin on both sides but for a pixel."""
    (frame,) = film(strip("A045"), 64, 16)

    left, _, right, _ = frame.image.getbbox() or (0, 0, 0, 0)
    assert frame.image.size == (64, 16)
    assert abs(left - (64 - right)) <= 3


def test_a_page_alone_takes_the_whole_height() -> None:
    """On a higher panel a lone number is drawn as large as fits."""
    (frame,) = film(strip("A045"), 128, 32)

    _, top, _, bottom = frame.image.getbbox() or (0, 0, 0, 0)
    assert bottom - top > 16


def test_pages_come_in_turn_or_below_each_other() -> None:
    """Three pages: three frames on one line, two frames on two lines."""
    pages = strip("A045→3", "B001→4", "C002→5")

    assert len(film(pages, 64, 16)) == 3
    assert len(film(pages, 64, 32)) == 2


def test_a_long_page_moves_until_its_end_is_seen() -> None:
    """The first frame is its beginning, the last one its end, and each step is a small one."""
    text = "请A045号到3号窗口办理业务"
    frames = film(strip(text), 64, 16)
    whole = row(text, 16)

    assert frames[0].image.tobytes() == whole.crop((0, 0, 64, 16)).tobytes()
    end = whole.crop((whole.width - 64, 0, whole.width, 16))
    assert frames[-1].image.tobytes() == end.tobytes()
    assert len(frames) == 2 + (whole.width - 64 - 1) // 4


def test_the_fullest_wording_that_fits_is_drawn() -> None:
    """64 pixels have room for the number, 160 for the sentence."""
    told = Strip((("请A045号到3号窗口",), ("A045",)))

    assert len(film(told, 160, 16)) == 1
    narrow, wide = film(told, 64, 16)[0].image, film(told, 160, 16)[0].image
    assert _lit(wide) > 2 * _lit(narrow)


def test_a_new_call_flashes_for_three_seconds_and_then_stands() -> None:
    """Lit, inverted, lit …: never more than two flashes a second."""
    frames = film(strip("A045", flash=True), 64, 16)
    plain = frames[0].image

    at, changes, last = 0.0, [], None
    while at < 4:
        frame = frame_at(frames, at, flashing=True)
        if last is not None and frame.image.tobytes() != last:
            changes.append(at)
        last = frame.image.tobytes()
        at += frame.seconds
    flashes = len(changes) / 2
    assert 2 < flashes <= 2 * 3
    assert max(changes) <= 3.01
    assert frame_at(frames, 3.5, flashing=True).image is plain
    inverted = frame_at(frames, 0.01, flashing=True).image
    assert ImageChops.invert(inverted).tobytes() == plain.tobytes()


def test_a_film_begins_again() -> None:
    """Two pages of three seconds: the first, the second, the first."""
    frames = film(strip("A045→3", "B001→4"), 64, 16)

    assert frame_at(frames, 0.5, False).image is frames[0].image
    assert frame_at(frames, 3.5, False).image is frames[1].image
    back = frame_at(frames, 6.5, False)
    assert back.image is frames[0].image
    assert back.seconds == pytest.approx(2.5)


def _lit(image: Image.Image) -> int:
    return sum(count for count, value in image.getcolors() or () if value)
