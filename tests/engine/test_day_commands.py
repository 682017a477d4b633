"""Opening and closing a day, and a drill, as small stories on real Redis."""

from __future__ import annotations

import pytest

from queue_server.domain import refusals
from queue_server.domain.hall import Position
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.engine.stories import called, kinds, open_windows, take, told

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("policy", "waiting", "serving"),
    [
        ("wait", "waiting", "serving"),
        ("expire", "expired", "serving"),
        ("force", "expired", "expired"),
    ],
)
async def test_closing_the_day(hall: RedisHall, policy: str, waiting: str, serving: str) -> None:
    """延时服务 waits for the last visitor; the other policies do not."""
    at_window = await take(hall, "G1")
    in_lane = await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.start("1")

    await hall.close_day(policy)

    view = await hall.view()
    assert (view.tickets[in_lane].state, view.tickets[at_window].state) == (waiting, serving)
    assert view.state == ("closed" if policy == "force" else "closing")
    with pytest.raises(refusals.DayIsClosed):
        await hall.take("G1")


async def test_the_last_visitor_closes_the_day(hall: RedisHall) -> None:
    """The event follows the last finish in the same step."""
    await take(hall, "G1")
    await open_windows(hall, "1")
    await called(hall, "1")
    await hall.close_day("wait")

    assert kinds(await hall.finish("1")) == ["ticket.finished", "day.closed"]


async def test_a_day_closed_by_mistake_goes_on_with_its_numbers(hall: RedisHall) -> None:
    """Opened again on the same date, A002 follows A001, and the stream goes on."""
    await take(hall, "G1")
    await hall.close_day("force")
    event = (await hall.open_day())[0]

    assert getattr(event, "again", None) is True
    assert await take(hall, "G1") == "A002"
    seqs = [e.seq for e in await hall.events(Position(event.day, 0), 100)]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_a_drill_has_a_clock_of_its_own(hall: RedisHall, clock: Clock) -> None:
    """Sixty times as fast, from the time it was given; the ordinary day is another day."""
    await hall.close_day("force")
    await hall.open_day(speed=60, starts=clock.now - 3_600_000)
    begun = await hall.now()
    clock.pass_(seconds=10)

    assert await hall.now() - begun == 600_000
    assert "drill" in (await hall.view()).day


async def test_nothing_is_heard_when_the_hall_is_closed(closed_hall: RedisHall) -> None:
    """Every command of a hall that was never opened is refused, and nothing breaks."""
    for verb, words in (("take", {"service": "G1"}), ("call_next", {"window": "1"})):
        try:
            outcome: object = await getattr(closed_hall, verb)(**words)
        except refusals.Refused as refused:
            outcome = refused
        assert told(outcome) == "DAY_CLOSED"
