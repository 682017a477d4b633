"""Sounds that were made before, by what they say: made once, found again, the oldest forgotten."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

#: How many sounds are kept between two looks at the size of it all.
_LOOK_EVERY = 50
_LEAVE = 0.8


class Cache:
    """A folder of WAV files of at most about `most` bytes; several processes may share it."""

    def __init__(self, folder: Path, most: int = 256 * 1024 * 1024) -> None:
        self.folder = folder
        self._most = most
        self._kept = 0
        self._trimming = threading.Lock()

    def path(self, *of: str) -> Path:
        """Where the sound that is made of this (engine, voice, text) stands or will stand."""
        return self.folder / f"{sha256(chr(0).join(of).encode()).hexdigest()[:32]}.wav"

    def has(self, path: Path) -> bool:
        """Whether it is there; asking makes it one of the newest."""
        try:
            os.utime(path)
        except OSError:
            return False
        return True

    def scratch(self) -> Path:
        """A new empty file in the same file system, for `keep`; raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=self.folder, suffix=".part")
        os.close(handle)
        return Path(name)

    def keep(self, made: Path, path: Path) -> None:
        """Give a finished file its place, at once and whole; raises OSError."""
        os.replace(made, path)
        self._kept += 1
        if self._kept % _LOOK_EVERY == 0:
            self.trim()

    def trim(self) -> None:
        """Forget the sounds that were not asked for longest, when there are too many."""
        with self._trimming:
            sounds = sorted(self._sounds())
            size = sum(bytes_ for _, bytes_, _ in sounds)
            enough = self._most * _LEAVE if size > self._most else size
            for _, bytes_, path in sounds:
                if size <= enough:
                    return
                path.unlink(missing_ok=True)
                size -= bytes_

    def _sounds(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self.folder.glob("*.wav"):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        return found
