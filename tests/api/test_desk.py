"""The picture of the guide desk: what stands in it, and who may look at it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from queue_server.api.desk import ENDED_SHOWN, desk
from queue_server.api.sockets import Close
from queue_server.archive.principals import Role
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio


async def seen(hall: RedisHall) -> Any:
    """The picture as it travels."""
    return json.loads(json.dumps(desk(await hall.view(), "", await hall.now())))


def of(picture: Any, ticket: str) -> Any:
    return next(row for row in picture["tickets"] if row["ticket"] == ticket)


async def look(url: str, token: str = "", hall: str = "hall") -> Any:
    """The first picture, or the code it was closed with."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"ws{url.removeprefix('http')}/api/v1/halls/{hall}/pictures/desk"
    async with connect(address, additional_headers=headers, proxy=None) as line:
        try:
            return json.loads(await asyncio.wait_for(line.recv(), PATIENCE))
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


async def test_a_ticket_stands_there_with_what_the_guide_must_know(hall: RedisHall) -> None:
    """Who is before it, for whom it is, and what is written on it; never what somebody thought."""
    await hall.take("P1")
    await hall.take("P1", class_="green", on_behalf="母亲", source="guide", language="en")
    await hall.transfer(ticket="B002", lane="police", note="材料已核对")

    row = of(await seen(hall), "B002")

    assert (row["state"], row["class"], row["lane"]) == ("waiting", "green", "police")
    assert row["services"] == [{"service": "P1", "name": "户口登记", "name_en": ""}]
    assert (row["on_behalf"], row["note"], row["source"]) == ("母亲", "材料已核对", "guide")
    assert row["ahead"] == 0
    assert of(await seen(hall), "B001")["ahead"] == 1
    assert "score" not in row


async def test_who_is_not_in_line_has_nobody_ahead(hall: RedisHall) -> None:
    """Away, at a window, on hold: a number of people would be a lie."""
    await hall.take("G1")
    await hall.away("A001")
    row = of(await seen(hall), "A001")
    assert row["away"] is True
    assert "ahead" not in row


async def test_a_missed_ticket_says_whether_it_may_come_back(hall: RedisHall, clock: Clock) -> None:
    """Two misses are forgiven, the third closes it."""
    await hall.open_window("4")
    await hall.take("S1")
    for allowed in (True, True, False):
        await hall.call_next("4")
        clock.pass_(seconds=61)
        await hall.recall("4")
        clock.pass_(seconds=61)
        await hall.no_show("4")
        row = of(await seen(hall), "C001")
        assert (row["state"], row.get("again", False)) == ("no_show", allowed)
        if allowed:
            await hall.reinstate("C001")


async def test_what_did_not_reach_people_is_there(hall: RedisHall) -> None:
    """A slip that is not on paper, the printer that is to blame, a window that asks for help."""
    await hall.take("G1", source="kiosk-1")
    await hall.device_seen("printer-1", sort="printer", state="failed", error="缺纸")
    await hall.print_failed("A001", "printer-1", "缺纸")
    await hall.open_window("3")
    await hall.assist("3", "复杂")

    picture = await seen(hall)

    assert picture["unprinted"] == ["A001"]
    assert of(picture, "A001")["print_error"] == "缺纸"
    (printer,) = picture["devices"]
    assert (printer["state"], printer["last_error"]) == ("failed", "缺纸")
    (asking,) = (window for window in picture["windows"] if window["assist"])
    assert (asking["window"], asking["assist"]) == ("3", "asked")


async def test_the_desk_is_not_drowned_in_old_tickets(hall: RedisHall) -> None:
    """Everybody who is still here stands in the picture, of the others only the newest."""
    await hall.take("S1")
    for _ in range(ENDED_SHOWN + 3):
        taken: Any = await hall.take("G1")
        await hall.cancel(taken[0].ticket)

    numbers = {row["ticket"] for row in (await seen(hall))["tickets"]}

    assert len(numbers) == ENDED_SHOWN + 1
    assert "C001" in numbers
    assert "A001" not in numbers


def test_before_the_first_day_there_is_a_picture_too() -> None:
    """An empty one: the page waits, as screens do."""
    picture = desk(HallView(), "", 0)
    assert picture["today"]["state"] == "closed"
    assert picture["tickets"] == picture["lanes"] == picture["devices"] == []


async def test_only_the_people_of_the_desk_may_look(
    url: str, tokens: Tokens, hall: RedisHall
) -> None:
    """Guides and leaders, and auditors; of this hall only."""
    await hall.take("G1")
    for role in Role:
        told = await look(url, tokens(role))
        if role in (Role.ADMIN, Role.MANAGER, Role.GUIDE, Role.AUDITOR):
            assert told["picture"] == "desk"
            assert of(told, "A001")["lane"] == "general"
        else:
            assert told == Close.FORBIDDEN
        assert await look(url, tokens(role, "other")) == Close.FORBIDDEN
    assert await look(url) == Close.SIGNED_OUT
