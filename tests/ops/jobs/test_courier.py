"""From a hall's log to a receiver: what is told, to whom, and everything once."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.archive.deliveries import DONE
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.ops.jobs.office import Office, office_of
from tests.ops.jobs.receiver import verified

pytestmark = pytest.mark.anyio


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
    closed_hall: RedisHall, layout: Layout, tmp_path: Path, clock: Clock
) -> None:
    """A platform shall not count visitors who never were."""
    async with office_of(closed_hall, layout, tmp_path, clock) as office:
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
