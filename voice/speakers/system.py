"""The machine's own sound card, through the sound program that the system has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from queue_server.client.device import DeviceError, Offline
from voice import child, sound

#: What plays a WAV file: PipeWire's, PulseAudio's and ALSA's program, whichever works.
PROGRAMS: tuple[tuple[str, ...], ...] = (("pw-play",), ("paplay",), ("aplay", "-q"))
#: How much longer than the sound itself the playing may take (s).
MARGIN = 3.0


class System:
    """Plays on the system's own output, or on an ALSA `device` such as plughw:0,0."""

    alone = True

    def __init__(self, device: str = "", margin: float = MARGIN) -> None:
        self._programs = (("aplay", "-q", "-D", device),) if device else PROGRAMS
        self._margin = margin

    async def play(self, wav: Path, name: tuple[str, ...]) -> None:
        """Play a WAV file to its end."""
        del name
        try:
            limit = await asyncio.to_thread(sound.duration, wav) / 1000 + self._margin
        except sound.NotASound as error:
            raise DeviceError(str(error)) from error
        await self._played((str(wav),), limit)

    async def _played(self, wav: Sequence[str], limit: float) -> None:
        problem: DeviceError = Offline("there is no pw-play, paplay or aplay to play sounds")
        for program in self._programs:
            begun = asyncio.get_running_loop().time()
            try:
                return await child.run((*program, *wav), limit)
            except child.NotThere:
                continue
            except DeviceError as error:
                problem = error
                # Only what could not even begin is worth trying with another program.
                if asyncio.get_running_loop().time() - begun > self._margin / 2:
                    break
        raise problem
