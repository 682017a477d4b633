"""A hall's plan over HTTP: read, changed, published; what is wrong is named by its path."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import httpx
import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def publish(who: Asker, plan: Any, version: int = 1, hall: str = "hall", **more: str) -> Any:
    body = {"version": version, "layout": plan}
    path = f"/api/v1/halls/{hall}/layout"
    return await who.http.put(path, json=body, headers=who.headers | more)


@pytest.fixture
async def plan(admin: Asker) -> Any:
    return (await admin.get("/layout")).json()["layout"]


async def test_a_plan_is_changed_and_published(
    admin: Asker, configuration: Configuration, layout: Layout, hall: RedisHall, clock: Clock
) -> None:
    """What nobody touched stays as it was; who published it is kept."""
    told = (await admin.get("/layout")).json()
    assert (told["version"], told["by"]) == (1, "test")
    assert Layout.from_json(json.dumps(told["layout"])) == layout
    told["layout"]["services"][0] |= {"minutes": 25, "materials": ["身份证"], "quota": 40}
    told["layout"]["windows"][2]["lanes"].append("social")

    answer = await publish(admin, told["layout"])

    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    now = configuration.layout("hall")
    assert now.services[0].materials == ("身份证",)
    assert now.windows[2].lanes == ("police", "social")
    assert now.rule == layout.rule
    assert configuration.versions("hall")[0].by.startswith("token:")
    assert configuration.layout("other").services[0].minutes == 10


async def test_everything_that_is_wrong_is_named(admin: Asker, plan: Any) -> None:
    """At once, by its path; and nothing is published."""
    plan["windows"][0]["lanes"] = ["nowhere"]
    plan["services"][1]["minutes"] = 0
    plan["lanes"][0]["prefix"] = "a1"

    answer = await publish(admin, plan)

    assert answer.status_code == 422
    told = answer.json()
    paths = {"/".join(map(str, one["path"])) for one in told["problems"]}
    assert paths == {"windows/0/lanes", "services/1/minutes", "lanes/0/prefix"}
    assert (told["code"], told["field"] in paths) == ("INVALID", True)
    assert (await admin.get("/layout")).json()["version"] == 1


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("windows", 0, "kinds"), ["nonsense"], "windows/0/kinds/0"),
        (("services", 0, "minutes"), "ten", "services/0/minutes"),
        (("services", 0, "quota"), 2**40, "services/0/quota"),
        (("rule", "ceiling"), -1, "rule/ceiling"),
        (("rule", "reserve"), None, "rule/reserve"),
        (("name",), "一\n二", "name"),
        (("windows",), {}, "windows"),
        (("services", 0, "materials"), [1], "services/0/materials/0"),
        (("services", 0, "online"), "javascript:alert(1)", "services/0/online"),
        (("timezone",), "../etc/passwd", "timezone"),
    ],
)
async def test_whatever_is_sent_is_checked(
    admin: Asker, plan: Any, path: tuple[Any, ...], value: Any, named: str
) -> None:
    """Types, sizes and words: a plan that no hall could open with never reaches one."""
    at = plan
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    answer = await publish(admin, plan)
    assert answer.status_code == 422, answer.text
    assert named in {"/".join(map(str, one["path"])) for one in answer.json()["problems"]}


@pytest.mark.parametrize("body", ["", "[]", "{", '{"version": 1}', '{"version": -1, "layout": {}}'])
async def test_what_is_no_plan_is_refused(admin: Asker, body: str) -> None:
    headers = admin.headers | {"Content-Type": "application/json"}
    answer = await admin.http.put("/api/v1/halls/hall/layout", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")


async def test_nobody_publishes_for_another_hall(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration, plan: Any
) -> None:
    """Neither by the address nor by a name in the plan; clerks and auditors publish nothing."""
    manager = Asker(http, tokens("manager"))
    assert (await publish(manager, plan, hall="other")).status_code in (403, 404)
    disguised = copy.deepcopy(plan) | {"hall": "other", "tenant": "theirs"}
    answer = await publish(manager, disguised)
    assert {one["path"][0] for one in answer.json()["problems"]} == {"hall", "tenant"}
    plan["name"] = "改名"
    for role in Role:
        stranger = Asker(http, tokens(role, hall="other"))
        assert (await publish(stranger, plan)).status_code == 403
        if role not in (Role.ADMIN, Role.MANAGER):
            assert (await publish(Asker(http, tokens(role)), plan)).status_code == 403
    assert (await publish(Asker(http, ""), plan)).status_code == 401
    assert len(configuration.versions("hall")) == len(configuration.versions("other")) == 1


async def test_two_editors_do_not_overwrite_each_other(admin: Asker, plan: Any) -> None:
    """Of two who publish at once one is told; the same plan once more is no mistake."""
    first, second = copy.deepcopy(plan), copy.deepcopy(plan)
    first["name"], second["name"] = "甲", "乙"

    answers = await asyncio.gather(publish(admin, first), publish(admin, second))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    told = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (told["code"], told["version"]) == ("CHANGED", 2)
    kept = (await admin.get("/layout")).json()
    assert (await publish(admin, kept["layout"], version=2)).json()["version"] == 2


async def test_a_foreign_page_publishes_nothing(
    http: httpx.AsyncClient, configuration: Configuration, plan: Any, clock: Clock
) -> None:
    """A session speaks only from our own pages."""
    configuration.people.add_person("ann", "a long enough one", clock())
    configuration.people.grant("ann", "manager", hall="hall")
    credentials = {"name": "ann", "password": "a long enough one"}
    await http.post("/api/v1/sign-in", json=credentials)
    plan["name"] = "改名"
    session = Asker(http, "")
    assert (await publish(session, plan)).status_code == 403
    assert (await publish(session, plan, Origin="http://evil.test")).status_code == 403
    assert (await publish(session, plan, Origin="http://hall.test")).status_code == 200
