"""The bytes of a slip, decoded back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.ticketing.escpos_decoder import Begun, Cut, Line, Qr, Rows, deeds, dots
from tests.ticketing.sample_slips import LINK, STEPS, sample
from ticketing.drawing import draw, lines
from ticketing.printer import PAPERS
from ticketing.printers.commands import BAND, CUT, body, spoilt
from ticketing.slips import Code, Slip, Text

BOTH = pytest.mark.parametrize("width", PAPERS)
FULL = sample("A1000", services=("T1",), lane="general", steps=STEPS, class_="green", copy=True)


@BOTH
def test_the_text_of_a_chinese_slip_comes_back(width: int) -> None:
    """GB18030 between FS & and FS ., line by line what a person would read; the code as data."""
    done = deeds(body(FULL, PAPERS[width], text=True))

    said = [deed for deed in done if isinstance(deed, Line)]
    assert [line.text for line in said] == [
        line.strip() for line in lines(FULL, PAPERS[width]) if line not in _in_pieces(LINK, width)
    ]
    assert all(line.chinese for line in said)
    assert [deed for deed in done if isinstance(deed, Qr)] == [Qr(LINK)]
    assert Line("A1000", size=3, centred=True, bold=True) in said


def _in_pieces(link: str, width: int) -> list[str]:
    return lines(Slip("", "", False, (Code(link),)), PAPERS[width])


@BOTH
def test_the_picture_comes_back_dot_for_dot(width: int) -> None:
    """GS v 0 in bands; together they are the drawn image."""
    paper = PAPERS[width]

    done = deeds(body(FULL, paper, text=False))

    bands = [deed for deed in done if isinstance(deed, Rows)]
    assert all(band.width == paper.dots // 8 for band in bands)
    assert all(len(band.data) <= band.width * BAND for band in bands)
    meant = draw(FULL, paper)
    burnt = Image.frombytes("1", meant.size, bytes(255 - byte for byte in dots(done)))
    assert burnt.convert("L").tobytes() == meant.convert("L").tobytes()
    assert burnt.getpixel((0, 0)) == 255


def test_the_first_bytes_are_a_fresh_start_and_chinese() -> None:
    """ESC @, no unasked status, then FS & before the first GB18030 byte."""
    sent = body(sample(), PAPERS[58], text=True)

    assert sent.startswith(b"\x1b@\x1da\x00")
    assert b"\x1c&" + "青石县".encode("gb18030") in sent
    assert CUT == b"\x1dV\x42\x00"


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_any_name_comes_back(words: str) -> None:
    """Whatever script a name is written in, GB18030 has its letters."""
    sent = body(Slip("", "", False, (Text(words),)), PAPERS[80], text=True)

    said = "".join(deed.text for deed in deeds(sent) if isinstance(deed, Line))
    assert "".join(said.split()) == "".join(words.split())


@pytest.mark.parametrize("text", [True, False])
def test_whatever_was_cut_short_spoiling_cuts_cleanly(text: bool) -> None:
    """After every beginning of a slip the printer reads 作废 and the cut, and is ready again."""
    paper = PAPERS[58]
    sent = body(sample(), paper, text=text)
    last = deeds(spoilt(paper, text=text))
    assert last[-1] == Cut()

    for at in range(0, len(sent), 7 if text else 401):
        done = deeds(sent[:at] + spoilt(paper, text=text))
        assert done[-len(last) :] == last
        assert done.count(Begun()) >= 1


def test_spoiling_says_so_in_words() -> None:
    done = deeds(spoilt(PAPERS[80], text=True))

    assert "【作废 VOID】" in [deed.text for deed in done if isinstance(deed, Line)]
