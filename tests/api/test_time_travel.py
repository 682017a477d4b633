"""The hall as every screen showed it: of today, of yesterday, and of days that left Redis."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from queue_server.api import time_travel
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.engine.connection import Connection
from queue_server.engine.redis_hall import RedisHall
from tests.api.archived import archive
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio

SECOND = 1000
PICTURES = ("board", "zone:main", "sign:3", "hall", "lane:police", "window:3")


async def now_shown(url: str, token: str, name: str) -> Any:
    """What a screen shows at this moment."""
    address = f"ws{url.removeprefix('http')}/api/v1/halls/hall/pictures/{name}"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(address, additional_headers=headers, proxy=None) as line:
        return json.loads(await asyncio.wait_for(line.recv(), PATIENCE))


async def past(who: Asker, picture: str, at: int | str, **query: Any) -> Any:
    answer = await who.get(f"/past/{picture}", at=at, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def a_call(hall: RedisHall, clock: Clock) -> int:
    """Somebody is called 90 minutes after opening; when that was."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.take("P1")
    clock.pass_(minutes=90, seconds=5)
    await hall.call_next("3")
    return clock()


async def test_a_call_is_there_from_its_second_on(
    admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Called at 10:00:05: not on the board of 10:00:04, on that of 10:00:06; by the hall's clock
    or in Unix ms."""
    called = await a_call(hall, clock)
    clock.pass_(minutes=10)

    early, late = (
        await past(admin, "board", called - SECOND),
        await past(admin, "board", "2026-03-02T10:00:06"),
    )

    assert [call["ticket"] for call in early["calls"]] == []
    assert [call["ticket"] for call in late["calls"]] == ["B001"]
    assert (late["now"], late["past"]["at"]) == (called + SECOND, called + SECOND)
    assert (await past(admin, "sign:3", called - SECOND))["call"] is None
    assert (await past(admin, "sign:3", called))["call"]["ticket"] == "B001"


async def test_it_is_the_very_picture(
    url: str, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """What each screen was shown then, byte for byte, expectations and all."""
    await a_call(hall, clock)
    token, at = tokens("manager"), clock()
    shown = {name: await now_shown(url, token, name) for name in PICTURES}
    clock.pass_(minutes=3)
    await hall.start("3")
    await hall.finish("3")
    await hall.call_next("3")
    await hall.broadcast("暂停取号")

    async with httpx.AsyncClient(base_url=url) as http:
        for name, picture in shown.items():
            was = await past(Asker(http, token), name, at)
            del was["past"]
            assert was == picture


async def test_one_steps_from_event_to_event(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """Each picture says when something happened before and next; devices' reports are passed."""
    opened = clock()
    called = await a_call(hall, clock)
    await hall.shown("B001", (await hall.view()).tickets["B001"].call_seq, "board", 40)
    clock.pass_(seconds=30)
    await hall.device_seen("board", "screen", "ok")
    clock.pass_(seconds=30)
    await hall.start("3")
    started = clock()

    async def around(at: int) -> tuple[int, int, int]:
        told = (await past(admin, "board", at))["past"]
        return told["before"] - opened, told["last"] - opened, told["next"] - opened

    minutes90, minutes91 = called - opened, started - opened
    assert await around(opened) == (-opened, 0, minutes90)
    assert await around(called - 1) == (0, 0, minutes90)
    assert await around(called) == (0, minutes90, minutes91)
    assert await around(called + 1) == (minutes90, minutes90, minutes91)
    assert await around(started) == (minutes90, minutes91, -opened)


async def test_a_long_day_is_looked_at_in_any_order(
    admin: Asker, hall: RedisHall, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered on the way never shows through."""
    monkeypatch.setattr(time_travel, "AT_ONCE", 4)
    monkeypatch.setattr("queue_server.api.days.Days._some.__defaults__", (4,))
    times = []
    for _ in range(20):
        clock.pass_(seconds=10)
        await hall.take("P1")
        times.append(clock())

    for step in (7, 3, 19, 0, 12, 5, 19, 11):
        told = await past(admin, "lane:police", times[step])
        assert told["waiting"] == step + 1
        assert told["past"]["before"] == (times[step - 1] if step else times[0] - 10_000)


async def test_earlier_days_from_redis_and_from_the_archive(
    admin: Asker,
    hall: RedisHall,
    clock: Clock,
    configuration: Configuration,
    connection: Connection,
) -> None:
    """The time says which day; after closing it stays that day's until the next begins."""
    called = await a_call(hall, clock)
    await hall.close_day("force")
    closed = clock()
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await hall.take("S1")

    for archived in (False, True):
        if archived:
            await archive(configuration, connection, hall, "2026-03-02")
        board = await past(admin, "board", called)
        assert (board["past"]["day"], board["calls"][0]["ticket"]) == ("2026-03-02", "B001")
        evening = await past(admin, "board", closed + 3_600_000)
        assert (evening["today"]["day"], evening["past"]["next"]) == ("2026-03-02", 0)
    assert (await past(admin, "hall", clock()))["past"]["day"] == "2026-03-03"
    named = await past(admin, "board", clock(), day="2026-03-02")
    assert named["today"]["day"] == "2026-03-02"


async def test_what_makes_no_sense_is_named(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """No moment, a moment that is none, one to come, one before the hall was."""
    at: int | str
    for at in ("", "yesterday", "2026-02-30T10:00:00", "2026-03-02 10:00", "-5", "1e9"):
        answer = await admin.get("/past/board", at=at)
        assert (answer.status_code, answer.json()["field"]) == (422, "at"), at
    for at in (clock() + 1, "2026-03-02T08:30:01", "9999-12-31T00:00:00"):
        answer = await admin.get("/past/board", at=at)
        assert (answer.status_code, answer.json()["field"]) == (422, "at"), at
    assert (await admin.get("/past/board", at=clock(), day="../x")).json()["field"] == "day"
    for at in ("2026-03-02T08:29:59", 0, "1970-01-02T00:00"):
        assert (await admin.get("/past/board", at=at)).status_code == 404
    assert (await admin.get("/past/board", at=clock(), day="2025-01-01")).status_code == 404
    for picture in ("sign:77", "zone:attic", "lane:none", "sign", "board:3", "manage", "ticket:x"):
        assert (await admin.get(f"/past/{picture}", at=clock())).status_code == 404


async def test_the_past_is_for_managers(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """And auditors, of this hall."""
    for role in Role:
        wanted = 200 if role in (Role.ADMIN, Role.MANAGER, Role.AUDITOR) else 403
        for path in ("/past/board", "/past/window:3"):
            answer = await Asker(http, tokens(role)).get(path, at=clock())
            assert answer.status_code == wanted
            stranger = Asker(http, tokens(role, hall="other"))
            assert (await stranger.get(path, at=clock())).status_code == 403
    assert (await Asker(http, "").get("/past/board", at=clock())).status_code == 401
