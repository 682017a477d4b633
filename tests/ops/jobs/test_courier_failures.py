"""A receiver that fails, hangs, refuses or is gone: everything comes all the same, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from queue_server.archive.deliveries import DEAD, DONE, MOST_ATTEMPTS, MOST_REFUSALS
from queue_server.domain.calling import HOUR
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.ops.jobs.office import Office

pytestmark = pytest.mark.anyio


async def test_a_receiver_that_fails_is_asked_again_later_and_later(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """With the same name and the same words; what comes after waits for it."""
    hook = office.hook("ticket.taken")
    office.receiver.answers.extend([500, 503, 429, 200])
    await hall.take("S1")
    await hall.take("S1")
    await office.go()
    heard = office.receiver.heard
    for count, pause in ((1, 5), (2, 10), (3, 20)):
        assert len(heard) == count
        clock.pass_(seconds=pause - 1)
        await office.round()
        assert len(heard) == count
        clock.pass_(seconds=1)
        await office.round()

    assert len({(one.id, one.body) for one in heard[:4]}) == 1
    assert {one.headers["webhook-timestamp"] for one in heard[:4]} != {
        heard[0].headers["webhook-timestamp"]
    }
    assert office.seqs() == sorted(office.seqs())
    assert office.states(hook) == {DONE: 2}


async def test_order_is_kept_in_a_hall_whatever_happens(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """A receiver that fails every other time, and restarts of ours in between."""
    office.hook("ticket.taken", "ticket.cancelled")
    for number in range(1, 16):
        await hall.take("S1")
        if number % 3 == 0:
            await hall.cancel(f"C{number:03d}")
        office.receiver.answers.extend([500, 204, "redirect"])
        await office.go(office.new_courier())
        clock.pass_(seconds=3)
    office.receiver.answers.clear()
    for _ in range(5):
        clock.pass_(minutes=70)
        await office.round()
    assert len(office.ids()) == 20
    assert office.seqs() == sorted(set(office.seqs()))


async def test_a_slow_receiver_holds_up_nobody_else(
    office: Office, hall: RedisHall, connection: Connection, feed: Feed, layout: Layout
) -> None:
    """Another hall's line and another hook go on while one waits for its answer."""
    other = RedisHall(
        connection,
        feed,
        layout.tenant,
        "other",
        _published(replace(layout, hall="other")),
        office.clock,
    )
    office.hook("ticket.taken", tenant=layout.tenant)
    await other.open_day()
    await hall.take("S1")
    await office.archive()
    office.receiver.answers.append("hang")
    await office.courier.work()
    while not office.receiver.heard:
        await asyncio.sleep(0.01)
    await other.take("S1")
    await hall.take("S1")
    await office.archive(other)
    await office.archive()
    await office.courier.work()
    while len(office.receiver.heard) < 2:
        await asyncio.sleep(0.01)
    assert [one.told["hall"] for one in office.receiver.heard] == ["hall", "other"]
    office.receiver.hanging.set()
    await office.courier.settled()
    await office.round()
    assert sorted(one.told["hall"] for one in office.receiver.heard) == ["hall", "hall", "other"]
    await other.close()


def _published(layout: Layout) -> Callable[[], Any]:
    async def published() -> Layout:
        return layout

    return published


async def test_a_letter_that_is_refused_is_soon_dead(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """The next one is not kept waiting for long; somebody looks, and sends it again."""
    hook = office.hook("ticket.taken")
    office.receiver.judge = lambda told: 422 if told["ticket"] == "C001" else None
    await hall.take("S1")
    await hall.take("S1")
    await office.go()
    for _ in range(MOST_REFUSALS):
        clock.pass_(minutes=5)
        await office.round()
    assert [one.told["ticket"] for one in office.receiver.taken] == ["C002"]
    (dead,) = office.deliveries.listed(hook.id)
    assert (dead.state, dead.attempts, dead.status, dead.error) == (
        DEAD,
        MOST_REFUSALS,
        422,
        "HTTP 422",
    )

    office.receiver.judge = lambda _told: None
    assert office.deliveries.replay(hook.id, dead.id) == 1
    await hall.take("S1")
    await office.go()

    assert [one.told["ticket"] for one in office.receiver.taken] == ["C002", "C001", "C003"]
    assert office.deliveries.listed(hook.id) == []


async def test_a_receiver_that_is_gone_for_a_day_loses_letters_to_the_list(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """And all of them come back, in order, when somebody says so."""
    hook = office.hook("ticket.taken")
    for _ in range(2):
        await hall.take("S1")
    office.receiver.judge = lambda _told: 502
    await office.go()
    began = clock()
    while office.states(hook).get(DEAD, 0) < 1:
        clock.pass_(minutes=61)
        await office.round()
    assert MOST_ATTEMPTS <= len(office.receiver.heard) <= MOST_ATTEMPTS + 2
    assert 20 * HOUR < clock() - began < 40 * HOUR
    while office.states(hook).get(DEAD, 0) < 2:
        clock.pass_(minutes=61)
        await office.round()

    office.receiver.judge = lambda _told: None
    assert office.deliveries.replay(hook.id) == 2
    await office.round()

    assert [one.told["ticket"] for one in office.receiver.taken] == ["C001", "C002"]


async def test_a_courier_who_dies_says_the_last_letter_again(
    office: Office, hall: RedisHall
) -> None:
    """The receiver knows it by its name; nothing else is said twice, and nothing is missed."""
    office.hook("ticket.taken")
    for _ in range(3):
        await hall.take("S1")
    office.receiver.answers.extend([204, "hang"])
    await office.archive()
    running_ = asyncio.create_task(office.courier.run())
    while len(office.receiver.heard) < 2:
        await asyncio.sleep(0.01)
    running_.cancel()
    await asyncio.gather(running_, return_exceptions=True)

    await office.round(office.new_courier())

    heard = [one.told["ticket"] for one in office.receiver.heard]
    assert heard == ["C001", "C002", "C002", "C003"]
    assert office.receiver.heard[1].id == office.receiver.heard[2].id
