"""A speech engine as a program that runs once for each text and writes a WAV file.

The engine is never held: it lives in a child process with a time limit, what it wrote is looked
at before it is believed, and what is good is kept in the cache. An engine that hangs is left
alone for a while, so that the announcements after it need not wait for it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from queue_server.client.device import DeviceError, Offline
from voice import child, sound
from voice.cache import Cache
from voice.languages import LANGUAGES
from voice.phrases import Speech
from voice.sound import Sound

#: Speech is not shorter than this, in all and a word (ms), and not softer (RMS of 32767).
SHORTEST, SHORTEST_WORD, SOFTEST = 80, 40, 100
#: How many engines run at the same time.
AT_ONCE = 2


@dataclass(frozen=True)
class Program:
    """How a speech program is run: `command(voice, rate, out)`, with the text on standard input.

    `rate` is words a minute and `limit` seconds, when nothing else is asked for.
    """

    name: str
    command: Callable[[str, int, Path], Sequence[str]]
    limit: float
    rate: int = 160


@dataclass(eq=False)
class Engine:
    """A synthesizer that is a program. `voices` by language, `""` for all that are not there,
    or else those of `languages.py`; 0 for `rate` and `limit` is the program's own; `rest` in
    seconds."""

    program: Program
    cache: Cache
    voices: Mapping[str, str] = field(default_factory=dict)
    rate: int = 0
    limit: float = 0.0
    rest: float = 10.0
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _making: WeakValueDictionary[Path, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _rests_until: float = 0.0
    _trouble: str = ""

    async def chime(self) -> Sound:
        """Our own chime."""
        return await asyncio.to_thread(sound.chime)

    async def render(self, speech: Speech) -> Path:
        """The speech, from the cache or made now."""
        voices = self._voices(speech.language)
        rate = self.rate or self.program.rate
        path = self.cache.path(self.program.name, str(rate), *voices, speech.text)
        async with AsyncExitStack() as turn:
            # Whoever asks for a text that is being made waits for it.
            await turn.enter_async_context(self._making.setdefault(path, asyncio.Lock()))
            if not self.cache.has(path):
                await turn.enter_async_context(self._slots)
                await self._make(speech, voices, path)
        return path

    def _voices(self, language: str) -> Sequence[str]:
        if named := self.voices.get(language) or self.voices.get(""):
            return (named,)
        known = LANGUAGES.get(language)
        return known.voices if known else ()

    async def _make(self, speech: Speech, voices: Sequence[str], path: Path) -> None:
        now = asyncio.get_running_loop().time
        if now() < self._rests_until:
            raise Offline(self._trouble)
        problem = DeviceError(f"{self.program.name} has no voice for {speech.language}")
        for voice in voices:
            try:
                return await self._tried(speech, voice, path)
            except Offline as error:
                self._rests_until, self._trouble = now() + self.rest, str(error)
                raise
            except DeviceError as error:
                problem = error
        raise problem

    async def _tried(self, speech: Speech, voice: str, path: Path) -> None:
        try:
            made = self.cache.scratch()
        except OSError as error:
            raise DeviceError(f"no sound can be kept in {self.cache.folder}: {error}") from error
        try:
            command = self.program.command(voice, self.rate or self.program.rate, made)
            await child.run(command, self.limit or self.program.limit, said=speech.text)
            await asyncio.to_thread(heard_in, made, speech)
            self.cache.keep(made, path)
        except (sound.NotASound, OSError) as error:
            raise DeviceError(f"{self.program.name} ({voice}): {error}") from error
        finally:
            made.unlink(missing_ok=True)


def heard_in(path: Path, speech: Speech) -> None:
    """Look whether a file can be this speech; raises NotASound."""
    made = sound.read(path)
    least = max(SHORTEST, SHORTEST_WORD * len(speech.words))
    if made.duration < least:
        raise sound.NotASound(f"{made.duration} ms are too short for {speech.text!r}")
    if made.loudness < SOFTEST:
        raise sound.NotASound(f"only silence came for {speech.text!r}")
