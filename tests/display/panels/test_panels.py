"""Panels by URL: each form makes its kind, and anything else is answered with the forms."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from display.panels import FORMS, panel
from display.panels.bitmap import Bitmap
from display.panels.onbon import Onbon
from display.panels.text import Text
from display.strips import Strip
from tests.display.card import Card, TcpCard

GOOD = {
    "onbon+tcp://192.0.2.7": Onbon,
    "onbon+tcp://192.0.2.7:5005?width=64&height=16&card=5k&address=2&font=16&colour=3": Onbon,
    "onbon+serial:///dev/ttyS0?baud=57600&address=1": Onbon,
    "sacn://192.0.2.7?universe=1&width=64&height=16&colour=00ff00&zigzag=1": Bitmap,
    "sacn://?universe=3": Bitmap,
    "luma+spi://0.0?width=32&height=8&turned=-90": Bitmap,
    "luma+emulator:///tmp/led?width=128&height=32": Bitmap,
    "text:///tmp/strip.txt": Text,
}

BAD = [
    "",
    "strip",
    "onbon://192.0.2.7",
    "onbon+tcp://",
    "onbon+tcp://192.0.2.7:99999",
    "onbon+tcp://192.0.2.7?card=7k",
    "onbon+tcp://192.0.2.7?width=60&card=5k",
    "onbon+tcp://192.0.2.7?width=wide",
    "onbon+tcp://192.0.2.7?width=64&width=32",
    "onbon+tcp://192.0.2.7?address=0",
    "onbon+tcp://192.0.2.7?font=20",
    "onbon+serial://ttyS0",
    "onbon+serial:///dev/ttyS0?baud=1",
    "sacn://192.0.2.7?universe=63999",
    "sacn://192.0.2.7?colour=red",
    "sacn://192.0.2.7?colour=ff00",
    "luma+spi://zero.0",
    "luma+spi://0.0?width=30",
    "luma+emulator://led",
    "text://strip.txt",
    "text:///tmp/strip.txt?width=9",
    "text:///",
]


@pytest.mark.parametrize(("url", "kind"), GOOD.items())
def test_each_form_makes_its_panel(url: str, kind: type) -> None:
    """Nothing is connected yet, so a panel that is not there can be made."""
    assert isinstance(panel(url), kind)


@pytest.mark.parametrize("url", BAD)
def test_anything_else_is_answered_with_the_forms(url: str) -> None:
    """The sentence quotes what was given and lists what could be."""
    with pytest.raises(ValueError, match="A panel is one of") as told:
        panel(url)
    assert repr(url) in str(told.value)
    assert all(form in str(told.value) for form in FORMS)


@pytest.mark.parametrize("written", ["a b", "a%20b", "大厅", "%E5%A4%A7%E5%8E%85"])
def test_a_path_may_have_blanks_and_chinese(written: str, tmp_path: Path) -> None:
    """As they are, or percent-encoded as in any URL."""
    folder = tmp_path / unquote(written)
    folder.mkdir()
    panel(f"text://{tmp_path}/{written}/strip.txt").show(Strip((("A045",),)))
    assert (folder / "strip.txt").read_text() == "A045\n"


def test_a_url_reaches_its_card() -> None:
    """Host, port, address and size go where they belong."""
    net = TcpCard(Card(address=7))
    panel(f"onbon+tcp://127.0.0.1:{net.port}?width=48&address=7").show(Strip((("A045",),)))
    assert net.card.areas[0].width == 48
    assert net.card.text == "A045"
    net.switch_off()
