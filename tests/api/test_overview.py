"""All halls as a tree, for whoever manages some of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from queue_server.api.overview import AWAY, tree
from queue_server.api.sockets import Close
from queue_server.archive.configuration import HallEntry
from queue_server.archive.places import Level, Place
from queue_server.archive.principals import Role
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio

CITY, EAST, WEST = Place(Level.CITY, "市"), Place(Level.TOWN, "东镇"), Place(Level.TOWN, "西镇")


def entry(id_: str, *place: Place) -> HallEntry:
    return HallEntry(id_, "t", id_, "", place, 1)


def row(**changes: Any) -> Any:
    return AWAY | {"state": "open"} | changes


def test_the_worst_comes_first_at_every_level() -> None:
    """A place is as bad as what is below it: sums, and the longest wait of all."""
    rows = [
        (entry("calm", CITY, EAST), row(waiting=9, oldest=5)),
        (entry("late", CITY, WEST), row(waiting=1, oldest=40, unseen=1, alerts=1, grave=1)),
        (entry("busy", CITY, WEST), row(waiting=30, oldest=10, unseen=1, alerts=2)),
    ]

    top = tree(rows)

    (city,) = top["places"]
    assert [place["name"] for place in city["places"]] == ["西镇", "东镇"]
    assert [hall["hall"] for hall in city["places"][0]["halls"]] == ["late", "busy"]
    assert (city["waiting"], city["oldest"], city["unseen"], city["count"]) == (40, 40, 2, 3)


def test_a_hall_that_does_not_answer_is_the_worst() -> None:
    """And a hall without a place stands at the top."""
    top = tree([(entry("well"), row(waiting=50, grave=1)), (entry("gone"), AWAY)])
    assert [hall["hall"] for hall in top["halls"]] == ["gone", "well"]
    assert tree([])["count"] == 0


async def look(url: str, token: str, until: Any = lambda _: True) -> Any:
    """The first tree that is as wanted, or the code it was closed with."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"ws{url.removeprefix('http')}/api/v1/overview"
    async with connect(address, additional_headers=headers, proxy=None) as line:
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    told = json.loads(await line.recv())
                    if "tree" in told and until(told["tree"]):
                        return told["tree"]
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


async def test_everybody_sees_the_halls_that_are_theirs(
    url: str, tokens: Tokens, hall: RedisHall
) -> None:
    """Not even a sum tells of another's: `other` is counted for nobody here."""
    await hall.take("P1")
    mine = await look(url, tokens("manager"))
    assert [one["hall"] for one in mine["halls"]] == ["hall"]
    assert (mine["count"], mine["waiting"]) == (1, 1)
    theirs = await look(url, tokens("manager", "other"))
    assert [one["hall"] for one in theirs["halls"]] == ["other"]
    assert theirs["waiting"] == 0
    everything = await look(url, tokens("auditor", ""))
    assert {one["hall"] for one in everything["halls"]} == {"hall", "other"}


async def test_who_manages_nothing_sees_nothing(url: str, tokens: Tokens) -> None:
    for role in (Role.CLERK, Role.GUIDE, Role.KIOSK, Role.SCREEN):
        assert await look(url, tokens(role)) == Close.FORBIDDEN
    assert await look(url, "") == Close.SIGNED_OUT


async def test_the_tree_follows_what_happens(
    url: str, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """Somebody takes a number, and waits too long."""
    await hall.open_window("3")
    watching = asyncio.create_task(look(url, tokens("manager"), lambda top: top["grave"]))
    await hall.take("P1")
    await hall.call_next("3")
    await hall.take("P1")
    clock.pass_(minutes=31)
    (here,) = (await watching)["halls"]
    assert (here["waiting"], here["oldest"], here["open"], here["unseen"]) == (1, 31, 1, 1)
