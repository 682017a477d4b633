"""The people of a hall: who may give which role, and that nobody reaches beyond the hall."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

PASSWORD = "a long enough one"


async def engage(who: Asker, name: str, hall: str = "hall", **words: str) -> Any:
    path = f"/api/v1/halls/{hall}/people/{name}"
    return await who.http.put(path, json={"role": "clerk"} | words, headers=who.headers)


async def release(who: Asker, name: str, hall: str = "hall") -> Any:
    return await who.http.delete(f"/api/v1/halls/{hall}/people/{name}", headers=who.headers)


async def test_a_clerk_is_engaged_and_released(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall
) -> None:
    """Signs in with the password that was given; said twice it is one role; released, has none."""
    manager = Asker(http, tokens("manager"))
    words = {"password": PASSWORD, "full_name": "李晓梅", "window": "3"}
    assert (await engage(manager, "li", **words)).status_code == 200
    assert (await engage(manager, "li", **words)).status_code == 200
    assert (await engage(manager, "LI", role="guide")).status_code == 200

    told = (await manager.get("/people")).json()
    assert told["gives"] == ["clerk", "guide"]
    (li,) = told["people"]
    assert (li["name"], li["full_name"]) == ("li", "李晓梅")
    assert li["roles"] == [{"role": "clerk", "window": "3"}, {"role": "guide", "window": ""}]
    credentials = {"name": "li", "password": PASSWORD}
    assert (await http.post("/api/v1/sign-in", json=credentials)).status_code == 200

    http.cookies.clear()
    assert (await release(manager, "li")).status_code == 200
    assert (await manager.get("/people")).json()["people"] == []
    assert (await release(manager, "li")).status_code == 404
    assert (await engage(manager, "li")).status_code == 200


async def test_a_manager_makes_no_manager(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration, hall: RedisHall
) -> None:
    """Leaders and auditors are an admin's affair, and an admin is nobody's here."""
    manager, admin = Asker(http, tokens("manager")), Asker(http, tokens("admin"))
    for role in ("manager", "auditor", "admin", "kiosk", "nonsense"):
        answer = await engage(manager, "wu", role=role, password=PASSWORD)
        assert answer.status_code == 403
    assert (await engage(admin, "wu", role="admin", password=PASSWORD)).status_code == 403
    assert configuration.people.people() == ()

    assert (await engage(admin, "wu", role="manager", password=PASSWORD)).status_code == 200
    assert (await release(manager, "wu")).status_code == 403
    assert (await release(admin, "wu")).status_code == 200


async def test_nobody_reaches_beyond_the_hall(
    http: httpx.AsyncClient,
    tokens: Tokens,
    configuration: Configuration,
    hall: RedisHall,
    clock: Clock,
) -> None:
    """People of other halls and of the levels above are neither seen nor changed."""
    for name, where in (("east", "other"), ("above", "")):
        configuration.people.add_person(name, PASSWORD, clock())
        configuration.people.grant(name, "clerk", hall=where)
    before = configuration.people.people()
    manager = Asker(http, tokens("manager"))

    assert (await manager.get("/people")).json()["people"] == []
    for name in ("east", "above"):
        answer = await engage(manager, name, password="another good one")
        assert (answer.status_code, answer.json()["code"]) == (409, "TAKEN")
        assert (await release(manager, name)).status_code == 404
    for role in Role:
        stranger = Asker(http, tokens(role, hall="other"))
        assert (await engage(stranger, "new", password=PASSWORD)).status_code == 403
        assert (await stranger.get("/people")).status_code == 403
        if role not in (Role.ADMIN, Role.MANAGER):
            here = Asker(http, tokens(role))
            assert (await engage(here, "new", password=PASSWORD)).status_code == 403
    assert configuration.people.people() == before


async def test_what_is_wrong_is_said(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall
) -> None:
    """A weak password, a name that nobody can type, a window that is none."""
    manager = Asker(http, tokens("manager"))
    for name, words, field in (
        ("li", {"password": "short"}, "password"),
        ("l i", {"password": PASSWORD}, "name"),
        ("li", {"password": PASSWORD, "window": "a b"}, "window"),
    ):
        answer = await engage(manager, name, **words)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_foreign_page_engages_nobody(
    http: httpx.AsyncClient, configuration: Configuration, hall: RedisHall, clock: Clock
) -> None:
    """A session speaks only from our own pages."""
    configuration.people.add_person("ann", PASSWORD, clock())
    configuration.people.grant("ann", "manager", hall="hall")
    await http.post("/api/v1/sign-in", json={"name": "ann", "password": PASSWORD})
    path = "/api/v1/halls/hall/people/new"
    body = {"role": "clerk", "password": PASSWORD}
    evil = await http.put(path, json=body, headers={"Origin": "http://evil.test"})
    assert evil.status_code == 403
    ours = await http.put(path, json=body, headers={"Origin": "http://hall.test"})
    assert ours.status_code == 200
