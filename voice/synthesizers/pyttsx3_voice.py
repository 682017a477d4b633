"""pyttsx3, which speaks with what the system has: espeak-ng, SAPI on Windows, and others.

It keeps one engine per process, and has hung or fallen silent on the second run (its issues 126,
131, 327, 402), so each text gets a process of its own: `pyttsx3_child.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from voice.synthesizers.engine import Program

_CHILD = Path(__file__).with_name("pyttsx3_child.py")


def _command(voice: str, rate: int, out: Path) -> Sequence[str]:
    # -P: no module beside the child may stand in for one of pyttsx3's.
    return (sys.executable, "-P", str(_CHILD), voice, str(rate), str(out))


PYTTSX3 = Program("pyttsx3", _command, limit=6.0)
