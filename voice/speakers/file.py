"""A speaker that is a folder: what would be heard is written there, for tests and for proof."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from queue_server.client.device import DeviceError
from queue_server.client.newest import keep_newest
from voice import sound


class File:
    """Writes each sound as `folder/<name…>.wav`, whole or not at all.

    It takes as long as the sound × `pace`; 0 returns at once. Only the newest `keep` sounds below
    the folder stay, 0 being all.
    """

    alone = False

    def __init__(self, folder: Path, pace: float = 1.0, keep: int = 0) -> None:
        self._folder = folder
        self._pace = pace
        self._keep = keep

    async def play(self, wav: Path, name: tuple[str, ...]) -> None:
        """Write a WAV file, and wait as long as it would sound."""
        try:
            lasts = await asyncio.to_thread(self._write, wav, name)
        except (OSError, sound.NotASound) as error:
            raise DeviceError(f"the sound cannot be written: {error}") from error
        await asyncio.sleep(lasts * self._pace / 1000)

    def _write(self, wav: Path, name: tuple[str, ...]) -> int:
        path = self._folder.joinpath(*map(_plain, name)).with_suffix(".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        shutil.copyfile(wav, part)
        os.replace(part, path)
        if self._keep:
            keep_newest(self._folder, self._keep, path)
        return sound.duration(path)


def _plain(name: str) -> str:
    """A name as one piece of a path."""
    shown = "".join("_" if sign in "/\\:.\0" or not sign.isprintable() else sign for sign in name)
    return shown[:80] or "_"
