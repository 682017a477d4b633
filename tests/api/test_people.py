"""Signing in, staying in, and pages that may not speak for anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from queue_server.api.app import create_app
from queue_server.api.limits import Limits, Rate
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

PASSWORD = "a long enough one"
OURS = {"Origin": "http://hall.test"}


@pytest.fixture(autouse=True)
def wang(configuration: Configuration, clock: Clock) -> None:
    configuration.people.add_person("wang", PASSWORD, clock(), "王芳")
    configuration.people.grant("wang", "clerk", hall="hall", window="3")


async def sign_in(http: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await http.post("/api/v1/sign-in", json={"name": "wang", "password": password})


async def test_a_clerk_signs_in_works_and_leaves(http: httpx.AsyncClient) -> None:
    """The session lives in a cookie that no script can read and no foreign page can send."""
    signed_in = await sign_in(http)
    cookie = signed_in.headers["set-cookie"].lower()
    opened = await http.post("/api/v1/halls/hall/open_window", json={"window": "3"}, headers=OURS)
    me = (await http.get("/api/v1/me")).json()
    await http.post("/api/v1/sign-out", headers=OURS)

    assert signed_in.json()["name"] == "王芳"
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    assert opened.json()["events"][0]["clerk"] == me["id"]
    assert me["grants"] == [{"role": "clerk", "halls": ["hall"], "window": "3"}]
    assert (await http.get("/api/v1/me")).status_code == 401


async def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    http: httpx.AsyncClient,
) -> None:
    await sign_in(http)
    kept = dict(http.cookies)
    await http.post("/api/v1/sign-out", headers=OURS)

    http.cookies.update(kept)

    assert (await http.get("/api/v1/me")).status_code == 401


async def test_by_https_the_cookie_stays_there(state: ServerState) -> None:
    """Also when it is a proxy of ours that speaks https."""
    app = create_app(replace(state, proxies=("127.0.0.1",)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as http:
        http.headers["X-Forwarded-Proto"] = "https"
        assert "secure" in (await sign_in(http)).headers["set-cookie"].lower()


async def test_a_foreign_page_cannot_use_a_session(http: httpx.AsyncClient) -> None:
    """An unsafe request with a cookie needs our own Origin; a question does not."""
    await sign_in(http)
    for headers in ({"Origin": "http://evil.test"}, {"Origin": "null"}, {}):
        for path in ("/api/v1/halls/hall/pause", "/api/v1/sign-out"):
            answer = await http.post(path, json={"window": "3"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")
    assert (await http.get("/api/v1/me")).status_code == 200


async def test_a_configured_page_may(state: ServerState) -> None:
    app = create_app(replace(state, origins=frozenset({"https://pages.test"})))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as http:
        await sign_in(http)
        answer = await http.post(
            "/api/v1/halls/hall/open_window",
            json={"window": "3"},
            headers={"Origin": "https://pages.test"},
        )
    assert answer.status_code == 200


async def test_nobody_signs_in_from_a_foreign_page(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/api/v1/sign-in",
        json={"name": "wang", "password": PASSWORD},
        headers={"Origin": "http://evil.test"},
    )
    assert answer.status_code == 403


async def test_a_wrong_password_and_a_wrong_name_look_the_same(http: httpx.AsyncClient) -> None:
    wrong = await sign_in(http, "not this one")
    nobody = await http.post("/api/v1/sign-in", json={"name": "li", "password": PASSWORD})

    assert wrong.status_code == 401
    assert wrong.json() == nobody.json()


async def test_a_guesser_is_locked_out_until_a_time(http: httpx.AsyncClient, clock: Clock) -> None:
    """After five failures even the right password waits, and the answer says how long."""
    for _ in range(5):
        assert (await sign_in(http, "not this one")).status_code == 401

    locked = await sign_in(http)

    assert (locked.status_code, locked.json()["code"]) == (429, "LOCKED_OUT")
    assert clock() < locked.json()["until"] <= clock() + 15 * 60_000
    assert 0 < int(locked.headers["retry-after"]) <= 15 * 60 + 1
    clock.pass_(minutes=16)
    assert (await sign_in(http)).status_code == 200


async def test_an_address_may_not_try_for_ever(state: ServerState) -> None:
    app = create_app(replace(state, limits=Limits(sign_in=Rate(3, 0.1))))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as http:
        answers = [await sign_in(http) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 9 <= int(answers[3].headers["retry-after"]) <= 11


async def test_strangers_with_tokens_are_slowed_down(state: ServerState) -> None:
    """Each made-up token costs a look into the database."""
    app = create_app(replace(state, limits=Limits(unknown=Rate(2, 0.1))))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as http:
        statuses = [
            (await http.get("/api/v1/me", headers={"Authorization": f"Bearer jh_{n}"})).status_code
            for n in range(4)
        ]
    assert statuses == [401, 401, 429, 429]


BAD: list[tuple[dict[str, object], str]] = [
    ({"name": "wang"}, "password"),
    ({"name": 3, "password": "x"}, "name"),
    ({"name": "", "password": "x"}, "name"),
    ({"name": "x" * 10_000, "password": "x"}, "name"),
    ({"name": "wang", "password": "x", "admin": True}, "admin"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=lambda value: str(value)[:30])
async def test_bad_words_are_named(
    body: dict[str, object], field: str, http: httpx.AsyncClient
) -> None:
    answer = await http.post("/api/v1/sign-in", json=body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.fixture
def expire(clock: Clock) -> Callable[[], None]:
    return lambda: clock.pass_(minutes=31)


async def test_an_idle_session_ends(http: httpx.AsyncClient, expire: Callable[[], None]) -> None:
    import asyncio

    await sign_in(http)
    expire()
    await asyncio.sleep(0.15)

    assert (await http.get("/api/v1/me")).status_code == 401
