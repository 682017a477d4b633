"""No speaker."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from tests.voice.sounds import tone
from voice.speakers.silent import Silent

pytestmark = pytest.mark.anyio


async def test_it_takes_its_time_in_silence(tmp_path: Path) -> None:
    """As long as the sound × pace."""
    tone(400).write(tmp_path / "tone.wav")
    loop = asyncio.get_running_loop()
    begun = loop.time()

    await Silent(0.5).play(tmp_path / "tone.wav", ())

    assert loop.time() - begun >= 0.2


async def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    """Even silence wants a sound."""
    with pytest.raises(DeviceError, match=r"x\.wav"):
        await Silent().play(tmp_path / "x.wav", ())
