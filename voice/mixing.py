"""Put an announcement together: the chime, and the speech in each language in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voice import sound
from voice.sound import Sound

#: Silence between the chime and the speech, and between two languages (ms).
AFTER_CHIME, BETWEEN = 150, 500


@dataclass(frozen=True)
class Mix:
    """What to play; its speech begins `lead` ms after its beginning."""

    sound: Sound
    lead: int


def mixed(chime: Sound | None, speeches: Sequence[Path], volume: int) -> Mix:
    """A chime, if any, and speeches from WAV files, at `volume` percent; raises NotASound."""
    said = [sound.read(path) for path in speeches]
    rate = max(one.rate for one in (*said, *((chime,) if chime else ())))
    before = [chime] if chime else []
    if chime and said:
        before.append(sound.silence(AFTER_CHIME, rate))
    lead = sum(one.duration for one in before) if said else 0
    parts = [*before]
    for at, one in enumerate(said):
        parts += [sound.silence(BETWEEN, rate), one] if at else [one]
    return Mix(sound.joined(parts, rate).at_volume(volume), lead)
