"""Build a clip set: let a synthesizer say every word once, for the clip voice to join.

What is there already stays, so a build that was cut off goes on where it was, a recorded word is
never replaced by a made one, and two builds of one folder do each other no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from queue_server.client.device import DeviceError
from voice import sound
from voice.clip_set import MANIFEST, BadClipSet, ClipSet, Manifest
from voice.languages import Language
from voice.phrases import Speech, vocabulary
from voice.synthesizer import Synthesizer

#: How many words are asked for at the same time.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `done` of `total` words, `made` of them now, and the latest."""

    done: int
    total: int
    made: int
    language: str = ""
    word: str = ""


async def build(
    folder: Path,
    languages: Sequence[Language],
    synthesizer: Synthesizer,
    progress: Callable[[Progress], None] = lambda _: None,
    manifest: Manifest | None = None,
) -> Progress:
    """Make the clips that `folder` lacks, trimmed of silence, at the set's rate.

    `manifest` is written where none is. Raises DeviceError when a word cannot be said or
    written; what was made until then stays.
    """
    made = _Build(ClipSet(folder), synthesizer, progress)
    try:
        return await made.run(languages, manifest or Manifest(name=folder.name))
    except (OSError, BadClipSet) as error:
        raise DeviceError(f"no clip set can be built in {folder}: {error}") from error


class _Build:
    def __init__(
        self, clips: ClipSet, synthesizer: Synthesizer, progress: Callable[[Progress], None]
    ) -> None:
        self._set = clips
        self._synthesizer = synthesizer
        self._progress = progress
        self._now = Progress(0, 0, 0)

    async def run(self, languages: Iterable[Language], manifest: Manifest) -> Progress:
        words = [(language.code, word) for language in languages for word in vocabulary(language)]
        self._now = Progress(0, len(words), 0)
        for code in {code for code, _ in words}:
            (self._set.folder / code).mkdir(parents=True, exist_ok=True)
        if not (self._set.folder / MANIFEST).exists():
            self._set.describe(manifest)
        rate = self._set.manifest().rate
        if not self._set.chime.exists():
            (await self._synthesizer.chime()).resampled(rate).write(self._set.chime)
        rest = iter(words)
        # The workers share the words; the first trouble ends them all.
        await _all(self._work(rest, rate) for _ in range(_AT_ONCE))
        return self._now

    async def _work(self, words: Iterable[tuple[str, str]], rate: int) -> None:
        for language, word in words:
            path = self._set.clip(language, word)
            if path is None:
                raise DeviceError(f"{word!r} ({language}) cannot be the name of a clip")
            made = not path.exists()
            if made:
                await self._make(language, word, path, rate)
            done = self._now.done + 1
            self._now = Progress(done, self._now.total, self._now.made + made, language, word)
            self._progress(self._now)

    async def _make(self, language: str, word: str, path: Path, rate: int) -> None:
        said = await self._synthesizer.render(Speech(language, (word,), word, word))
        if said is None:
            raise DeviceError("this synthesizer says nothing")

        def trimmed() -> None:
            sound.read(said).trimmed().resampled(rate).write(path)

        try:
            await asyncio.to_thread(trimmed)
        except sound.NotASound as error:
            raise DeviceError(str(error)) from error


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for one in work:
                tasks.create_task(one)
    except ExceptionGroup as troubles:
        raise troubles.exceptions[0] from None
