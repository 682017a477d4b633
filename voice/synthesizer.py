"""What turns words into sound. The drivers are in `synthesizers/`, chosen by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from voice.phrases import Speech
from voice.sound import Sound


class Synthesizer(Protocol):
    """Somebody's voice."""

    async def render(self, speech: Speech) -> Path | None:
        """A WAV file (16-bit mono) that says this; None when it says nothing, by choice.

        The file is the synthesizer's own: read it soon, leave it there. Raises DeviceError when
        there is no speech to be had, Offline when the engine is not there or hangs.
        """

    async def chime(self) -> Sound:
        """What sounds before; always there, whatever became of the speech."""
