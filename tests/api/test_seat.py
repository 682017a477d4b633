"""What a clerk's page is told beyond the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_server.api.pictures import Subject, picture
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio
MINUTE = 60_000


async def seen(hall: RedisHall, number: str, inside: bool = True) -> dict[str, Any]:
    return picture(await hall.view(), hall.id, Subject("window", number, inside), await hall.now())


async def missed(hall: RedisHall, number: str, clock: Clock) -> None:
    await hall.call_next(number)
    await hall.recall(number)
    clock.pass_(minutes=2)
    await hall.no_show(number)


async def test_who_was_put_aside_here(hall: RedisHall, clock: Clock) -> None:
    """Held ones with their reasons, missed ones that may come back, and the last one served."""
    await hall.open_window("3")
    for _ in range(3):
        await hall.take("P1")
    await hall.call_next("3")
    await hall.hold("3", reason="papers", until=clock() + MINUTE)
    await missed(hall, "3", clock)
    await hall.call_next("3")
    await hall.finish("3", outcome="accepted")

    told = await seen(hall, "3")

    assert [(one["ticket"], one["reason"]) for one in told["held"]] == [("B001", "papers")]
    assert [(one["ticket"], one["again"]) for one in told["missed"]] == [("B002", True)]
    assert (told["last"]["ticket"], told["last"]["outcome"]) == ("B003", "accepted")
    assert told["served"] == 1
    assert (await seen(hall, "1"))["held"] == []


async def test_nobody_s_opinion_is_told(hall: RedisHall) -> None:
    """The rated clerk does not see what the visitor thought, nor that he said so."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.finish("3")
    before = await seen(hall, "3")
    await hall.rate("B001", 1, reasons=["rude"])
    assert await seen(hall, "3") == before


async def test_when_a_call_may_count_as_missed(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """The numbers of the service, where it has its own."""
    services = tuple(
        replace(one, grace=5000) if one.code == "P1" else one for one in layout.services
    )
    await hall.change_layout(replace(layout, services=services).to_json())
    await hall.open_window("3")
    await hall.take("P1")
    await hall.take("P2")
    await hall.call_next("3")
    assert (await seen(hall, "3"))["serving"]["miss"] == {"calls": 2, "grace": 5000}
    await hall.finish("3")
    await hall.call_next("3")
    assert (await seen(hall, "3"))["serving"]["miss"] == {"calls": 2, "grace": 60_000}


async def test_what_did_not_reach_people(hall: RedisHall, layout: Layout, clock: Clock) -> None:
    """Which devices a call waits for, and which of them stayed silent."""
    await hall.change_layout(replace(layout, confirm_within=5000).to_json())
    await hall.open_window("3")
    await hall.take("P1")
    call = (await hall.call_next("3"))[0].seq
    await hall.shown("B001", call, "board")
    clock.pass_(seconds=6)
    await hall.do("tick", {}, silence=60_000, speed=1)

    serving = (await seen(hall, "3"))["serving"]

    assert list(serving["awaited"]) == ["screen", "voice"]
    assert (serving["shown"], serving["missing"]) == (True, ["voice"])


async def test_colleagues_who_need_somebody(hall: RedisHall, clock: Clock) -> None:
    """Whoever asks for help, and the number of a window whose machine fell silent, for those who
    can take it."""
    await hall.open_window("3", lease=1000)
    await hall.open_window("1")
    await hall.open_window("4")
    await hall.assist("4", reason="case")
    await hall.take("P1")
    await hall.call_next("3")
    clock.pass_(minutes=1)
    await hall.do("tick", {}, silence=600_000, speed=1)

    police, social = await seen(hall, "1"), await seen(hall, "4")

    assert police["assists"] == [{"window": "4", "assist": "asked", "helper": ""}]
    assert [(one["ticket"], one["window"]) for one in police["left"]] == [("B001", "3")]
    assert (social["assists"], social["left"]) == ([], [])


async def test_who_waits_in_which_lane_for_this_window(hall: RedisHall, clock: Clock) -> None:
    """Only whom it may call: the green window counts green visitors; those sent by name are a
    lane of their own."""
    began = clock()
    await hall.open_window("9")
    await hall.take("P1")
    await hall.take("P1", class_="green")
    await hall.take("G1")
    await hall.transfer(ticket="A001", to_window="9")

    lanes = {one["lane"]: one for one in (await seen(hall, "9"))["serves"]}

    assert {lane: one["waiting"] for lane, one in lanes.items()} == {
        "general": 0,
        "police": 1,
        "social": 0,
        "@9": 1,
    }
    assert (lanes["police"]["oldest"], lanes["social"]["oldest"]) == (began, 0)


async def test_the_steps_of_a_visit(hall: RedisHall) -> None:
    """Where a one-thing visit is, what is done and what follows."""
    await hall.open_window("1")
    await hall.take("T1")
    await hall.call_next("1")

    serving = (await seen(hall, "1"))["serving"]

    assert serving["step"] == 1
    assert [(one["lane"], one["done"]) for one in serving["steps"]] == [
        ("general", False),
        ("police", False),
        ("social", False),
    ]


async def test_each_reason_has_a_rule(hall: RedisHall, clock: Clock) -> None:
    """The page says in its own language which rule gives somebody his place."""
    await hall.open_window("1")
    await hall.take("G1")
    await hall.take("G1")
    await hall.transfer(ticket="A002", to_window="1")
    clock.pass_(minutes=61)
    await hall.take("P1", class_="green")

    queue = (await seen(hall, "1"))["queue"]

    rules = {one["ticket"]: one["reason"]["rule"] for one in queue}
    assert rules == {"A001": "ceiling", "A002": "sent", "B001": "order"}


async def test_only_the_staff_hear_of_it(hall: RedisHall) -> None:
    """Screens have the bare queue."""
    await hall.open_window("3", clerk="person:7")
    bare = await seen(hall, "3", inside=False)
    assert {"clerk", "held", "left", "assists", "serves", "plan"}.isdisjoint(bare)
