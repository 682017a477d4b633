"""Sound as this package knows it: 16-bit mono samples, read from and written to WAV files.

Joining, trimming and measuring with the standard library alone. Whatever here takes a whole
announcement takes some milliseconds, so a service calls it in a thread.
"""

from __future__ import annotations

import math
import os
import sys
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path
from tempfile import NamedTemporaryFile

FULL = 32767
#: Samples below this are silence to the ear (-46 dB of full scale).
QUIET = 160
_STEP = 5
_MARGIN = 20


class NotASound(ValueError):
    """This file is no WAV that we can use; the text says why."""


@dataclass(frozen=True)
class Sound:
    """16-bit mono samples, `rate` of them a second."""

    rate: int
    samples: array[int]

    @property
    def duration(self) -> int:
        """How long it takes (ms)."""
        return len(self.samples) * 1000 // self.rate

    @property
    def loudness(self) -> float:
        """The root mean square of the samples, 0 to 32767."""
        squares = sum(map(mul, self.samples, self.samples))
        return math.sqrt(squares / len(self.samples)) if self.samples else 0.0

    def trimmed(self) -> Sound:
        """Without the silence at its ends, but for a short margin."""
        step = max(self.rate * _STEP // 1000, 1)
        parts = range(0, len(self.samples), step)
        loud = [at for at in parts if max(map(abs, self.samples[at : at + step])) > QUIET]
        if not loud:
            return self
        margin = self.rate * _MARGIN // 1000
        return Sound(self.rate, self.samples[max(loud[0] - margin, 0) : loud[-1] + step + margin])

    def resampled(self, rate: int) -> Sound:
        """The same at another rate, by linear interpolation."""
        if rate == self.rate or not self.samples:
            return Sound(rate, self.samples)
        old, last = self.samples, len(self.samples) - 1
        made = array("h", bytes(2 * (len(old) * rate // self.rate)))
        for at in range(len(made)):
            place, part = divmod(at * self.rate, rate)
            here = old[place]
            made[at] = here + (old[min(place + 1, last)] - here) * part // rate
        return Sound(rate, made)

    def at_volume(self, percent: int) -> Sound:
        """The same, softer; 100 is as it is."""
        if percent == 100:
            return self
        return Sound(self.rate, array("h", (one * percent // 100 for one in self.samples)))

    def write(self, path: Path) -> None:
        """Write a WAV file, whole or not at all; raises OSError."""
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                with wave.open(file, "wb") as out:
                    out.setparams((1, 2, self.rate, 0, "NONE", ""))
                    out.writeframes(_little(self.samples).tobytes())
                os.chmod(file.name, 0o644)
                os.replace(file.name, path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


def silence(duration: int, rate: int) -> Sound:
    """Nothing, for `duration` ms."""
    return Sound(rate, array("h", bytes(2 * (duration * rate // 1000))))


def joined(sounds: Iterable[Sound], rate: int) -> Sound:
    """Sounds one after the other."""
    samples = array("h")
    for sound in sounds:
        samples += sound.resampled(rate).samples
    return Sound(rate, samples)


def read(path: Path) -> Sound:
    """A 16-bit WAV file; more channels are mixed into one. Raises NotASound."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate, _, _, _ = file.getparams()
            frames = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise NotASound(f"{path.name} is no WAV file: {error or 'it is cut off'}") from error
    if width != 2 or rate <= 0:
        raise NotASound(f"{path.name} must have 16-bit samples, not {8 * width}-bit ones")
    samples = _little(array("h", frames[: len(frames) // 2 * 2]))
    if channels > 1:
        tracks = [samples[at::channels] for at in range(channels)]
        mixed = (sum(together) // channels for together in zip(*tracks, strict=False))
        samples = array("h", mixed)
    return Sound(rate, samples)


def duration(path: Path) -> int:
    """How long a WAV file takes (ms), by its header; raises NotASound."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() * 1000 // file.getframerate()
    except (OSError, EOFError, wave.Error, ZeroDivisionError) as error:
        raise NotASound(f"{path.name} is no WAV file: {error or 'it is cut off'}") from error


@lru_cache(maxsize=4)
def chime(rate: int = 22_050) -> Sound:
    """Two soft tones, the higher first: somebody is about to be called."""
    first, second = _tone(659.26, 900, rate), _tone(523.25, 900, rate)
    begins = 380 * rate // 1000
    made = array("h", first) + array("h", bytes(2 * begins))
    for at, one in enumerate(second):
        made[begins + at] += one
    return Sound(rate, made)


def _tone(pitch: float, lasts: int, rate: int) -> list[int]:
    """A struck bar: a sine and its octave that die away, `lasts` ms; `pitch` in Hz."""
    made = []
    for at in range(lasts * rate // 1000):
        time = at / rate
        strike = min(time / 0.008, 1.0) * math.exp(-5.0 * time)
        turn = 2 * math.pi * pitch * time
        made.append(round(FULL * 0.28 * strike * (math.sin(turn) + 0.25 * math.sin(2 * turn))))
    return made


def _little(samples: array[int]) -> array[int]:
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples
