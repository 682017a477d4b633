"""Where sound comes out. The drivers are in `speakers/`, chosen by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Speaker(Protocol):
    """Something that plays a sound; `alone` says that it plays one at a time.

    Zones that share a speaker that is alone take turns.
    """

    alone: bool

    async def play(self, wav: Path, name: tuple[str, ...]) -> None:
        """Play a WAV file to its end.

        `name` says what it is, from the whole to the part (day, zone, announcement). Raises
        DeviceError, or Offline when nothing there plays it or the playing hangs.
        """
