"""Which calls are still to be seen."""

from __future__ import annotations

import pytest

from display.calls import at_windows, visits
from queue_server.domain.facts import Call, WindowView
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.display.stories import called, open_windows, take


@pytest.mark.anyio
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


def test_no_call_is_lost_in_a_hall_of_many_windows() -> None:
    """The newest are the newest, however many windows are busy at once."""
    numbers = range(1, 101)
    view = HallView(
        tickets={f"A{n:03}": busy(n) for n in numbers},
        windows={str(n): WindowView(number=str(n), ticket=f"A{n:03}") for n in numbers},
        calls=tuple(
            Call(at=n, seq=n, ticket=f"A{n:03}", window=str(n), lane="a", class_="", wait=0)
            for n in numbers
        ),
    )
    assert [visit.ticket for visit in visits(view, 3)] == ["A100", "A099", "A098"]


def busy(n: int) -> Ticket:
    return Ticket(
        number=f"A{n:03}",
        state=State.CALLED,
        lane="a",
        class_="ordinary",
        services=(),
        taken=0,
        entered=0,
        counts_from=0,
        entry=n,
        since=0,
        window=str(n),
        called=n,
        call_seq=n,
        calls=1,
    )
