"""Slips as pictures and as lines, for both widths of paper."""

from __future__ import annotations

import pytest
from PIL import Image

from queue_server.client.fonts import font
from tests.ticketing.sample_slips import STEPS, sample
from ticketing.drawing import draw, lines
from ticketing.printer import PAPERS
from ticketing.slips import Code, Slip, Text
from ticketing.wrapping import columns

BOTH = pytest.mark.parametrize("width", PAPERS)
FULL = sample("A1000", services=("T1",), lane="general", steps=STEPS, class_="green", copy=True)


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of what is black."""
    return picture.convert("L").point(lambda dot: 255 - dot).getbbox()


@BOTH
def test_a_picture_fills_the_paper_and_no_more(width: int) -> None:
    paper = PAPERS[width]

    picture = draw(FULL, paper)

    assert picture.mode == "1"
    assert picture.width == paper.dots
    assert paper.dots * 2 < picture.height < paper.dots * 5


@BOTH
def test_the_number_is_three_times_as_high(width: int) -> None:
    """Digits without descenders: what is black is as high as the figures are."""
    paper = PAPERS[width]
    heights = []
    for size in (1, 3):
        box = ink(draw(Slip("", "", False, (Text("A045", size=size),)), paper))
        assert box
        heights.append(box[3] - box[1])

    assert heights[1] / heights[0] == pytest.approx(3, rel=0.15)


@BOTH
def test_the_code_stands_free_in_the_middle(width: int) -> None:
    """A quiet zone of four modules on each side, each at least 3 dots wide."""
    paper = PAPERS[width]
    box = ink(draw(Slip("", "", False, (Code("https://hall.example/t/x"),)), paper))

    assert box
    assert box[0] >= 12
    assert abs(box[0] - (paper.dots - box[2])) <= 1
    assert box[2] - box[0] == box[3] - box[1]


@BOTH
def test_long_names_wrap(width: int) -> None:
    """No letter is cut off at the edge: lines fit into the columns."""
    room = PAPERS[width].columns

    text = lines(FULL, PAPERS[width])

    assert max(map(columns, text)) <= room
    assert "A1000".center(room).rstrip() in text or any("A1000" in line for line in text)
    assert any("【绿色通道 Green channel】" in line for line in text)


@BOTH
@pytest.mark.parametrize("size", [1, 3])
def test_neither_accents_nor_tails_are_cut_off(width: int, size: int) -> None:
    """The same letters stand as high in a line of their own as between two others."""
    paper = PAPERS[width]
    alone = ink(draw(Slip("", "", False, (Text("Åg窗", size=size),)), paper))
    face = font(paper.em * size)
    _, top, _, bottom = face.getbbox("Åg窗")

    assert alone
    assert alone[3] - alone[1] >= bottom - top - 2
