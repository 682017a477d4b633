"""A speaker that is a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from tests.voice.sounds import tone
from voice.speakers.file import File

pytestmark = pytest.mark.anyio


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    tone(200).write(tmp_path / "tone.wav")
    return tmp_path / "tone.wav"


async def test_what_would_be_heard_is_there(wav: Path, tmp_path: Path) -> None:
    """By day, zone and announcement, and nothing else beside it."""
    await File(tmp_path / "said", 0).play(wav, ("2026-03-02", "main", "7-A001"))

    said = tmp_path / "said" / "2026-03-02" / "main"
    assert [path.name for path in said.iterdir()] == ["7-A001.wav"]
    assert (said / "7-A001.wav").read_bytes() == wav.read_bytes()


async def test_it_takes_as_long_as_the_sound(wav: Path, tmp_path: Path) -> None:
    """At pace 1 the time is real, for what waits behind it."""
    loop = asyncio.get_running_loop()
    begun = loop.time()

    await File(tmp_path / "said", 1).play(wav, ("day", "main", "1"))

    assert loop.time() - begun >= 0.2


async def test_the_oldest_sounds_make_room(wav: Path, tmp_path: Path) -> None:
    """A hall that is shown to visitors must not fill its disk."""
    speaker = File(tmp_path / "said", 0, keep=2)
    for at, call in enumerate(("1-A001", "2-A002", "3-A003", "4-A004")):
        await speaker.play(wav, (f"2026-03-0{1 + at // 2}", "main", call))

    said = sorted((tmp_path / "said").rglob("*.wav"))
    assert [path.name for path in said] == ["3-A003.wav", "4-A004.wav"]
    assert [day.name for day in (tmp_path / "said").iterdir()] == ["2026-03-02"]


@pytest.mark.parametrize("zone", ["../../etc", "a/b", ".", "", "一楼 A区", "x" * 300, "\0"])
async def test_no_name_leaves_the_folder(zone: str, wav: Path, tmp_path: Path) -> None:
    """A zone may be called anything."""
    await File(tmp_path / "said", 0).play(wav, ("day", zone, "1-A001"))

    (made,) = (tmp_path / "said").rglob("*.wav")
    assert made.parent.parent == tmp_path / "said" / "day"


async def test_a_folder_that_cannot_be_written(wav: Path, tmp_path: Path) -> None:
    """It is trouble of the device."""
    (tmp_path / "said").write_text("in the way")

    with pytest.raises(DeviceError, match="cannot be written"):
        await File(tmp_path / "said", 0).play(wav, ("day", "main", "1"))
