"""What a process lets go is let go, however seldom it looks for it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from ops.collecting import COLLECTED, collect_seldom

pytestmark = pytest.mark.anyio


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The other tests of this process collect as they did."""
    known = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*known)


async def test_knots_are_let_go_without_a_look_at_everything() -> None:
    """What was loaded before is looked at no more; what comes and goes is found soon enough."""
    collecting = asyncio.create_task(collect_seldom())
    await asyncio.sleep(0)
    knots = [weakref.ref(Knot()) for _ in range(2 * COLLECTED[0])]
    whole = gc.get_stats()[2]["collections"]
    collecting.cancel()

    assert gc.get_freeze_count() > 1000
    assert sum(knot() is None for knot in knots) >= COLLECTED[0] // 2
    assert gc.get_stats()[2]["collections"] == whole
