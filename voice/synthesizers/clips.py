"""The clip voice: recorded words joined into a sentence. Fast, natural, and anybody's.

A word that the set lacks is said by the synthesizer that stands in for it, if there is one; so is
a whole sentence that it has nothing of, such as a broadcast.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from queue_server.client.device import DeviceError
from voice import sound
from voice.cache import Cache
from voice.clip_set import BadClipSet, ClipSet, Manifest
from voice.phrases import Speech
from voice.sound import Sound
from voice.synthesizer import Synthesizer


class Clips:
    """The voice of a clip set; `stand_in` says what is missing there."""

    def __init__(self, clips: ClipSet, cache: Cache, stand_in: Synthesizer | None = None) -> None:
        self._set = clips
        self._cache = cache
        self._stand_in = stand_in

    async def chime(self) -> Sound:
        """The set's own chime, or ours."""
        try:
            return await asyncio.to_thread(sound.read, self._set.chime)
        except sound.NotASound:
            return await asyncio.to_thread(sound.chime)

    async def render(self, speech: Speech) -> Path | None:
        """The sentence, joined from clips."""
        clips = await asyncio.to_thread(self._clips, speech)
        if self._stand_in and not any(clips):
            return await self._stand_in.render(speech)
        for at, clip in enumerate(clips):
            if clip is None:
                clips[at] = await self._said(speech.language, speech.words[at])
        found = [clip for clip in clips if clip]
        try:
            return await asyncio.to_thread(self._joined, speech, found)
        except (sound.NotASound, BadClipSet, OSError) as error:
            raise DeviceError(f"the clips cannot be joined: {error}") from error

    def _clips(self, speech: Speech) -> list[Path | None]:
        places = (self._set.clip(speech.language, word) for word in speech.words)
        return [place if place and place.is_file() else None for place in places]

    async def _said(self, language: str, word: str) -> Path | None:
        if self._stand_in is None:
            raise DeviceError(f"the clip set {self._set.folder} lacks {word!r} ({language})")
        return await self._stand_in.render(Speech(language, (word,), word, word))

    def _joined(self, speech: Speech, clips: list[Path]) -> Path:
        # A clip recorded anew is another clip.
        stamps = (f"{clip}:{clip.stat().st_mtime_ns}" for clip in clips)
        of = ("clips", self._set.stamp(), ",".join(map(str, speech.pauses)), *stamps)
        path = self._cache.path(*of)
        if not self._cache.has(path):
            made = self._cache.scratch()
            try:
                _sentence(clips, speech.pauses, self._set.manifest()).write(made)
                self._cache.keep(made, path)
            finally:
                made.unlink(missing_ok=True)
        return path


def _sentence(clips: list[Path], pauses: tuple[int, ...], of: Manifest) -> Sound:
    """Clips in a row, `gap` between words and `pause` at commas."""
    parts = []
    for at, clip in enumerate(clips):
        parts.append(sound.read(clip).trimmed())
        if at < len(clips) - 1:
            parts.append(sound.silence(of.pause if at in pauses else of.gap, of.rate))
    return sound.joined(parts, of.rate)
