"""Several parts, one state."""

from __future__ import annotations

import pytest

from queue_server.client.device import Device
from queue_server.engine.redis_hall import RedisHall
from voice.troubles import Troubles

pytestmark = pytest.mark.anyio


async def test_the_worst_trouble_is_the_state(hall: RedisHall) -> None:
    """One part that works again does not hide another that does not."""
    device = Device(hall, "voice-1", "voice")
    troubles = Troubles(device)

    troubles.note("speaker east", "no card")
    troubles.note("synthesizer", "no English", "warning")
    assert (device.state, device.error) == ("failed", "no card; no English")

    troubles.over("speaker east")
    assert (device.state, device.error) == ("warning", "no English")

    troubles.over("synthesizer")
    assert (device.state, device.error) == ("ok", "")


async def test_one_cause_is_told_once(hall: RedisHall) -> None:
    """A dead card is one trouble, in however many zones."""
    device = Device(hall, "voice-1", "voice")
    troubles = Troubles(device)

    for zone in ("east", "west"):
        troubles.note(f"speaker {zone}", "no card")

    assert device.error == "no card"
    assert troubles.has("speaker west")
