"""Who may say what where: every command and every subscription, for every role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from queue_server.api.commands import COMMANDS
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

PASSWORD = "a long enough one"
CLERKS = ["admin", "caller", "clerk", "manager"]
STAFF = ["admin", "caller", "clerk", "guide", "manager"]
DESKS = ["admin", "guide", "kiosk", "manager"]
LEADERS = ["admin", "manager"]

#: The table once more, as a hall's manager would write it.
MAY: dict[str, list[str]] = {
    "open_day": LEADERS,
    "close_day": LEADERS,
    "set_mode": LEADERS,
    "broadcast": LEADERS,
    "change_layout": LEADERS,
    "take": DESKS,
    "cancel": DESKS,
    "away": DESKS,
    "back": DESKS,
    "reinstate": STAFF,
    "add_step": STAFF,
    "unhold": STAFF,
    "transfer": STAFF,
    "reclassify": ["admin", "guide", "manager"],
    "rate": ["admin", "caller", "kiosk", "manager", "screen"],
    "open_window": CLERKS,
    "close_window": CLERKS,
    "pause": CLERKS,
    "unpause": CLERKS,
    "call_next": CLERKS,
    "call": CLERKS,
    "recall": CLERKS,
    "start": CLERKS,
    "finish": CLERKS,
    "no_show": CLERKS,
    "hold": CLERKS,
    "requeue": CLERKS,
    "skip": CLERKS,
    "quick": CLERKS,
    "assist": CLERKS,
    "undo": CLERKS,
    "assist_accept": STAFF,
    "assist_done": STAFF,
    "announced": ["admin", "voice"],
    "shown": ["admin", "screen"],
    "printed": ["admin", "kiosk", "printer"],
    "print_failed": ["admin", "kiosk", "printer"],
    "reprint": [*DESKS, "printer"],
    "device_seen": [*STAFF, "kiosk", "printer", "screen", "voice"],
}
WORDS: dict[str, Any] = {
    "window": "3",
    "ticket": "B001",
    "class": "green",
    "reason": "x",
    "mode": "normal",
    "text": "x",
    "score": 5,
    "service": "P1",
    "call": 1,
    "device": "d",
    "error": "x",
}


def words_for(verb: str) -> dict[str, Any]:
    required = COMMANDS[verb].adapter.json_schema().get("required", [])
    words = {name: WORDS[name] for name in required}
    # A transfer without a window sends a waiting ticket, which is the guide's affair.
    return words | ({"window": "3"} if verb == "transfer" else {})


@pytest.mark.parametrize("verb", COMMANDS)
async def test_every_command_for_every_role(
    verb: str, http: httpx.AsyncClient, tokens: Tokens
) -> None:
    """Exactly the roles of the table get past the door (what the rules then say is another)."""
    let_in = []
    for role in Role:
        answer = await Asker(http, tokens(role)).say(verb, **words_for(verb))
        if answer.status_code != 403 or answer.json()["code"] == "NOT_YOURS":
            assert answer.status_code in (200, 404, 409, 422, 403), answer.text
            let_in.append(role.value)
    assert sorted(let_in) == sorted(MAY[verb])


@pytest.mark.parametrize("verb", COMMANDS)
async def test_nobody_speaks_for_another_hall(
    verb: str, http: httpx.AsyncClient, tokens: Tokens
) -> None:
    """A device token is bound to its hall, and so is everybody else's."""
    for role in (*MAY[verb], "auditor"):
        stranger = Asker(http, tokens(role, hall="other"))
        answer = await stranger.say(verb, **words_for(verb))
        assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")


