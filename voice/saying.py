"""Say one utterance: have it rendered, put the chime before it, play it while it is worth it.

Trouble is told to ops and never stops what comes after: without a synthesizer the chime sounds
alone (and the call was not said), and without a speaker nothing is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from queue_server.client.device import DeviceError
from voice.announcer import Utterance
from voice.mixing import Mix, mixed
from voice.sound import NotASound
from voice.speaker import Speaker
from voice.synthesizer import Synthesizer
from voice.troubles import Troubles

SYNTHESIZER, SPEAKER = "synthesizer", "speaker"
#: A speaker that has not failed after this long (ms) plays.
_SURE = 250


class Saying:
    """A synthesizer and the speaker of each zone (`""`: of all others).

    `folder` is where a sound lies while it is played.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        speakers: Mapping[str, Speaker],
        troubles: Troubles,
        folder: Path,
    ) -> None:
        self._synthesizer = synthesizer
        self._speakers = speakers
        self._troubles = troubles
        self._folder = folder
        self._turns: dict[object, asyncio.Lock] = {}
        self._files = 0

    def turn(self, zone: str) -> asyncio.Lock:
        """Zones that share a speaker that is alone take turns."""
        speaker = self._speaker(zone)
        key = id(speaker) if speaker.alone else zone
        return self._turns.setdefault(key, asyncio.Lock())

    async def prepare(self, utterance: Utterance) -> None:
        """Have it rendered before it is due; trouble is told when it is."""
        for speech in utterance.speeches:
            try:
                await self._synthesizer.render(speech)
            except DeviceError:
                continue

    async def say(
        self,
        utterance: Utterance,
        name: tuple[str, ...],
        volume: int,
        pause: int,
        begun: Callable[[int], None],
        once_more: Callable[[], bool],
    ) -> str:
        """Say it: which part failed, or nothing when it was said.

        `begun` hears how long ago (ms) its speech began, once it is sure that it did;
        `once_more` is asked before each repeat, `pause` ms after the one before.
        """
        speeches = await self._rendered(utterance)
        said = speeches is not None
        try:
            first = await self._mixed(True, speeches or [], volume)
            await self._play(utterance.zone, first, name, begun if said else lambda _: None)
            for take in range(2, utterance.repeats + 1 if speeches else 2):
                if not once_more():
                    break
                await asyncio.sleep(pause / 1000)
                if not once_more():
                    break
                again = await self._mixed(False, speeches or [], volume)
                await self._play(utterance.zone, again, (*name[:-1], f"{name[-1]}-{take}"))
        except DeviceError as error:
            self._troubles.note(f"{SPEAKER} {utterance.zone}", error)
            return SPEAKER
        self._troubles.over(f"{SPEAKER} {utterance.zone}")
        return "" if said else SYNTHESIZER

    async def _rendered(self, utterance: Utterance) -> list[Path] | None:
        """The speech in each language that can be had, or None; [] is silence by choice."""
        found: list[Path] = []
        failed: list[DeviceError] = []
        for speech in utterance.speeches:
            try:
                if path := await self._synthesizer.render(speech):
                    found.append(path)
            except DeviceError as error:
                failed.append(error)
        if not failed:
            self._troubles.over(SYNTHESIZER)
            return found
        self._troubles.note(SYNTHESIZER, failed[0], "warning" if found else "failed")
        return found or None

    async def _mixed(self, with_chime: bool, speeches: list[Path], volume: int) -> Mix:
        chime = await self._synthesizer.chime() if with_chime else None
        try:
            return await asyncio.to_thread(mixed, chime, speeches, volume)
        except NotASound as error:
            raise DeviceError(str(error)) from error

    async def _play(
        self,
        zone: str,
        mix: Mix,
        name: tuple[str, ...],
        begun: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._files += 1
        path = self._folder / f"{self._files}.wav"
        try:
            await asyncio.to_thread(mix.sound.write, path)
            await self._heard(zone, path, name, mix.lead, begun)
        except OSError as error:
            raise DeviceError(f"the sound cannot be written: {error}") from error
        finally:
            path.unlink(missing_ok=True)

    async def _heard(
        self,
        zone: str,
        path: Path,
        name: tuple[str, ...],
        lead: int,
        begun: Callable[[int], None],
    ) -> None:
        now = asyncio.get_running_loop().time
        start = now()
        playing = asyncio.ensure_future(self._speaker(zone).play(path, name))
        try:
            # One that has failed before is believed only when it has come to the end.
            if not self._troubles.has(f"{SPEAKER} {zone}"):
                await asyncio.wait({playing}, timeout=max(lead, _SURE) / 1000)
                if not playing.done():
                    begun(max(round((now() - start) * 1000) - lead, 0))
                    await playing
                    return
            await playing
            begun(max(round((now() - start) * 1000) - lead, 0))
        finally:
            playing.cancel()
            await asyncio.wait({playing})

    def _speaker(self, zone: str) -> Speaker:
        return self._speakers.get(zone) or self._speakers[""]
