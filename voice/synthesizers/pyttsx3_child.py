"""A process that says one text with pyttsx3 into a WAV file, and ends.

`python pyttsx3_child.py VOICE RATE OUT`, the text on standard input. Run by `pyttsx3_voice.py`.
pyttsx3's espeak driver comes back from `runAndWait` before its engine has written the file, and
swallows a voice that there is not; so we wait for the file, and listen to its errors.
"""

from __future__ import annotations

import sys
import time
import wave
from pathlib import Path

#: How long the file is waited for (s); whoever started us has a limit of his own.
_PATIENCE = 30.0


def main(voice: str, rate: str, out: str) -> None:
    """Write what standard input says to the file `out`."""
    import pyttsx3

    troubles: list[object] = []
    engine = pyttsx3.init()
    engine.connect("error", lambda name=None, exception=None: troubles.append(exception or name))
    engine.setProperty("voice", voice)
    engine.setProperty("rate", int(rate))
    engine.save_to_file(sys.stdin.buffer.read().decode(), out)
    engine.runAndWait()
    until = time.monotonic() + _PATIENCE
    while not (troubles or _is_whole(Path(out))) and time.monotonic() < until:
        time.sleep(0.02)
    if troubles:
        sys.exit(f"{voice}: {troubles[0]}")


def _is_whole(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as file:
            frames, size = file.getnframes(), file.getnchannels() * file.getsampwidth()
    except (OSError, EOFError, wave.Error):
        return False
    return frames > 0 and path.stat().st_size >= frames * size


if __name__ == "__main__":
    main(*sys.argv[1:])
