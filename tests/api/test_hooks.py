"""Webhooks over HTTP: whose they are, their secret, and the letters that did not arrive."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from queue_server.api.app import create_app
from queue_server.api.auth import Doorkeeper
from queue_server.api.hooks import Hooks
from queue_server.api.limits import Buckets
from queue_server.api.state import ServerState
from queue_server.archive.deliveries import MOST_REFUSALS, Deliveries, Letter, News
from tests.api.serving import Tokens

pytestmark = pytest.mark.anyio

PATH = "/api/v1/hooks"
WANTED = {"url": "https://platform.example/in", "kinds": ["ticket.rated"], "hall": "hall"}


@pytest.fixture
def app(state: ServerState) -> Starlette:
    return create_app(state, [*Hooks(state, Doorkeeper(state, Buckets())).routes()])


class Admin:
    """Somebody with a token."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, method: str, path: str = "", words: Any = None) -> httpx.Response:
        url = PATH + path
        return await self.http.request(method, url, json=words, headers=self.headers)

    async def all(self) -> list[Any]:
        found: list[Any] = (await self.ask("GET")).json()["hooks"]
        return found


@pytest.fixture
def boss(http: httpx.AsyncClient, tokens: Tokens) -> Admin:
    return Admin(http, tokens("admin", hall=""))


@pytest.fixture
def admin(http: httpx.AsyncClient, tokens: Tokens) -> Admin:
    return Admin(http, tokens("admin"))


async def test_a_secret_is_told_once(admin: Admin) -> None:
    """To whoever makes the hook; the list says the rest."""
    made = await admin.ask("POST", "", WANTED)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    (told,) = await admin.all()
    assert told == {name: value for name, value in made.json().items() if name != "secret"}
    assert (told["hall"], told["active"], told["waiting"], told["dead"]) == ("hall", True, 0, 0)


async def test_an_admin_of_a_hall_has_that_halls_hooks(
    admin: Admin, boss: Admin, state: ServerState
) -> None:
    """Those of other halls, places and tenants are not there for them."""
    tenant = state.configuration.halls()[0].tenant
    other = (await boss.ask("POST", "", WANTED | {"hall": "other"})).json()["id"]
    wide = (await boss.ask("POST", "", WANTED | {"hall": "", "tenant": tenant})).json()["id"]
    mine = (await admin.ask("POST", "", WANTED)).json()["id"]
    for where in ({"hall": "other"}, {"hall": "", "tenant": tenant}, {"hall": "", "place": 1}):
        assert (await admin.ask("POST", "", WANTED | where)).status_code == 403
    assert [one["id"] for one in await admin.all()] == [mine]
    assert [one["id"] for one in await boss.all()] == [other, wide, mine]
    for id_ in (other, wide, 999_999_999_999):
        for method, path, words in (
            ("PUT", "", {"active": False}),
            ("DELETE", "", None),
            ("GET", "/dead", None),
            ("POST", "/replay", {}),
        ):
            assert (await admin.ask(method, f"/{id_}{path}", words)).status_code == 404
    assert all(one["active"] for one in await boss.all())


@pytest.mark.parametrize("role", ["", "manager", "clerk", "auditor", "kiosk"])
async def test_nobody_else_has_any(http: httpx.AsyncClient, tokens: Tokens, role: str) -> None:
    """They say where everything that happens goes."""
    stranger = Admin(http, tokens(role) if role else "")
    assert (await stranger.ask("GET")).status_code == (403 if role else 401)
    assert (await stranger.ask("POST", "", WANTED)).status_code == (403 if role else 401)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"url": "gopher://x"}, "url"),
        ({"kinds": ["ticket.eaten"]}, "kinds"),
        ({"kinds": "all"}, "kinds"),
        ({"near": 99}, "near"),
        ({"colour": "red"}, "colour"),
        ({"secret": "short"}, "secret"),
        ({"hall": "nowhere"}, "hall"),
        ({"hall": "", "tenant": "nobody"}, "tenant"),
    ],
)
async def test_what_makes_no_sense_is_said(boss: Admin, words: Any, field: str) -> None:
    """By its name."""
    refused = await boss.ask("POST", "", WANTED | words)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert await boss.all() == []


async def test_a_hook_rests_goes_on_and_goes(admin: Admin) -> None:
    id_ = (await admin.ask("POST", "", WANTED)).json()["id"]
    assert (await admin.ask("PUT", f"/{id_}", {"active": False})).status_code == 200
    assert [one["active"] for one in await admin.all()] == [False]
    assert (await admin.ask("PUT", f"/{id_}", {})).status_code == 422
    assert (await admin.ask("DELETE", f"/{id_}")).status_code == 200
    assert (await admin.ask("DELETE", f"/{id_}")).status_code == 404
    assert await admin.all() == []


async def test_dead_letters_are_seen_and_sent_again(admin: Admin, state: ServerState) -> None:
    """One, or all; without what was in them."""
    id_ = (await admin.ask("POST", "", WANTED)).json()["id"]
    post = Deliveries(state.configuration.database)
    letters = [Letter(f"hall/d/{seq}", "ticket.rated", seq, "{}") for seq in (1, 2, 3)]
    post.write(id_, News("hall", "d", 0, 3), 3, letters)
    for one in post.next(id_, "hall"):
        for _ in range(MOST_REFUSALS):
            post.failed(one.id, 1000, 404, "HTTP 404")

    told = (await admin.ask("GET", f"/{id_}/dead")).json()["letters"]

    assert [(one["id"], one["status"], one["attempts"]) for one in told] == [
        (f"hall/d/{seq}", 404, MOST_REFUSALS) for seq in (1, 2, 3)
    ]
    assert [(one["waiting"], one["dead"]) for one in await admin.all()] == [(0, 3)]
    single = await admin.ask("POST", f"/{id_}/replay", {"letter": told[1]["letter"]})
    none = await admin.ask("POST", f"/{id_}/replay", {"letter": told[1]["letter"]})
    rest = await admin.ask("POST", f"/{id_}/replay")
    assert (single.json(), none.status_code, rest.json()) == ({"replayed": 1}, 404, {"replayed": 2})
    assert [(hook["waiting"], hook["dead"]) for hook in await admin.all()] == [(3, 0)]
