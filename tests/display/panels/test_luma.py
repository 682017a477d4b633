"""luma: modules on a bus that keeps what was written, and the emulator's PNG pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from display.drawing import film
from display.panels import luma
from display.panels.bitmap import Bitmap
from display.strips import Strip
from queue_server.client.device import DeviceError, Offline


class Bus:
    """What MAX7219 modules in a row have in their digit registers: (module, row) → 8 pixels."""

    def __init__(self, modules: int) -> None:
        self.rows: dict[tuple[int, int], int] = {}
        self._modules = modules

    def data(self, written: list[int]) -> None:
        for place in range(0, len(written), 2):
            register, value = written[place : place + 2]
            if 1 <= register <= 8:
                # The first pair goes through to the module that is farthest from the bus.
                self.rows[self._modules - 1 - place // 2, register - 1] = value

    def cleanup(self) -> None:
        self.rows.clear()


def test_modules_light_the_pixels_that_were_drawn() -> None:
    """Four modules, 32 × 8: each register holds a column of eight pixels."""
    bus, strip = Bus(4), Strip((("A1",),))
    drawn = film(strip, 32, 8)[0].image
    luma.modules(bus, 32, 8).display(drawn.convert("1"))

    for x in range(32):
        column = bus.rows[x // 8, x % 8]
        expected = sum(1 << y for y in range(8) if drawn.getpixel((x, y)))
        assert column == expected, x


def test_without_a_bus_there_is_a_sentence() -> None:
    """This machine has no SPI 9.9."""
    with pytest.raises(Offline, match="cannot be reached over SPI"):
        Bitmap(luma.Spi(9, 9, 32, 8)).show(Strip((("A1",),)))


def test_the_emulator_keeps_what_was_seen(tmp_path: Path) -> None:
    """`now.png` is the newest, and each strip's first picture has a number."""
    folder = tmp_path / "led {1}"
    panel = Bitmap(luma.Emulator(folder, 64, 16))
    panel.show(Strip((("A045",),)))
    panel.show(Strip((("A045",),)))
    panel.show(Strip((("B001",),)))

    assert sorted(path.name for path in folder.iterdir()) == [
        "000001.png",
        "000002.png",
        "now.png",
    ]
    assert (folder / "now.png").read_bytes() == (folder / "000002.png").read_bytes()
    with Image.open(folder / "000001.png") as picture:
        scale = picture.width // 64
        small = picture.convert("L").resize((64, 16), Image.Resampling.BOX)
    assert scale > 1
    drawn = film(Strip((("A045",),)), 64, 16)[0].image
    levels: dict[bool, list[int]] = {True: [], False: []}
    for lit, level in zip(drawn.tobytes(), small.tobytes(), strict=True):
        levels[bool(lit)].append(level)
    assert min(levels[True]) > max(levels[False])


def test_a_new_emulator_counts_on(tmp_path: Path) -> None:
    """After a restart the old pictures stay."""
    Bitmap(luma.Emulator(tmp_path, 64, 16)).show(Strip((("A045",),)))
    Bitmap(luma.Emulator(tmp_path, 64, 16)).show(Strip((("B001",),)))

    assert (tmp_path / "000002.png").exists()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file in the way is a sentence."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError, match="cannot draw"):
        Bitmap(luma.Emulator(tmp_path / "file" / "in", 64, 16)).show(Strip((("A045",),)))
