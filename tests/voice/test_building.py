"""A clip set that a synthesizer makes."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from tests.voice.sounds import Instant, tone
from voice import sound
from voice.building import Progress, build
from voice.clip_set import ClipSet, Manifest
from voice.languages import CHINESE, ENGLISH
from voice.phrases import call, vocabulary
from voice.synthesizers import synthesizer

pytestmark = pytest.mark.anyio

#: Digits, letters and the sentence: enough to call A001 to window 3, and quick to make.
SMALL = replace(CHINESE, cardinals=CHINESE.digits, behind=(), hundreds=(), thousands=())


async def test_a_set_of_real_speech(tmp_path: Path) -> None:
    """What is built has every word, trimmed, and can be joined into a call."""
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    folder, cache = tmp_path / "set", tmp_path / "cache"
    told: list[Progress] = []

    built = await build(folder, [SMALL], synthesizer("espeak:", cache), told.append)

    words = vocabulary(SMALL)
    assert (built.done, built.total, built.made) == (len(words),) * 3
    assert [one.done for one in told] == list(range(1, len(words) + 1))
    for word in words:
        clip = sound.read(folder / "zh-CN" / f"{word}.wav")
        assert 60 < clip.duration < 1500
        assert clip.loudness > 500
        assert clip.trimmed().duration == clip.duration
    said = await synthesizer(f"clips://{folder}", cache).render(call(SMALL, "A001", "3"))
    assert said
    assert 2000 < sound.duration(said) < 8000
    assert sound.read(said).loudness > 1000


async def test_a_build_goes_on_where_it_was(tmp_path: Path) -> None:
    """What is there stays: what was made, and what somebody recorded."""
    voice = Instant(tmp_path)
    await build(tmp_path / "set", [SMALL], voice)
    recorded = tmp_path / "set" / "zh-CN" / "零.wav"
    tone(333).write(recorded)
    (tmp_path / "set" / "zh-CN" / "一.wav").unlink()
    voice.asked.clear()

    built = await build(tmp_path / "set", [SMALL], voice)

    assert built.made == 1
    assert [speech.text for speech in voice.asked] == ["一"]
    assert sound.duration(recorded) == 333


async def test_a_set_has_one_rate(tmp_path: Path) -> None:
    """Clips are made at the rate of the manifest, which is written once."""
    await build(tmp_path / "set", [SMALL], Instant(tmp_path), manifest=Manifest("a", 16_000))
    await build(tmp_path / "set", [ENGLISH], Instant(tmp_path), manifest=Manifest("b", 44_100))

    assert ClipSet(tmp_path / "set").manifest() == Manifest("a", 16_000)
    assert sound.read(tmp_path / "set" / "en" / "one_hundred.wav").rate == 16_000


async def test_two_builds_of_one_folder(tmp_path: Path) -> None:
    """They do each other no harm."""
    voice = Instant(tmp_path)

    await asyncio.gather(*(build(tmp_path / "set", [SMALL], voice) for _ in range(2)))

    clips = list((tmp_path / "set" / "zh-CN").iterdir())
    assert len(clips) == len(vocabulary(SMALL))
    assert {sound.duration(clip) for clip in clips} == {49}


async def test_a_synthesizer_that_says_nothing(tmp_path: Path) -> None:
    """There is no clip set of chimes."""
    with pytest.raises(DeviceError, match="says nothing"):
        await build(tmp_path / "set", [SMALL], synthesizer("chime:", tmp_path))


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """The reason is told."""
    (tmp_path / "set").write_text("in the way")

    with pytest.raises(DeviceError, match="no clip set can be built"):
        await build(tmp_path / "set", [SMALL], Instant(tmp_path))