async def test_nobody_speaks_without_a_name(http: httpx.AsyncClient) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer jh_nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"Cookie": "jiaohao_session=nonsense", "Origin": "http://hall.test"},
    ):
        answer = await http.post("/api/v1/halls/hall/take", json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "NOT_SIGNED_IN"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_reads_are_for_everybody_of_the_hall(
    http: httpx.AsyncClient, tokens: Tokens, admin: Asker
) -> None:
    await admin.say("take", service="P1")
    paths = ("", "/position", "/events", "/windows/3", "/tickets/B001", "/tickets/B001/explain")
    for role in Role:
        here, stranger = Asker(http, tokens(role)), Asker(http, tokens(role, hall="other"))
        for path in paths:
            assert (await here.get(path)).status_code == 200
            assert (await stranger.get(path)).status_code == 403
    for path in paths:
        assert (await Asker(http, "").get(path)).status_code == 401


async def test_a_clerk_serves_at_the_window_of_the_grant(
    http: httpx.AsyncClient, tokens: Tokens, admin: Asker
) -> None:
    clerk = Asker(http, tokens("clerk", window="3"))

    opened = await clerk.say("open_window", window="3")
    elsewhere = await clerk.say("open_window", window="4")

    assert opened.json()["events"][0]["clerk"] == opened.json()["events"][0]["by"]
    assert elsewhere.status_code == 403


async def test_two_clerks_do_not_share_a_seat(
    app: Starlette, configuration: Configuration, clock: Clock
) -> None:
    """The second clerk is told that somebody sits there, until he takes over."""
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(signed_in(app, configuration, clock, name))
            for name in ("ann", "bob")
        ]
        opened = await first.say("open_window", window="3", clerk="somebody else")
        assert opened.json()["events"][0]["clerk"] == opened.json()["events"][0]["by"]
        for verb in ("pause", "close_window", "call_next", "undo"):
            answer = await second.say(verb, window="3")
            assert (answer.status_code, answer.json()["code"]) == (403, "NOT_YOURS")

        assert (await second.say("open_window", window="3", take_over=True)).status_code == 200
        assert (await second.say("pause", window="3")).status_code == 200


@asynccontextmanager
async def signed_in(
    app: Starlette, configuration: Configuration, clock: Clock, name: str
) -> AsyncIterator[Asker]:
    configuration.people.add_person(name, PASSWORD, clock())
    configuration.people.grant(name, "clerk", hall="hall")
    here = "http://hall.test"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=here, headers={"Origin": here}
    ) as http:
        await http.post("/api/v1/sign-in", json={"name": name, "password": PASSWORD})
        yield Asker(http, "")


async def test_a_manager_may_act_at_any_window(http: httpx.AsyncClient, tokens: Tokens) -> None:
    clerk, manager = Asker(http, tokens("clerk")), Asker(http, tokens("manager"))
    await clerk.say("open_window", window="3")

    assert (await manager.say("pause", window="3")).status_code == 200


async def test_a_clerk_sends_only_what_is_at_the_window(
    http: httpx.AsyncClient, tokens: Tokens, admin: Asker
) -> None:
    """Moving somebody who waits is for the guide and the manager."""
    await admin.say("take", service="P1")
    clerk, guide = Asker(http, tokens("clerk")), Asker(http, tokens("guide"))

    assert (await clerk.say("transfer", ticket="B001", lane="social")).status_code == 403
    assert (await guide.say("transfer", ticket="B001", lane="social")).status_code == 200


async def test_a_revoked_token_is_forgotten_soon(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration, clock: Clock
) -> None:
    kiosk = Asker(http, tokens("kiosk"))
    assert (await kiosk.say("take", service="P1")).status_code == 200
    configuration.tokens.revoke(configuration.tokens.tokens()[0].id, clock())
    await asyncio.sleep(0.15)

    assert (await kiosk.say("take", service="P1")).status_code == 401


async def test_the_halls_i_may_see(http: httpx.AsyncClient, tokens: Tokens) -> None:
    async def seen(hall: str) -> list[str]:
        headers = {"Authorization": f"Bearer {tokens('manager', hall=hall)}"}
        answer = await http.get("/api/v1/halls", headers=headers)
        return [entry["hall"] for entry in answer.json()["halls"]]

    assert await seen("hall") == ["hall"]
    assert await seen("") == ["hall", "other"]
