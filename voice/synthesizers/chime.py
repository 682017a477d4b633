"""No speech, only the chime: for halls that want it quiet."""

from __future__ import annotations

import asyncio

from voice import sound
from voice.phrases import Speech
from voice.sound import Sound


class ChimeOnly:
    """A synthesizer that says nothing."""

    async def chime(self) -> Sound:
        """Our own chime."""
        return await asyncio.to_thread(sound.chime)

    async def render(self, speech: Speech) -> None:
        """Nothing, by choice."""
        del speech
