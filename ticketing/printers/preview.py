"""A printer without paper: each slip as a picture and as text, in a folder a day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from queue_server.client.device import DeviceError
from queue_server.client.newest import keep_newest
from ticketing.drawing import draw, lines
from ticketing.printer import Paper, Progress, Status
from ticketing.slips import Slip


class Preview:
    """Writes `day/A045.png` and `.txt`; copies are `A045-copy1` and so on.

    Only the newest `keep` slips below the folder stay, 0 being all.
    """

    def __init__(self, folder: Path, paper: Paper, keep: int = 0) -> None:
        self._folder, self._paper, self._keep = folder, paper, keep

    def print(self, slip: Slip | None, _left: Progress | None = None) -> Iterator[Progress]:
        """Write a slip; one that was begun and not finished is simply written again."""
        if slip:
            yield Progress.BEGUN
            try:
                self._write(slip)
            except OSError as error:
                raise DeviceError(
                    f"写不进预览文件夹 (cannot write the preview): {error}"
                ) from error
        yield Progress.CUT

    def _write(self, slip: Slip) -> None:
        folder = self._folder / slip.day
        folder.mkdir(parents=True, exist_ok=True)
        name = _free(folder, slip.number) if slip.copy else slip.number
        draft = folder / f".{name}"
        draft.write_text("\n".join(lines(slip, self._paper)) + "\n", encoding="utf-8")
        os.replace(draft, folder / f"{name}.txt")
        draw(slip, self._paper).save(draft, "PNG")
        picture = folder / f"{name}.png"
        os.replace(draft, picture)
        if self._keep:
            keep_newest(self._folder, self._keep, picture, ".txt")

    def status(self) -> Status:
        """A folder is always well."""
        return Status()

    def close(self) -> None:
        """There is nothing to let go of."""


def _free(folder: Path, number: str) -> str:
    """The name of the next copy."""
    names = (f"{number}-copy{at}" for at in count(1))
    return next(name for name in names if not (folder / f"{name}.png").exists())
