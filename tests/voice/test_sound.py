"""Sound as samples: read, written, joined, trimmed, measured."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.sounds import tone
from voice import sound
from voice.sound import NotASound, Sound

SAMPLES = st.lists(st.integers(-32768, 32767), max_size=300).map(lambda them: array("h", them))


@given(samples=SAMPLES)
def test_what_is_written_is_read(
    samples: array[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A WAV file gives back its samples."""
    path = tmp_path_factory.getbasetemp() / "round-trip.wav"

    Sound(22_050, samples).write(path)

    assert sound.read(path) == Sound(22_050, samples)


@given(samples=SAMPLES, rate=st.sampled_from([8000, 16_000, 22_050, 44_100, 48_000]))
def test_another_rate_is_the_same_sound(samples: array[int], rate: int) -> None:
    """As long and never louder, at any rate."""
    made = Sound(22_050, samples).resampled(rate)

    assert abs(made.duration - Sound(22_050, samples).duration) <= 1
    assert max(map(abs, made.samples), default=0) <= max(map(abs, samples), default=0)


@given(samples=SAMPLES, percent=st.integers(0, 100))
def test_softer(samples: array[int], percent: int) -> None:
    """No volume is louder than the whole."""
    made = Sound(8000, samples).at_volume(percent)

    assert all(abs(soft) <= abs(loud) for soft, loud in zip(made.samples, samples, strict=True))


def test_silence_at_the_ends_is_cut() -> None:
    """Trimming keeps the sound and a short margin; silence alone stays as it is."""
    padded = sound.joined([sound.silence(400, 8000), tone(300), sound.silence(700, 8000)], 8000)

    assert 300 <= padded.trimmed().duration <= 350
    assert sound.silence(100, 8000).trimmed().duration == 100


def test_loudness() -> None:
    """The root mean square: 0 for silence, peak ÷ √2 for a tone."""
    assert sound.silence(100, 8000).loudness == 0
    assert tone(500, loud=10_000).loudness == pytest.approx(7071, rel=0.01)


def test_a_stereo_recording_is_mixed(tmp_path: Path) -> None:
    """Who records clips need not know about channels."""
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(array("h", [100, 300, -200, 0]).tobytes())

    assert sound.read(path).samples.tolist() == [200, -100]


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"RIFF\x00\x00\x00\x00WAVE"])
def test_garbage_is_no_sound(tmp_path: Path, garbage: bytes) -> None:
    """What is no WAV file is told as such, whichever way one looks at it."""
    path = tmp_path / "x.wav"
    path.write_bytes(garbage)

    for look in (sound.read, sound.duration):
        with pytest.raises(NotASound, match=r"x\.wav"):
            look(path)


def test_eight_bits_are_refused(tmp_path: Path) -> None:
    """Samples of another width are named, not guessed at."""
    path = tmp_path / "eight.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(bytes(100))

    with pytest.raises(NotASound, match="16-bit"):
        sound.read(path)


def test_the_chime_is_two_soft_tones() -> None:
    """It is heard, short, never clipped, and begins and ends in silence."""
    chime = sound.chime()

    assert 800 <= chime.duration <= 1500
    assert chime.loudness > 1000
    assert max(map(abs, chime.samples)) < 0.5 * 32767
    assert abs(chime.samples[0]) < 200
    assert abs(chime.samples[-1]) < 400
