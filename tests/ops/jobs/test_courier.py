"""From a hall's log to a receiver: everything once, in order, however often it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ops.jobs.courier import Courier
from ops.jobs.post import Networks, Post
from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import (
    DEAD,
    DONE,
    MOST_ATTEMPTS,
    MOST_REFUSALS,
    Deliveries,
)
from queue_server.archive.webhooks import HookEntry, Webhooks
from queue_server.domain.calendar import Calendar
from queue_server.domain.calling import HOUR
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.archive.archiving import archiving, caught_up
from tests.conftest import Clock
from tests.databases import with_tables
from tests.ops.jobs.receiver import Receiver, verified

pytestmark = pytest.mark.anyio


@pytest.fixture
def known(tmp_path: Path, layout: Layout, clock: Clock) -> Iterator[Configuration]:
    """The test's hall, and another one of the same tenant."""
    opened = Configuration(with_tables(f"sqlite:///{tmp_path}/memory.db"))
    opened.migrate()
    opened.publish(layout, Calendar.always(), "test", clock())
    opened.publish(replace(layout, hall="other"), Calendar.always(), "test", clock())
    yield opened
    opened.close()


@dataclass
class Office:
    """A receiver, a courier who goes when he is told, and what is on its way."""

    hall: RedisHall
    known: Configuration
    clock: Clock
    receiver: Receiver
    url: str

    def __post_init__(self) -> None:
        self.hooks = Webhooks(self.known.database)
        self.deliveries = Deliveries(self.known.database)
        self.post = Post(Networks(["127.0.0.0/8"]))
        self.courier = self.new_courier()

    def new_courier(self) -> Courier:
        return Courier(self.hooks, self.deliveries, self.post, self.clock)

    def hook(self, *kinds: str, **words: Any) -> HookEntry:
        where = words or {"hall": self.hall.id}
        return self.hooks.add(f"{self.url}/in", kinds or ("*",), self.clock(), **where)

    async def archive(self, hall: RedisHall | None = None) -> None:
        async with archiving(hall or self.hall, self.known.database, self.clock) as archivist:
            await caught_up(archivist, hall or self.hall)

    async def go(self, courier: Courier | None = None) -> None:
        """Archive what happened, and bring what can be brought now."""
        await self.archive()
        await self.round(courier)

    async def round(self, courier: Courier | None = None) -> None:
        courier = courier or self.courier
        await courier.work()
        await courier.settled()

    def ids(self) -> list[str]:
        return [one.id for one in self.receiver.taken]

    def seqs(self) -> list[int]:
        return [one.told["seq"] for one in self.receiver.taken]

    def states(self, hook: HookEntry) -> dict[str, int]:
        return {state: n for (id_, state), n in self.deliveries.counts().items() if id_ == hook.id}


@asynccontextmanager
async def office_of(hall: RedisHall, known: Configuration, clock: Clock) -> AsyncIterator[Office]:
    receiver = Receiver()
    async with running(receiver.app) as url:
        made = Office(hall, known, clock, receiver, url)
        yield made
        receiver.hanging.set()
        await made.post.close()


@pytest.fixture
async def office(hall: RedisHall, known: Configuration, clock: Clock) -> AsyncIterator[Office]:
    async with office_of(hall, known, clock) as made:
        yield made


async def test_what_happens_is_told_in_order_and_signed(office: Office, hall: RedisHall) -> None:
    """Only what was asked for, each with a name of its own, and nothing twice."""
    hook = office.hook("ticket.taken", "ticket.called")
    await hall.open_window("4")
    await hall.take("S1")
    await hall.call_next("4")
    await office.go()
    await hall.take("S1")
    await office.go()
    await office.go()

    day = (await hall.view()).day
    told = [one.told for one in office.receiver.heard]
    assert [one["kind"] for one in told] == ["ticket.taken", "ticket.called", "ticket.taken"]
    assert office.ids() == [f"hall/{day}/{one['seq']}" for one in told]
    assert told[0]["ticket"] == "C001"
    assert (told[1]["window"], told[1]["hall"], told[1]["day"]) == ("4", "hall", day)
    assert all(verified(hook.secret, one) for one in office.receiver.heard)
    assert office.states(hook) == {DONE: 3}


