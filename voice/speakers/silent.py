"""No speaker: nothing is heard, but it takes its time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from queue_server.client.device import DeviceError
from voice import sound


class Silent:
    """Takes as long as the sound × `pace` and makes no noise."""

    alone = False

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace

    async def play(self, wav: Path, name: tuple[str, ...]) -> None:
        """Wait as long as the sound takes."""
        del name
        try:
            lasts = await asyncio.to_thread(sound.duration, wav)
        except sound.NotASound as error:
            raise DeviceError(str(error)) from error
        await asyncio.sleep(lasts * self._pace / 1000)
