"""Nobody sees or touches what is not his: another town's hall, or somebody's session.

All routes of the document, all commands, all pictures and pages are asked for by name, of an
installation that is put together as it is run.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from queue_server.api.auth import COOKIE
from queue_server.api.commands import COMMANDS
from queue_server.api.sockets import Close
from queue_server.archive.principals import Role
from queue_server.engine.redis_hall import wall_clock
from tests.api.strangers import heard, outside
from tests.api.test_roles import words_for
from tests.browser.installed import PASSWORD, REGISTER, Town, town

pytestmark = pytest.mark.anyio

EVIL = "http://evil.test"
#: What the document calls its parts, as they are in the sample hall.
NAMES = {"window": "3", "ticket": "B001", "name": "wang", "hook": "1", "order": "1", "code": "BK-1"}
INSIDE = ("manage", "desk", "window:1", "window:3")


@pytest.fixture(scope="module")
async def place(anyio_backend: str) -> AsyncIterator[Town]:
    """Two towns in one installation; `wu` manages the other one."""
    async with town(others=("other",)) as made:
        known = made.parts.configuration
        known.people.add_person("wu", PASSWORD, wall_clock(), "吴主任")
        known.people.grant("wu", "manager", hall="other")
        await made.hall.take(REGISTER)
        yield made


class Request(NamedTuple):
    """One thing that may be asked of a server."""

    method: str
    path: str
    body: dict[str, Any]

    async def of(self, http: httpx.AsyncClient, **headers: str) -> httpx.Response:
        body = None if self.method == "GET" else self.body
        return await http.request(self.method, self.path, json=body, headers=headers)


async def all_requests(place: Town, hall: str) -> list[Request]:
    """Every route of the document, as it is asked about a hall."""
    async with outside(place) as http:
        document = (await http.get("/openapi.json")).json()
    return list(_requests(document, hall))


def _requests(document: Any, hall: str) -> Iterator[Request]:
    for path, methods in document["paths"].items():
        command = path.rpartition("/")[2]
        body = words_for(command) if command in COMMANDS and "{hall}" in path else {}
        asked = path.replace("{hall}", hall)
        for name, value in NAMES.items():
            asked = asked.replace("{" + name + "}", value)
        for method in methods:
            yield Request(method.upper(), asked, body)


# --- one town and the other


async def test_no_route_leads_into_another_town(place: Town) -> None:
    """Its manager, by session and by token, is refused at every route and changes nothing."""
    before = (await place.hall.view()).seq
    requests = [one for one in await all_requests(place, "demo") if "/halls/demo" in one.path]
    assert len(requests) > len(COMMANDS) + 10
    session, token = place.session("wu"), place.token("manager", "other")
    for client in (outside(place, session=session), outside(place, token=token)):
        async with client as http:
            for one in requests:
                answer = await one.of(http, Origin=place.url)
                told = (answer.status_code, answer.json().get("code"))
                assert told == (403, "NOT_ALLOWED"), one
            listed = (await http.get("/api/v1/halls")).json()["halls"]
            assert [hall["hall"] for hall in listed] == ["other"]
    assert (await place.hall.view()).seq == before


async def test_no_page_and_no_picture_shows_another_town(place: Town) -> None:
    """Not even its name; and the sums of the tree are those of one's own halls alone."""
    session = place.session("wu")
    cookie = {"Cookie": f"{COOKIE}={session}"}
    async with outside(place, session=session) as http:
        for path in (f"/manage/demo{page}" for page in ("", "/layout", "/ratings", "/past")):
            answer = await http.get(path)
            assert answer.status_code == 403
            assert "示例镇" not in answer.text
        assert (await http.get("/manage/other")).status_code == 200

    for name in (*INSIDE, "follow"):
        path = f"/api/v1/halls/demo/{'pictures/' if name != 'follow' else ''}{name}"
        assert (await heard(place, path, place.url, **cookie))[0] == Close.FORBIDDEN, name
        token = {"Authorization": f"Bearer {place.token('manager', 'other')}"}
        assert (await heard(place, path, **token))[0] == Close.FORBIDDEN, name
        assert (await heard(place, path))[0] == Close.SIGNED_OUT, name
    code, tree = await heard(place, "/api/v1/overview", place.url, **cookie)
    assert code == 0
    assert "demo" not in tree
    assert json.loads(tree)["tree"]["count"] == 1


async def test_no_role_reaches_over_the_fence(place: Town) -> None:
    """Whatever somebody is in the other hall, here he is nobody."""
    for role in Role:
        headers = {"Authorization": f"Bearer {place.token(role, 'other')}"}
        for name in INSIDE:
            path = f"/api/v1/halls/demo/pictures/{name}"
            assert (await heard(place, path, **headers))[0] == Close.FORBIDDEN, (role, name)


# --- other people's pages


async def test_a_foreign_page_changes_nothing_with_somebodys_session(place: Town) -> None:
    """Every route that changes something, and every socket, refuses a cookie that comes with a
    foreign Origin or with none; the cookie itself is for our own pages only."""
    async with outside(place) as http:
        signed_in = await http.post("/api/v1/sign-in", json={"name": "chen", "password": PASSWORD})
        rules = signed_in.headers["set-cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/"} <= set(rules.split("; "))
        before = (await place.hall.view()).seq
        unsafe = [one for one in await all_requests(place, "demo") if one.method != "GET"]
        for one in unsafe:
            if "{token}" in one.path:
                continue  # A visitor's link is no session: whoever has it may use it.
            for origin in (EVIL, "null"):
                answer = await one.of(http, Origin=origin)
                assert answer.status_code == 403, one
                assert "access-control-allow-origin" not in answer.headers
        assert (await http.get("/api/v1/me")).status_code == 200
        cookie = {"Cookie": f"{COOKIE}={http.cookies[COOKIE]}"}
    assert (await place.hall.view()).seq == before

    sockets = [f"/api/v1/halls/demo/pictures/{name}" for name in (*INSIDE, "board")]
    for path in (*sockets, "/api/v1/halls/demo/follow", "/api/v1/overview"):
        for origin in (EVIL, "null", ""):
            assert (await heard(place, path, origin, **cookie))[0] == 403, (path, origin)
