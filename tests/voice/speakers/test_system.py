"""The system's sound card: real programs, real failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError, Offline
from tests.client.programs import alive, first_in_path, program
from tests.voice.sounds import tone
from voice.speakers.system import System

pytestmark = pytest.mark.anyio
NAME = ("2026-03-02", "main", "1-A001")


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    tone(100).write(tmp_path / "tone.wav")
    return tmp_path / "tone.wav"


async def test_a_sound_is_played_by_what_the_system_has(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first sound program that works plays the file."""
    program(tmp_path / "bin", "pw-play", "echo no PipeWire here >&2; exit 1")
    program(tmp_path / "bin", "paplay", f'cp "$1" {tmp_path}/played.wav')
    first_in_path(monkeypatch, tmp_path / "bin")

    await System().play(wav, NAME)

    assert (tmp_path / "played.wav").read_bytes() == wav.read_bytes()


async def test_a_card_by_its_name(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ALSA device is played on by aplay."""
    program(tmp_path / "bin", "aplay", f'echo "$@" > {tmp_path}/asked')
    first_in_path(monkeypatch, tmp_path / "bin")

    await System("plughw:0,0").play(wav, NAME)

    assert (tmp_path / "asked").read_text().split() == ["-q", "-D", "plughw:0,0", str(wav)]


async def test_a_card_that_is_not_there(wav: Path) -> None:
    """Whatever the system says of it reaches ops."""
    with pytest.raises(DeviceError, match="aplay"):
        await System("plughw:29,7").play(wav, NAME)


async def test_a_card_that_is_stuck(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The playing is killed a little after the sound should be over."""
    program(tmp_path / "bin", "aplay", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    first_in_path(monkeypatch, tmp_path / "bin")

    with pytest.raises(Offline, match="aplay hung"):
        await System("stuck", margin=0.4).play(wav, NAME)

    assert not alive(int((tmp_path / "pid").read_text()))


async def test_no_sound_program(wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any says which would do."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Offline, match="pw-play, paplay or aplay"):
        await System().play(wav, NAME)


async def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    """It is not handed on to the card."""
    (tmp_path / "x.wav").write_bytes(b"noise")

    with pytest.raises(DeviceError, match=r"x\.wav"):
        await System().play(tmp_path / "x.wav", NAME)
