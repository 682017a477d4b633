"""The chime and the speech, as one sound."""

from __future__ import annotations

from pathlib import Path

from tests.voice.sounds import tone
from voice.mixing import AFTER_CHIME, BETWEEN, mixed


def test_speech_begins_after_the_chime(tmp_path: Path) -> None:
    """Chime, a breath, one language, a breath, the other."""
    for name, lasts in (("zh", 300), ("en", 200)):
        tone(lasts).write(tmp_path / f"{name}.wav")

    mix = mixed(tone(100), [tmp_path / "zh.wav", tmp_path / "en.wav"], 100)

    assert mix.lead == 100 + AFTER_CHIME
    assert mix.sound.duration == mix.lead + 300 + BETWEEN + 200


def test_the_chime_alone() -> None:
    """Without speech it sounds all the same, as loud as it is set."""
    mix = mixed(tone(100, loud=8000), [], 50)

    assert (mix.lead, mix.sound.duration) == (0, 100)
    assert max(mix.sound.samples) <= 4000


def test_different_rates_meet_at_the_higher(tmp_path: Path) -> None:
    """A chime of another rate keeps its length."""
    tone(400, rate=16_000).write(tmp_path / "speech.wav")

    mix = mixed(tone(100, rate=8000), [tmp_path / "speech.wav"], 100)

    assert mix.sound.rate == 16_000
    assert mix.sound.duration == 100 + AFTER_CHIME + 400
