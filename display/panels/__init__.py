"""LED panels by URL.

onbon+tcp://HOST:5005?width=64&height=16&card=6k&address=1&font=16&colour=1
onbon+serial:///dev/ttyS0?baud=57600&address=1&width=64&height=16&card=5k
sacn://HOST?universe=1&width=64&height=16&colour=ff2000&zigzag=0   (no host: multicast)
luma+spi://0.0?width=32&height=8&turned=0
luma+emulator:///FOLDER?width=128&height=32
text:///PATH
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from display.panel import Panel
from display.panels import luma, onbon, onbon_lines, sacn
from display.panels.bitmap import Bitmap
from display.panels.text import Text
from queue_server.client.address import Address, resolve

FORMS = (
    "onbon+tcp://HOST[:5005]?width=64&height=16&card=5k|6k",
    "onbon+serial:///dev/ttyS0?baud=57600&address=1",
    "sacn://HOST?universe=1&width=64&height=16 (no host: multicast)",
    "luma+spi://0.0?width=32&height=8",
    "luma+emulator:///FOLDER?width=128&height=32",
    "text:///PATH",
)


def panel(url: str) -> Panel:
    """The panel that a URL names; nothing is connected yet. Raises ValueError with the forms."""
    return resolve(url, "panel", FORMS, _KINDS)


def _size(address: Address, width: int = 64, height: int = 16) -> tuple[int, int]:
    """Width and height in pixels."""
    return address.number("width", width, 8, 4096), address.number("height", height, 7, 1024)


def _onbon_tcp(address: Address) -> Panel:
    return _onbon(address, onbon_lines.Tcp(address.host(), address.port(5005)))


def _onbon_serial(address: Address) -> Panel:
    return _onbon(address, onbon_lines.Serial(str(address.path()), address.baud(57600)))


def _onbon(address: Address, line: onbon_lines.Line) -> Panel:
    width, height = _size(address)
    card = onbon.CARDS[address.choice("card", "6k", "5k")]
    if not card.in_pixels and width % 8:
        raise ValueError("the width of a 5k card is a multiple of 8")
    return onbon.Onbon(
        line,
        width,
        height,
        card=card,
        address=address.number("address", 1, 1, 0xFFFE),
        font=int(address.choice("font", *map(str, onbon.FONTS))),
        colour=address.number("colour", 1, 1, 7),
    )


def _sacn(address: Address) -> Panel:
    width, height = _size(address)
    canvas = sacn.Sacn(
        address.host(needed=False),
        address.number("universe", 1, 1, 63999 - width * height // sacn.PIXELS),
        width,
        height,
        port=address.port(sacn.PORT),
        colour=_colour(address),
        zigzag=address.choice("zigzag", "0", "1") == "1",
    )
    return Bitmap(canvas)


def _colour(address: Address) -> sacn.Colour:
    text = address.text("colour", bytes(sacn.RED).hex())
    if not re.fullmatch("[0-9A-Fa-f]{6}", text):
        raise ValueError(f"colour must be six hexadecimal digits, not {text!r}")
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def _luma_spi(address: Address) -> Panel:
    place = re.fullmatch(r"([0-9]*)\.?([0-9]*)", address.place())
    if not place:
        raise ValueError("an SPI bus is PORT.DEVICE")
    port, device = (int(number or 0) for number in place.groups())
    width, height = _size(address, 32, 8)
    if width % 8 or height % 8:
        raise ValueError("modules are 8 × 8")
    turned = int(address.choice("turned", "0", "90", "-90", "180"))
    return Bitmap(luma.Spi(port, device, width, height, turned))


def _luma_emulator(address: Address) -> Panel:
    return Bitmap(luma.Emulator(address.path(), *_size(address, 128, 32)))


def _text(address: Address) -> Panel:
    return Text(address.path())


_KINDS: Mapping[str, Callable[[Address], Panel]] = {
    "onbon+tcp": _onbon_tcp,
    "onbon+serial": _onbon_serial,
    "sacn": _sacn,
    "luma+spi": _luma_spi,
    "luma+emulator": _luma_emulator,
    "text": _text,
}
