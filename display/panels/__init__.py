"""LED panels by URL.

onbon+tcp://HOST:5005?width=64&height=16&card=6k&address=1&font=16&colour=1
onbon+serial:///dev/ttyS0?baud=57600&address=1&width=64&height=16&card=5k
sacn://HOST?universe=1&width=64&height=16&colour=ff2000&zigzag=0   (no host: multicast)
luma+spi://0.0?width=32&height=8&turned=0
luma+emulator:///FOLDER?width=128&height=32
text:///PATH
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from display.panel import Panel
from display.panels import luma, onbon, onbon_lines, sacn
from display.panels.bitmap import Bitmap
from display.panels.text import Text

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
    parts = urlsplit(url)
    try:
        options = Options(parts.query)
        made = _KINDS[parts.scheme](parts, options)
        options.all_read()
    except KeyError:
        raise _wrong(url, "no such kind of panel") from None
    except ValueError as error:
        raise _wrong(url, str(error)) from None
    return made


def _wrong(url: str, why: str) -> ValueError:
    return ValueError(f"{url!r}: {why}. A panel is one of: {'  '.join(FORMS)}")


class Options:
    """What stands after the question mark; each may be there once, and must be known."""

    def __init__(self, query: str) -> None:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        self._given = dict(pairs)
        if len(self._given) < len(pairs):
            raise ValueError("an option stands there twice")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within its limits."""
        value = int(self._given.pop(name, default))
        if not least <= value <= most:
            raise ValueError(f"{name} must be from {least} to {most}")
        return value

    def choice(self, name: str, *known: str) -> str:
        """One of these words; the first when not given."""
        value = self._given.pop(name, known[0])
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}")
        return value

    def colour(self, name: str, default: sacn.Colour) -> sacn.Colour:
        """Six hexadecimal digits."""
        value = self._given.pop(name, bytes(default).hex())
        if len(value) != 6:
            raise ValueError(f"{name} must be six hexadecimal digits")
        red, green, blue = bytes.fromhex(value)
        return red, green, blue

    def all_read(self) -> None:
        """Raises ValueError when something was given that nobody asked for."""
        if self._given:
            raise ValueError(f"there is no option {', '.join(sorted(self._given))}")

    def size(self, width: int = 64, height: int = 16) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.number("width", width, 8, 4096), self.number("height", height, 7, 1024)


def _onbon(line: onbon_lines.Line, options: Options) -> Panel:
    width, height = options.size()
    card = onbon.CARDS[options.choice("card", "6k", "5k")]
    if not card.in_pixels and width % 8:
        raise ValueError("the width of a 5k card is a multiple of 8")
    return onbon.Onbon(
        line,
        width,
        height,
        card=card,
        address=options.number("address", 1, 1, 0xFFFE),
        font=int(options.choice("font", *map(str, onbon.FONTS))),
        colour=options.number("colour", 1, 1, 7),
    )


def _onbon_tcp(parts: SplitResult, options: Options) -> Panel:
    if not parts.hostname:
        raise ValueError("the card's host is missing")
    return _onbon(onbon_lines.Tcp(parts.hostname, parts.port or 5005), options)


def _onbon_serial(parts: SplitResult, options: Options) -> Panel:
    baud = options.number("baud", 57600, 2400, 115200)
    return _onbon(onbon_lines.Serial(str(_path(parts)), baud), options)


def _sacn(parts: SplitResult, options: Options) -> Panel:
    width, height = options.size()
    canvas = sacn.Sacn(
        parts.hostname or "",
        options.number("universe", 1, 1, 63999 - width * height // sacn.PIXELS),
        width,
        height,
        port=parts.port or sacn.PORT,
        colour=options.colour("colour", sacn.RED),
        zigzag=options.choice("zigzag", "0", "1") == "1",
    )
    return Bitmap(canvas)


def _luma_spi(parts: SplitResult, options: Options) -> Panel:
    port, _, device = parts.netloc.partition(".")
    width, height = options.size(32, 8)
    if width % 8 or height % 8:
        raise ValueError("modules are 8 × 8")
    turned = int(options.choice("turned", "0", "90", "-90", "180"))
    return Bitmap(luma.Spi(int(port or 0), int(device or 0), width, height, turned))


def _luma_emulator(parts: SplitResult, options: Options) -> Panel:
    return Bitmap(luma.Emulator(_path(parts), *options.size(128, 32)))


def _text(parts: SplitResult, _options: Options) -> Panel:
    return Text(_path(parts))


def _path(parts: SplitResult) -> Path:
    if parts.netloc or len(parts.path) < 2:
        raise ValueError("after the scheme come three slashes and a path")
    return Path(unquote(parts.path))


_KINDS: Mapping[str, Callable[[SplitResult, Options], Panel]] = {
    "onbon+tcp": _onbon_tcp,
    "onbon+serial": _onbon_serial,
    "sacn": _sacn,
    "luma+spi": _luma_spi,
    "luma+emulator": _luma_emulator,
    "text": _text,
}
