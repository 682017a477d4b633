"""espeak-ng, a small speech program that every distribution has, in many languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voice.synthesizers.engine import Program


def _command(voice: str, rate: int, out: Path) -> Sequence[str]:
    return ("espeak-ng", "-b", "1", "-v", voice, "-s", str(rate), "-w", str(out), "--stdin")


ESPEAK = Program("espeak-ng", _command, limit=4.0)
