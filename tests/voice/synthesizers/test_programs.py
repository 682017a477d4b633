"""The real engines: what they write is real speech, and Mandarin is Mandarin."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from voice import sound
from voice.languages import CHINESE, ENGLISH, LANGUAGES
from voice.phrases import broadcast, call
from voice.synthesizers import synthesizer

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]


@pytest.mark.parametrize("url", ["espeak:", "pyttsx3:"])
@pytest.mark.parametrize("code", sorted(LANGUAGES))
async def test_real_speech(url: str, code: str, tmp_path: Path) -> None:
    """A call takes seconds, is loud enough, and has pauses as speech has."""
    path = await synthesizer(url, tmp_path).render(call(LANGUAGES[code], "A001", "12"))

    assert path
    made = sound.read(path)
    assert 2000 < made.duration < 9000
    assert made.loudness > 1000
    steps = [
        sound.Sound(made.rate, made.samples[at : at + made.rate // 50]).loudness
        for at in range(0, len(made.samples), made.rate // 50)
    ]
    assert 0.05 < sum(step < sound.QUIET for step in steps) / len(steps) < 0.7


async def test_faster_is_shorter(tmp_path: Path) -> None:
    """The rate of the URL is heard, and kept apart in the cache."""
    lasts = []
    for rate in (120, 240):
        path = await synthesizer(f"espeak:?rate={rate}", tmp_path).render(call(ENGLISH, "A1", "2"))
        assert path
        lasts.append(sound.duration(path))

    assert lasts[1] < lasts[0] * 0.8


@pytest.mark.parametrize(
    "text",
    [
        *(call(CHINESE, f"{letter}019", "245").text for letter in "AKW"),
        call(CHINESE, "A378", "6", phone=True).text,
        broadcast("请于17:30前离开大厅", (CHINESE,)).text,
    ],
)
def test_mandarin_is_not_read_as_english(text: str) -> None:
    """espeak-ng's first voice of ours has no English phonemes in a call; its plain cmn may."""
    asked = ["espeak-ng", "-q", "-x", "-v", CHINESE.voices[0], text]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)

    assert "(en)" not in told.stdout
    assert told.stdout.strip()


def test_english_letters_are_read_by_name() -> None:
    """Ticket A is no article."""
    text = call(ENGLISH, "A001", "A").text
    asked = ["espeak-ng", "-q", "-x", "-v", ENGLISH.voices[0], text]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)

    assert told.stdout.count("eI") == 2
