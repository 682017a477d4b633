"""Keep the newest files below a folder and delete the others, for devices that only write files.

A demo hall writes a sound for every call: a day of them is some 400 MB.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

#: So many at the most: they are looked through for each new one.
MOST = 100_000


def keep_newest(folder: Path, keep: int, latest: Path, *beside: str) -> None:
    """Delete all but `keep` (at least 1) of the files below `folder` that end as `latest` does.

    `latest` was written just now and stays, whatever the clock says. What has the same name with
    an ending of `beside` goes with its file, and folders of other days that are empty go too.
    Raises OSError.
    """
    others = sorted(_with_age(folder, latest))
    today = folder / latest.relative_to(folder).parts[0]
    for _, path in others[: max(len(others) + 1 - keep, 0)]:
        for one in (path, *map(path.with_suffix, beside)):
            one.unlink(missing_ok=True)
        # Somebody may be about to write into a folder of today.
        if today not in path.parents:
            _tidy(path.parent, folder)


def _with_age(folder: Path, latest: Path) -> list[tuple[int, Path]]:
    """Every other such file, with when it was written (ns)."""
    found = []
    # Other than glob, walk does not mind a folder that somebody else deletes meanwhile.
    for where, _, names in os.walk(folder):
        for path in (Path(where, name) for name in names if name.endswith(latest.suffix)):
            if path != latest:
                with suppress(FileNotFoundError):
                    found.append((path.stat().st_mtime_ns, path))
    return found


def _tidy(empty: Path, folder: Path) -> None:
    with suppress(OSError):
        while empty != folder:
            empty.rmdir()
            empty = empty.parent
