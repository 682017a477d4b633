"""The alerts over HTTP, who has seen them, and the manager's picture."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from queue_server.api.sockets import Close
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio

MANAGERS = (Role.ADMIN, Role.AUDITOR, Role.MANAGER)
LEADERS = (Role.ADMIN, Role.MANAGER)


async def late(hall: RedisHall, clock: Clock) -> str:
    """Somebody has waited for 31 minutes; the id of the alert."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.take("P1")
    clock.pass_(minutes=31)
    return "wait:police:30"


async def acknowledge(who: Asker, alert: str, hall: str = "hall", **more: str) -> Any:
    path = f"/api/v1/halls/{hall}/alerts/acknowledge"
    return await who.http.post(path, json={"alert": alert}, headers=who.headers | more)


async def look(url: str, token: str = "", name: str = "manage", hall: str = "hall") -> Any:
    """The first picture, or the code it was closed with."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"ws{url.removeprefix('http')}/api/v1/halls/{hall}/pictures/{name}"
    async with connect(address, additional_headers=headers, proxy=None) as line:
        try:
            return json.loads(await asyncio.wait_for(line.recv(), PATIENCE))
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


async def test_the_first_who_sees_an_alert_stays(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """Also when the button is pressed twice, in two tabs, by two people."""
    alert = await late(hall, clock)
    first, second = Asker(http, tokens("manager")), Asker(http, tokens("admin"))

    answers = await asyncio.gather(*(acknowledge(who, alert) for who in (first, second, first)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["alert"]["seen"]["by"] for answer in answers}) == 1
    (told,) = (await second.get("/alerts")).json()["alerts"]
    assert told["id"] == alert
    assert told["seen"]["at"] == clock()


async def test_what_grows_is_asked_again(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """A queue that is still there after half an hour must be looked at again."""
    await hall.open_window("4")
    for _ in range(21):
        await hall.take("S1")
    who = Asker(http, tokens("manager"))
    assert (await acknowledge(who, "queue:social:20")).json()["alert"]["seen"]

    clock.pass_(minutes=30)
    alerts = {one["id"]: one["seen"] for one in (await who.get("/alerts")).json()["alerts"]}
    assert alerts["queue:social:20"] is None
    again = await acknowledge(who, "queue:social:20")
    assert again.json()["alert"]["seen"]["at"] == clock()


async def test_only_what_is_there_is_seen(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall
) -> None:
    """Nothing is written down for an alert that is over, or that never was."""
    who = Asker(http, tokens("manager"))
    assert (await acknowledge(who, "wait:police:30")).status_code == 404
    assert (await acknowledge(who, "")).json()["field"] == "alert"
    assert (await acknowledge(who, "x" * 201)).status_code == 422


async def test_who_may_look_and_who_may_say_seen(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """Leaders do both, auditors look; nobody does anything in another hall."""
    alert = await late(hall, clock)
    for role in Role:
        here, stranger = Asker(http, tokens(role)), Asker(http, tokens(role, hall="other"))
        wanted = 200 if role in LEADERS else 403
        assert (await acknowledge(here, alert)).status_code == wanted
        for path in ("/alerts", "/usual", "/tickets.csv", "/layout"):
            assert (await here.get(path)).status_code == (200 if role in MANAGERS else 403)
            assert (await stranger.get(path)).status_code == 403
        assert (await acknowledge(stranger, alert)).status_code == 403
    assert (await acknowledge(Asker(http, ""), alert)).status_code == 401


async def test_a_foreign_page_sees_nothing_for_a_manager(
    http: httpx.AsyncClient, configuration: Configuration, hall: RedisHall, clock: Clock
) -> None:
    """A session speaks only from our own pages."""
    alert = await late(hall, clock)
    configuration.people.add_person("ann", "a long enough one", clock(), full_name="安")
    configuration.people.grant("ann", "manager", hall="hall")
    credentials = {"name": "ann", "password": "a long enough one"}
    assert (await http.post("/api/v1/sign-in", json=credentials)).status_code == 200
    session = Asker(http, "")

    assert (await acknowledge(session, alert)).status_code == 403
    assert (await acknowledge(session, alert, Origin="http://evil.test")).status_code == 403
    ours = await acknowledge(session, alert, Origin="http://hall.test")
    assert ours.json()["alert"]["seen"]["name"] == "安"


async def test_the_picture_tells_the_floor(
    url: str, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """Windows with clerk and ticket, lanes with the longest wait, alerts with who has seen them."""
    alert = await late(hall, clock)
    async with httpx.AsyncClient(base_url=url) as http:
        await acknowledge(Asker(http, tokens("manager")), alert)

    picture = await look(url, tokens("manager"))

    window = next(one for one in picture["windows"] if one["window"] == "3")
    assert (window["state"], window["ticket"], window["ticket_state"]) == ("open", "B001", "called")
    assert (window["planned"], window["share"]) == (["police"], 1)
    lane = next(one for one in picture["lanes"] if one["lane"] == "police")
    assert (lane["waiting"], lane["windows"], clock() - lane["oldest"]) == (1, 1, 31 * 60_000)
    (told,) = picture["alerts"]
    assert (told["id"], told["seen"]["at"]) == (alert, clock())
    assert picture["hours"] == [{"hour": 8, "taken": 2, "called": 1, "wait": 0}]


async def test_only_managers_of_the_hall_see_the_picture(
    url: str, tokens: Tokens, hall: RedisHall
) -> None:
    """By subscription as by page and by address."""
    for role in Role:
        told = await look(url, tokens(role))
        if role in MANAGERS:
            assert told["picture"] == "manage"
        else:
            assert told == Close.FORBIDDEN
        assert await look(url, tokens(role, "other")) == Close.FORBIDDEN
    assert await look(url) == Close.SIGNED_OUT
    assert await look(url, tokens("manager"), "manage:3") == Close.NONSENSE
