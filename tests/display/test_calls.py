"""Which calls are still to be seen."""

from __future__ import annotations

import pytest

from display.calls import at_windows, visits
from queue_server.engine.redis_hall import RedisHall
from tests.display.stories import called, open_windows, take

pytestmark = pytest.mark.anyio


async def test_only_present_visitors_are_at_windows(hall: RedisHall) -> None:
    """Who was called or is served is there; who has finished is not."""
    await open_windows(hall, "1", "3")
    await take(hall, "G1")
    police = await take(hall, "P1")
    await called(hall, "1")
    await called(hall, "3")
    await hall.finish("1")

    view = await hall.view()

    assert [visit.ticket for visit in at_windows(view)] == [police]
    assert len(visits(view, 10)) == 2
    assert [visit.window for visit in visits(view, 10, {"1"})] == ["1"]
    assert len(visits(view, 1)) == 1
