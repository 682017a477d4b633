"""What Redis keeps of a hall-day besides its tickets."""

from __future__ import annotations

from datetime import date

import pytest

from queue_server.domain.civil import date_of
from queue_server.domain.layout import Layout
from queue_server.engine.opening import counts, plan_digest
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import take


def test_counts_of_a_day_that_has_none_yet() -> None:
    """Nothing told, nobody there."""
    assert counts(None) == [0, 0, 0, 0, 0]
    assert counts("7 1772411400000 3 2 1") == [7, 1_772_411_400_000, 3, 2, 1]


def test_the_date_is_the_halls_own(layout: Layout) -> None:
    """Half past midnight in China is still yesterday in London."""
    assert date_of(1_772_382_600_000, layout.zone()) == date(2026, 3, 2)


@pytest.mark.anyio
async def test_an_opening_says_how_far_the_day_is(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """The keeper of the hours reads it once a second."""
    await take(hall, "G1")
    opening = await hall.opening()

    assert opening is not None
    assert (opening.day, opening.state, opening.live, opening.speed) == ("2026-03-02", "open", 1, 1)
    assert opening.published == plan_digest(layout, clock.now)
