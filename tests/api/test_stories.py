"""A ticket's story, and why one came before another: today, and on archived days."""

from __future__ import annotations

import httpx
import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.engine.connection import Connection
from queue_server.engine.redis_hall import RedisHall
from tests.api.archived import archive
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def two_calls(hall: RedisHall, clock: Clock) -> None:
    await hall.open_window("3")
    await hall.take("P1")
    clock.pass_(minutes=4)
    await hall.take("P1", class_="green")
    for _ in range(2):
        clock.pass_(minutes=1)
        await hall.call_next("3")
        await hall.finish("3")
    await hall.rate("B001", 1)


async def test_why_one_came_before_the_other(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """In sentences of either language."""
    await two_calls(hall, clock)
    told = (await admin.get("/explain", first="B002", second="B001")).json()
    assert (told["first"], told["second"], told["day"]) == ("B002", "B001", "2026-03-02")
    assert told["sentences"][3] == (
        "Whoever counts from earlier is called first: B002 from 08:19:00, B001 from 08:30:00."
    )
    chinese = await admin.get("/explain", first="B002", second="B001", language="zh-CN")
    assert chinese.json()["sentences"][3].startswith("起算时间早的先叫")


async def test_a_question_must_make_sense(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """Two numbers that were given on that day."""
    await two_calls(hall, clock)
    for query, field in (
        ({}, "first"),
        ({"first": "B001"}, "second"),
        ({"first": "B001", "second": "B001"}, "second"),
        ({"first": "B 1", "second": "B001"}, "first"),
        ({"first": "B001", "second": "B002", "day": "a/b"}, "day"),
    ):
        answer = await admin.get("/explain", **query)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    for query in ({"first": "B001", "second": "B077"}, {"first": "X", "second": "B001"}):
        answer = await admin.get("/explain", **query)
        assert (answer.status_code, answer.json()["code"]) == (404, "NO_TICKET")
    answer = await admin.get("/explain", first="B001", second="B002", day="2025-01-01")
    assert answer.status_code == 404


async def test_an_archived_day_is_told_as_it_was(
    admin: Asker,
    hall: RedisHall,
    clock: Clock,
    configuration: Configuration,
    connection: Connection,
) -> None:
    """The same sentences, before and after it has left Redis."""
    await two_calls(hall, clock)
    today = (await admin.get("/tickets/B001/explain")).json()
    pair = (await admin.get("/explain", first="B002", second="B001")).json()
    await hall.close_day("expire")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await archive(configuration, connection, hall, "2026-03-02")

    assert (await admin.get("/tickets/B001/explain", day="2026-03-02")).json() == today
    asked = await admin.get("/explain", first="B002", second="B001", day="2026-03-02")
    assert asked.json() == pair
    assert (await admin.get("/tickets/B001/explain")).status_code == 404


async def test_earlier_days_are_for_managers(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """Today's is for everybody of the hall, but only they read how somebody was rated."""
    await two_calls(hall, clock)
    clock.pass_(minutes=24 * 60)
    await hall.close_day("expire")
    await hall.open_day()
    await hall.take("P1")
    for role in Role:
        who, managers = Asker(http, tokens(role)), (Role.ADMIN, Role.MANAGER, Role.AUDITOR)
        answer = await who.get("/tickets/B001/explain")
        assert answer.status_code == 200
        earlier = await who.get("/tickets/B001/explain", day="2026-03-02")
        assert earlier.status_code == (200 if role in managers else 403)
        if role in managers:
            assert "rated" in earlier.text
        stranger = Asker(http, tokens(role, hall="other"))
        assert (await stranger.get("/explain", first="B001", second="B002")).status_code == 403
