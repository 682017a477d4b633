"""A panel: anything with LEDs that shows a strip. `panels/` has the kinds; a URL chooses one."""

from __future__ import annotations

from typing import Protocol

from display.strips import Strip

#: How long a panel flashes for a new call (s), and a flash's length: under two a second.
FLASHING = 3.0
FLASH = 0.6


class Panel(Protocol):
    """One panel. It connects by itself when it is shown something, and again after trouble."""

    def show(self, strip: Strip) -> float:
        """Show this, and answer in how many seconds to show again, even if nothing changed: a
        panel forgets, turns a page or moves a step.

        Blocks, but never for ever: every wait has a time-out. Raises `DeviceError`; the strip
        must then be shown anew.
        """

    def close(self) -> None:
        """Let go of the hardware."""
