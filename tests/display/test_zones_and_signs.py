"""Pictures of one zone and of one window."""

from __future__ import annotations

import json

import pytest

from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.stories import called, calls, open_windows, seen, take, zoned

pytestmark = pytest.mark.anyio


async def test_a_paused_window_says_so_but_not_why(hall: RedisHall, clock: Clock) -> None:
    """暂停服务 and since when; the reason is nobody's business."""
    await open_windows(hall, "3")
    clock.pass_(minutes=3)
    await hall.pause("3", reason="系统故障")

    sign = await seen(hall, clock, "sign", "3")

    assert (sign["state"], sign["since"], sign["call"]) == ("paused", clock(), None)
    assert "系统故障" not in json.dumps(sign, ensure_ascii=False)


async def test_a_sign_names_its_functions_and_its_visitor(hall: RedisHall, clock: Clock) -> None:
    """Idle: number, name, function. Called: the ticket, its call and how often."""
    await open_windows(hall, "9")
    idle = await seen(hall, clock, "sign", "9")
    assert (idle["window"], idle["name"], idle["kinds"]) == ("9", "绿色通道", ["green"])
    assert idle["functions"] == {"zh-CN": ["绿色通道"], "en": ["Green channel"]}

    number = await take(hall, "G1", "green")
    clock.pass_(seconds=30)
    event = (await hall.call_next("9"))[0]
    sign = await seen(hall, clock, "sign", "9")
    assert sign["call"] == {
        "ticket": number,
        "call": event.seq,
        "at": clock(),
        "calls": 1,
        "state": "called",
    }


async def test_a_zone_shows_only_itself(hall: RedisHall, layout: Layout, clock: Clock) -> None:
    """Upstairs: its windows, their calls, the lanes these serve, and who is aside there."""
    await zoned(hall, layout)
    await open_windows(hall, "1", "3", "4")
    general, police, social = await take(hall, "G1"), await take(hall, "P1"), await take(hall, "S1")
    await called(hall, "1")
    await called(hall, "3")
    await called(hall, "4")
    await hall.hold("4")
    await hall.hold("1")

    zone = await seen(hall, clock, "zone", "upstairs")

    assert [window["window"] for window in zone["windows"]] == ["3", "4", "5"]
    assert [lane["lane"] for lane in zone["lanes"]] == ["police", "social"]
    assert calls(zone) == [(social, "4", ""), (police, "3", "called")]
    assert zone["held"] == [social]
    assert (await seen(hall, clock))["held"] == [social, general]


async def test_a_broadcast_reaches_its_zone_until_it_runs_out(
    hall: RedisHall, layout: Layout, clock: Clock
) -> None:
    """Said upstairs for a minute: seen upstairs and on the hall's board, then nowhere."""
    await zoned(hall, layout)
    await hall.broadcast("请到一楼等候", zone="upstairs", until=clock() + 60_000)

    assert (await seen(hall, clock, "zone", "upstairs"))["today"]["broadcast"]["text"]
    assert (await seen(hall, clock))["today"]["broadcast"]["zone"] == "upstairs"
    assert (await seen(hall, clock, "zone", "main"))["today"]["broadcast"] is None
    assert (await seen(hall, clock, "sign", "3"))["today"]["broadcast"]

    clock.pass_(seconds=61)
    assert (await seen(hall, clock, "zone", "upstairs"))["today"]["broadcast"] is None
    await hall.broadcast("今天延时服务")
    for zone in ("upstairs", "main"):
        told = (await seen(hall, clock, "zone", zone))["today"]["broadcast"]
        assert told["text"] == "今天延时服务"
