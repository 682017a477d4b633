"""Engines as real programs, which hang, die, and write garbage or silence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from queue_server.client.device import DeviceError, Offline
from tests.client.programs import alive
from tests.voice.sounds import engine, runs, tone
from voice import sound
from voice.languages import CHINESE
from voice.phrases import Speech, call

pytestmark = pytest.mark.anyio

SPEECH = call(CHINESE, "A001", "3")
WORD = Speech("zh-CN", ("请",), "请", "请")


@pytest.fixture
def speech_wav(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    tone(900).write(path)
    return path


async def test_a_text_is_made_once(tmp_path: Path, speech_wav: Path) -> None:
    """However often and by however many it is asked for, one process makes it."""
    talker = engine(tmp_path, f'cp {speech_wav} "$3"; sleep 0.2')

    paths = await asyncio.gather(*(talker.render(SPEECH) for _ in range(5)))
    paths.append(await talker.render(SPEECH))

    assert len(set(paths)) == 1
    assert len(runs(tmp_path)) == 1
    assert sound.read(paths[0]).duration == 900


async def test_another_process_finds_what_was_made(tmp_path: Path, speech_wav: Path) -> None:
    """The cache is on disk: a restart costs no synthesis."""
    await engine(tmp_path, f'cp {speech_wav} "$3"').render(SPEECH)
    dead = engine(tmp_path, "exit 1")

    assert (await dead.render(SPEECH)).exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("kill -9 $$", "failed"),
        ("echo cannot speak >&2; exit 2", "cannot speak"),
        ("exit 0", "no WAV"),
        ('head -c 5000 /dev/urandom > "$3"', "no WAV"),
        ('printf "RIFF" > "$3"', "no WAV"),
        ('rm "$3"', "no WAV"),
    ],
)
async def test_an_engine_that_dies_or_writes_garbage(
    tmp_path: Path, script: str, said: str
) -> None:
    """It is told as such, and nothing of it is kept or left behind."""
    talker = engine(tmp_path, script)

    with pytest.raises(DeviceError, match=said):
        await talker.render(SPEECH)

    assert list((tmp_path / "cache").iterdir()) == []


async def test_silence_is_not_speech(tmp_path: Path) -> None:
    """An engine that has fallen silent is found out."""
    sound.silence(3000, 8000).write(tmp_path / "silence.wav")
    talker = engine(tmp_path, f'cp {tmp_path}/silence.wav "$3"')

    with pytest.raises(DeviceError, match="only silence"):
        await talker.render(SPEECH)


async def test_a_click_is_not_speech(tmp_path: Path) -> None:
    """A sentence of twelve words takes longer than a word."""
    tone(150).write(tmp_path / "click.wav")
    talker = engine(tmp_path, f'cp {tmp_path}/click.wav "$3"')

    assert await talker.render(WORD)
    with pytest.raises(DeviceError, match="too short"):
        await talker.render(SPEECH)


async def test_an_engine_that_hangs_is_killed_and_left_alone(tmp_path: Path) -> None:
    """It costs its time limit once, not once for each announcement after it."""
    talker = engine(tmp_path, "sleep 60", limit=0.5)

    with pytest.raises(Offline, match="hung"):
        await talker.render(SPEECH)
    with pytest.raises(Offline, match="hung"):
        await talker.render(WORD)

    assert len(runs(tmp_path)) == 1
    assert not alive(runs(tmp_path)[0])


async def test_an_engine_that_hung_is_asked_again_later(tmp_path: Path, speech_wav: Path) -> None:
    """After its rest it may speak."""
    script = f'[ -e {tmp_path}/well ] || sleep 60; cp {speech_wav} "$3"'
    talker = engine(tmp_path, script, limit=0.5, rest=0)
    with pytest.raises(Offline):
        await talker.render(SPEECH)

    (tmp_path / "well").touch()

    assert await talker.render(SPEECH)


async def test_the_next_best_voice(tmp_path: Path, speech_wav: Path) -> None:
    """What one version of an engine calls a voice another may not know."""
    script = f'[ "$1" = cmn ] || {{ echo no voice $1 >&2; exit 1; }}; cp {speech_wav} "$3"'
    talker = engine(tmp_path, script)

    assert await talker.render(SPEECH)

    with pytest.raises(DeviceError, match="no voice"):
        await talker.render(call(CHINESE, "A001", "3").__class__("en", ("a",), "a", "a"))


async def test_a_language_without_a_voice(tmp_path: Path) -> None:
    """Nothing is run for what no voice can say."""
    with pytest.raises(DeviceError, match="no voice for xx"):
        await engine(tmp_path, "exit 0").render(Speech("xx", ("a",), "a", "a"))


async def test_a_disk_that_is_full_or_closed(tmp_path: Path) -> None:
    """A cache that cannot be written is trouble of the device, not a crash."""
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(DeviceError, match="no sound can be kept"):
        await engine(tmp_path, "exit 0").render(SPEECH)
