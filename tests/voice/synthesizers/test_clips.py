"""The clip voice: recorded words joined into a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from tests.voice.sounds import Instant, tone
from voice import sound
from voice.cache import Cache
from voice.clip_set import ClipSet, Manifest
from voice.languages import CHINESE
from voice.phrases import broadcast, call, vocabulary
from voice.synthesizers.clips import Clips

pytestmark = pytest.mark.anyio

MANIFEST = Manifest("tones", 8000, gap=20, pause=100)


@pytest.fixture
def clips(tmp_path: Path) -> ClipSet:
    """A set with a tone of 100 ms for each word."""
    made = ClipSet(tmp_path / "set")
    (tmp_path / "set" / "zh-CN").mkdir(parents=True)
    made.describe(MANIFEST)
    for word in vocabulary(CHINESE):
        path = made.clip("zh-CN", word)
        assert path
        tone(100).write(path)
    return made


async def test_words_are_joined(clips: ClipSet, tmp_path: Path) -> None:
    """A clip a word, a gap between two, a pause at the comma."""
    speech = call(CHINESE, "A001", "3")

    path = await Clips(clips, Cache(tmp_path / "cache")).render(speech)

    assert path
    gaps = (len(speech.words) - 2) * MANIFEST.gap + MANIFEST.pause
    assert abs(sound.duration(path) - len(speech.words) * 100 - gaps) <= len(speech.words)


async def test_a_sentence_is_joined_once(clips: ClipSet, tmp_path: Path) -> None:
    """Until one of its clips is recorded anew."""
    voice = Clips(clips, Cache(tmp_path / "cache"))
    speech = call(CHINESE, "A001", "3")
    first = await voice.render(speech)
    assert await voice.render(speech) == first

    again = clips.clip("zh-CN", "请")
    assert again
    tone(200).write(again)

    second = await voice.render(speech)
    assert first
    assert second
    assert sound.duration(second) - sound.duration(first) == 100


async def test_a_recording_of_another_rate(clips: ClipSet, tmp_path: Path) -> None:
    """It is joined at the rate of the set, as long as it was."""
    voice = Clips(clips, Cache(tmp_path / "cache"))
    speech = call(CHINESE, "A001", "3")
    before = await voice.render(speech)
    other = clips.clip("zh-CN", "请")
    assert other
    tone(100, rate=44_100).write(other)

    after = await voice.render(speech)

    assert before
    assert after
    assert sound.read(after).rate == 8000
    assert abs(sound.duration(after) - sound.duration(before)) <= 2


async def test_what_is_missing_is_said_by_another(clips: ClipSet, tmp_path: Path) -> None:
    """Only the word that the set lacks, or the whole of what it has nothing of."""
    missing = clips.clip("zh-CN", "窗口")
    assert missing
    missing.unlink()
    other = Instant(tmp_path)
    voice = Clips(clips, Cache(tmp_path / "cache"), other)

    await voice.render(call(CHINESE, "A001", "3"))
    await voice.render(broadcast("请排队", (CHINESE,)))

    assert [speech.text for speech in other.asked] == ["窗口", "请排队"]


async def test_what_is_missing_is_named(clips: ClipSet, tmp_path: Path) -> None:
    """Without another voice there is no sentence with a hole in it."""
    missing = clips.clip("zh-CN", "窗口")
    assert missing
    missing.unlink()

    with pytest.raises(DeviceError, match="lacks '窗口'"):
        await Clips(clips, Cache(tmp_path / "cache")).render(call(CHINESE, "A001", "3"))


async def test_a_clip_that_is_broken(clips: ClipSet, tmp_path: Path) -> None:
    """It is named, and nothing half is kept."""
    broken = clips.clip("zh-CN", "请")
    assert broken
    broken.write_bytes(b"not a sound")

    with pytest.raises(DeviceError, match=r"请\.wav"):
        await Clips(clips, Cache(tmp_path / "cache")).render(call(CHINESE, "A001", "3"))

    assert list((tmp_path / "cache").iterdir()) == []


async def test_the_chime_of_the_set(clips: ClipSet, tmp_path: Path) -> None:
    """Its own when it has one, and ours when it has none or a broken one."""
    voice = Clips(clips, Cache(tmp_path / "cache"))
    assert await voice.chime() == sound.chime()

    tone(70).write(clips.chime)
    assert (await voice.chime()).duration == 70

    clips.chime.write_bytes(b"broken")
    assert await voice.chime() == sound.chime()
