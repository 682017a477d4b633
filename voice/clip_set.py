"""A clip set: a folder of recorded words, and what its `set.yaml` says of them.

    folder/set.yaml               name, rate, gap and pause; each may be left out
    folder/chime.wav              what sounds before, if not our own chime
    folder/<language>/<word>.wav  a clip a word; `vocabulary` in phrases.py lists the words

Any speaker can record one, and `building.py` has a synthesizer make one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path

import yaml

MANIFEST = "set.yaml"
CHIME = "chime.wav"
_LONGEST = 60


class BadClipSet(ValueError):
    """The folder is no clip set; the text says why."""


@dataclass(frozen=True)
class Manifest:
    """A set's name, its sample rate (Hz), and the silence between words and at commas (ms)."""

    name: str = ""
    rate: int = 22_050
    gap: int = 30
    pause: int = 200


@dataclass(frozen=True)
class ClipSet:
    """The clip set in a folder."""

    folder: Path

    def manifest(self) -> Manifest:
        """What `set.yaml` says, or the defaults without one; raises BadClipSet."""
        try:
            told = yaml.safe_load((self.folder / MANIFEST).read_text("utf-8")) or {}
        except FileNotFoundError:
            return Manifest()
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise BadClipSet(f"{self.folder / MANIFEST} cannot be read: {error}") from error
        return _checked(told, self.folder / MANIFEST)

    def describe(self, manifest: Manifest) -> None:
        """Write `set.yaml`; raises OSError."""
        text = yaml.safe_dump(asdict(manifest), allow_unicode=True, sort_keys=False)
        (self.folder / MANIFEST).write_text(text, "utf-8")

    def clip(self, language: str, word: str) -> Path | None:
        """Where the clip of a word is or would be; None for what cannot be a file's name."""
        if not word or len(word) > _LONGEST or word[0] == "." or set(word) & set("/\\:\0"):
            return None
        return self.folder / language / f"{word.replace(' ', '_')}.wav"

    @property
    def chime(self) -> Path:
        """Where the set's own chime would be."""
        return self.folder / CHIME

    def stamp(self) -> str:
        """Changes when the manifest does."""
        try:
            return str((self.folder / MANIFEST).stat().st_mtime_ns)
        except OSError:
            return ""


def _checked(told: object, path: Path) -> Manifest:
    if not isinstance(told, dict):
        raise BadClipSet(f"{path} must be a list of name: value")
    known = {one.name: told[one.name] for one in fields(Manifest) if one.name in told}
    made = Manifest(**known)
    numbers = (made.rate, made.gap, made.pause)
    if not all(type(one) is int for one in numbers) or not 8000 <= made.rate <= 96_000:
        raise BadClipSet(f"{path}: rate is 8000 to 96000, gap and pause are whole ms")
    if min(made.gap, made.pause) < 0:
        raise BadClipSet(f"{path}: gap and pause must not be negative")
    return made
