"""Pixels by luma: MAX7219 modules on the SPI bus, and an emulator that keeps PNG pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PIL import Image

from queue_server.client.device import DeviceError, Offline

#: A module that lost its power for a moment is right again after this long (s).
KEEP = 10.0
MOST_KEPT = 200


class Spi:
    """A canvas of 8 × 8 modules in a row (or in rows) on SPI `port`.`device`.

    `turned` is how the modules are mounted: 0, 90, -90 or 180 degrees.
    """

    keep = KEEP

    def __init__(self, port: int, device: int, width: int, height: int, turned: int = 0) -> None:
        self.width, self.height = width, height
        self._place = {"port": port, "device": device}
        self._turned = turned
        self._modules: Any = None

    def draw(self, image: Image.Image, new: bool) -> None:  # noqa: ARG002
        """Write every row; raises `Offline` when there is no such bus."""
        from luma.core.error import Error

        try:
            if self._modules is None:
                self._modules = self._open()
            self._modules.display(image.convert("1"))
        except (Error, OSError, ImportError) as error:
            self._modules = None
            raise Offline(f"The LED modules cannot be reached over SPI: {error}") from error

    def close(self) -> None:
        """Darken the modules and free the bus."""
        if self._modules is not None:
            self._modules.cleanup()
        self._modules = None

    def _open(self) -> Any:
        from luma.core.interface.serial import noop, spi

        return modules(
            spi(gpio=noop(), **self._place), self.width, self.height, turned=self._turned
        )


def modules(bus: Any, width: int, height: int, turned: int = 0) -> Any:
    """MAX7219 modules on a luma bus."""
    from luma.led_matrix.device import max7219

    return max7219(bus, width=width, height=height, block_orientation=turned)


class Emulator:
    """A canvas that luma draws as LEDs: `now.png` in a folder is what would be seen, and
    `000001.png` … the first picture of each strip, the last 200 of them."""

    keep = KEEP

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._folder = folder
        self._screen: Any = None
        self._count = 0

    def draw(self, image: Image.Image, new: bool) -> None:
        """Write the picture; raises `DeviceError` when the folder cannot be written."""
        try:
            self._screen = self._screen or self._open()
            self._screen.display(image.convert("RGB"))
            if new:
                self._keep()
            os.replace(self._drawn, self._folder / "now.png")
        except (OSError, ImportError) as error:
            raise DeviceError(f"The LED emulator cannot draw: {error}") from error

    def close(self) -> None:
        """Nothing is held."""

    @property
    def _drawn(self) -> Path:
        return self._folder / ".drawn.png"

    def _open(self) -> Any:
        # pygame, which the emulator draws with, looks for a screen and greets on stdout.
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        from luma.emulator.device import capture

        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(path.stem) for path in self._folder.glob("[0-9]*.png")]
        self._count = max(numbers, default=0)
        # One name for all pictures: the library's own numbers would fill the disk.
        return capture(
            self.width,
            self.height,
            mode="RGB",
            transform="led_matrix",
            file_template=str(self._drawn).replace("{", "{{").replace("}", "}}"),
        )

    def _keep(self) -> None:
        self._count += 1
        os.link(self._drawn, self._folder / f"{self._count:06}.png")
        (self._folder / f"{self._count - MOST_KEPT:06}.png").unlink(missing_ok=True)
