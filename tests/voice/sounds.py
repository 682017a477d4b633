"""Sounds to test with, and programs that pretend to speak."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path

from tests.client.programs import program
from voice.cache import Cache
from voice.phrases import Speech
from voice.sound import Sound
from voice.synthesizers.engine import Engine, Program


def tone(lasts: int, rate: int = 8000, loud: int = 8000, pitch: float = 440.0) -> Sound:
    """A plain tone of `lasts` ms."""
    count = lasts * rate // 1000
    wave = (round(loud * math.sin(2 * math.pi * pitch * at / rate)) for at in range(count))
    return Sound(rate, array("h", wave))


class Instant:
    """A synthesizer that needs no time: a tone for everything, shorter than any speech."""

    def __init__(self, folder: Path, lasts: int = 50) -> None:
        self.wav = folder / "instant.wav"
        tone(lasts).write(self.wav)
        self.asked: list[Speech] = []

    async def render(self, speech: Speech) -> Path | None:
        self.asked.append(speech)
        return self.wav

    async def chime(self) -> Sound:
        return tone(10)


def engine(folder: Path, script: str, limit: float = 5, rest: float = 10) -> Engine:
    """A speech program that runs a script: $1 is its voice, $2 its rate, $3 the file."""
    path = program(folder, "talker", f"echo $$ >> {folder}/runs; {script}")

    def command(voice: str, rate: int, out: Path) -> Sequence[str]:
        return (str(path), voice, str(rate), str(out))

    return Engine(Program("talker", command, limit), Cache(folder / "cache"), rest=rest)


def runs(folder: Path) -> list[int]:
    return [int(pid) for pid in (folder / "runs").read_text().split()]
