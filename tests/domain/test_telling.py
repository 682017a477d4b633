"""What is told of a day whichever way it comes: opened twice, or a held visitor called by name."""

from __future__ import annotations

import pytest

from queue_server.domain.events import TicketCalled
from queue_server.domain.hall import Position
from queue_server.domain.story import Story
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import called, open_windows, take

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def test_a_day_opened_again_began_when_it_was_opened_first(
    hall: RedisHall, clock: Clock
) -> None:
    """Whether its events come in one batch or one by one."""
    began = (await hall.view()).opened
    await hall.close_day("force")
    clock.pass_(minutes=5)
    await hall.open_day()
    await open_windows(hall, "1")
    await take(hall, "G1")
    events = await hall.events(Position((await hall.view()).day, 0), 100)

    by_one, story = HallView(), Story()
    for event in events:
        by_one, story = by_one.after([event]), story.after([event])[0]

    whole = HallView().after(events)
    assert (by_one.opened, whole.opened) == (began, began)
    assert whole == by_one
    assert Story().after(events)[0].estimates == story.estimates


async def test_a_held_visitor_who_is_called_has_not_waited(hall: RedisHall, clock: Clock) -> None:
    """Called back by number as by `unhold`: the hold is no wait, nor is what came before it."""
    await open_windows(hall, "1")
    number = await take(hall, "G1")
    clock.pass_(minutes=3)
    await called(hall, "1")
    await hall.start("1")
    clock.pass_(minutes=10)
    await hall.hold("1")
    clock.pass_(minutes=2)

    (event,) = await hall.call("1", number)

    assert isinstance(event, TicketCalled)
    assert (event.rule, event.wait) == ("by_number", 0)
    assert [call.wait for call in (await hall.view()).calls] == [3 * MINUTE, 0]