async def test_what_was_before_a_hook_is_not_its_business(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """And plans, which are long, are left out of what is told."""
    await hall.take("S1")
    clock.pass_(minutes=1)
    office.hook()
    await hall.change_layout((await hall.view()).plan.to_json())
    await hall.take("S1")
    await office.go()
    assert [one.told["kind"] for one in office.receiver.heard] == ["layout.changed", "ticket.taken"]
    assert "layout" not in office.receiver.heard[0].told


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


async def test_a_hook_that_rests_misses_nothing(office: Office, hall: RedisHall) -> None:
    """And one that is removed is told nothing more, not even what was on its way."""
    hook = office.hook("ticket.taken")
    await hall.take("S1")
    await office.archive()
    office.hooks.switch(hook.id, active=False)
    await office.go()
    assert office.receiver.heard == []
    office.hooks.switch(hook.id, active=True)
    await office.go()
    assert len(office.receiver.heard) == 1
    office.receiver.answers.append(500)
    await hall.take("S1")
    await office.go()
    office.hooks.remove(hook.id)
    office.clock.pass_(minutes=1)
    await office.go()
    assert len(office.receiver.heard) == 2
    assert office.deliveries.counts() == {}


async def test_a_rating_is_told_with_its_key(office: Office, hall: RedisHall) -> None:
    """Ticket, service, window and clerk: what a provincial platform files it under."""
    office.hook("ticket.rated")
    await hall.open_window("4", clerk="person:7")
    await hall.take("S1")
    await hall.call_next("4")
    await hall.start("4")
    await hall.finish("4")
    await hall.close_window("4")
    await hall.rate("C001", 2, reasons=["attitude"])
    await office.go()
    (told,) = [one.told for one in office.receiver.heard]
    assert {name: told[name] for name in ("ticket", "service", "window", "clerk", "score")} == {
        "ticket": "C001",
        "service": "S1",
        "window": "4",
        "clerk": "person:7",
        "score": 2,
    }
    assert told["reasons"] == ["attitude"]


async def test_near_your_turn_is_told_once(office: Office, hall: RedisHall, clock: Clock) -> None:
    """When so few are ahead as the hook wants; also after a restart of ours."""
    office.hook("ticket.near", hall="hall", near=1)
    await hall.open_window("4")
    for _ in range(4):
        clock.pass_(seconds=1)
        await hall.take("S1")
    await office.go()
    assert office.receiver.heard == []

    await hall.call_next("4")
    await office.go(office.new_courier())
    await hall.requeue("4")
    await hall.call_next("4")
    await office.go(office.new_courier())

    (told,) = [one.told for one in office.receiver.heard]
    assert (told["kind"], told["ticket"], told["lane"], told["ahead"]) == (
        "ticket.near",
        "C003",
        "social",
        1,
    )
    low, high = told["expected"]
    assert 0 <= low < high


async def test_a_drill_is_told_to_nobody(
    closed_hall: RedisHall, known: Configuration, clock: Clock
) -> None:
    """A platform shall not count visitors who never were."""
    async with office_of(closed_hall, known, clock) as office:
        hook = office.hook()
        await closed_hall.open_day(speed=60)
        await closed_hall.take("S1")
        await office.go()
        assert office.states(hook) == {}


async def test_several_days_are_told_one_after_the_other(
    office: Office, hall: RedisHall, clock: Clock
) -> None:
    """Whoever was away for days hears of them in their order."""
    clock.pass_(minutes=1)
    office.hook("ticket.taken", "day.opened")
    await hall.take("S1")
    await hall.close_day("force")
    await office.archive()
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await hall.take("S1")
    await office.go()
    days = [(one.told["day"], one.told["kind"]) for one in office.receiver.heard]
    assert [kind for _, kind in days] == ["ticket.taken", "day.opened", "ticket.taken"]
    assert days == sorted(days, key=lambda one: one[0])
