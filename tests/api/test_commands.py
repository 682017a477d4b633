"""Commands over HTTP: their answers, their refusals, and what happens to bad input."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest

from queue_server.api.commands import COMMANDS, ROLES
from queue_server.domain.hall import How
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens

pytestmark = pytest.mark.anyio


async def test_a_ticket_comes_with_its_events_and_a_link(admin: Asker) -> None:
    """What a kiosk prints: the number, and the visitor's own page."""
    answer = await admin.say("take", service="P1")

    told = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert [event["kind"] for event in told["events"]] == ["ticket.taken"]
    assert told["events"][0]["ticket"] == "B001"
    assert told["events"][0]["by"].startswith("token:")
    assert told["link"].startswith("/t/hall.2026-03-02.B001.")


async def test_the_same_key_again_prints_no_second_ticket(admin: Asker) -> None:
    first = await admin.say("take", key="press-1", service="P1")
    again = await admin.say("take", key="press-1", service="P1")

    assert again.json() == first.json()


async def test_keys_of_different_devices_do_not_meet(
    http: httpx.AsyncClient, tokens: Tokens
) -> None:
    """Two kiosks that count their presses from 1 get two tickets."""
    one, other = Asker(http, tokens("kiosk")), Asker(http, tokens("kiosk"))

    numbers = [
        (await kiosk.say("take", key="1", service="P1")).json()["events"][0]["ticket"]
        for kiosk in (one, other)
    ]

    assert numbers == ["B001", "B002"]


async def test_a_kiosk_says_that_it_is_one(http: httpx.AsyncClient, tokens: Tokens) -> None:
    kiosk, guide = Asker(http, tokens("kiosk")), Asker(http, tokens("guide"))

    taken = await kiosk.say("take", service="P1", source="guide")
    by_guide = await guide.say("take", service="P1")

    second = await kiosk.say("take", service="P1", source="kiosk-2")
    assert taken.json()["events"][0]["source"] == "kiosk"
    assert second.json()["events"][0]["source"] == "kiosk-2"
    assert by_guide.json()["events"][0]["source"] == "guide"


async def test_a_refusal_is_a_word_and_a_sentence(admin: Asker) -> None:
    await admin.say("open_window", window="3")

    answer = await admin.say("call_next", window="3")

    assert answer.status_code == 409
    assert answer.json() == {"code": "NOBODY", "message": answer.json()["message"]}


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("take", {"service": "nonsense"}, "service"),
    ("take", {"service": 3}, "service"),
    ("take", {"service": "P1\u0000"}, "service"),
    ("take", {"service": "P" * 10_000}, "service"),
    ("take", {"services": ["P1"] * 21}, "services"),
    ("take", {"services": "P1"}, "services"),
    ("take", {"services": ["P 1"]}, "services"),
    ("take", {"service": "P1", "class": "royal"}, "class"),
    ("take", {"service": "P1", "on_behalf": "line\nbreak"}, "on_behalf"),
    ("take", {"service": "P1", "on_behalf": "\u202eevil"}, "on_behalf"),
    ("take", {"service": "P1", "appointed": -1}, "appointed"),
    ("take", {"service": "P1", "appointed": 2**60}, "appointed"),
    ("take", {"service": "P1", "appointed": "soon"}, "appointed"),
    ("take", {"service": "P1", "appointed": True}, "appointed"),
    ("take", {"service": "P1", "person": "two words"}, "person"),
    ("take", {"service": "P1", "colour": "red"}, "colour"),
    ("take", {}, "service"),
    ("call_next", {}, "window"),
    ("call_next", {"window": "77"}, "window"),
    ("call_next", {"window": 3}, "window"),
    ("call_next", {"window": ""}, "window"),
    ("call_next", {"window": "3", "lane": "nowhere"}, "lane"),
    ("transfer", {"ticket": "B001", "lane": "nowhere"}, "lane"),
    ("open_window", {"window": "3", "auto": "yes"}, "auto"),
    ("open_window", {"window": "3", "lanes": ["nowhere"]}, "lanes"),
    ("finish", {"window": "3", "note": "x" * 501}, "note"),
    ("rate", {"ticket": "B001", "score": 6}, "score"),
    ("rate", {"ticket": "B001", "score": 4.5}, "score"),
    ("set_mode", {"mode": "sometimes"}, "mode"),
    ("change_layout", {"layout": "{}"}, "layout"),
    ("change_layout", {"layout": "not JSON"}, "layout"),
    ("open_day", {"speed": 0}, "speed"),
]


@pytest.mark.parametrize(("verb", "words", "field"), BAD, ids=lambda value: str(value)[:40])
async def test_bad_words_are_named_and_change_nothing(
    verb: str, words: dict[str, Any], field: str, admin: Asker, hall: RedisHall
) -> None:
    """The field that is wrong stands in the answer, and the hall is as it was."""
    await admin.say("take", service="P1")
    await admin.say("open_window", window="3")
    before = await hall.state()

    answer = await admin.say(verb, **words)

    assert answer.status_code == 422, answer.text
    assert (answer.json()["code"], answer.json()["field"]) == ("INVALID", field)
    assert await hall.state() == before


RAW: list[tuple[bytes, str, int, str]] = [
    (b'{"service": ', "application/json", 422, "body"),
    (b"[]", "application/json", 422, "body"),
    (b'"P1"', "application/json", 422, "body"),
    (b"null", "application/json", 422, "body"),
    (b"\xff\xfe", "application/json", 422, "body"),
    (b'{"service": "\\ud800"}', "application/json", 422, "body"),
    (b"[" * 30_000, "application/json", 422, "body"),
    (b'{"service": "P1"}', "text/plain", 415, ""),
    (b"service=P1", "application/x-www-form-urlencoded", 415, ""),
    (b'{"service": "' + b"P" * 70_000 + b'"}', "application/json", 413, ""),
]


@pytest.mark.parametrize(("body", "media", "status", "field"), RAW, ids=lambda v: str(v)[:24])
async def test_bodies_that_are_no_command(
    body: bytes, media: str, status: int, field: str, admin: Asker, hall: RedisHall
) -> None:
    before = await hall.state()
    headers = admin.headers | {"Content-Type": media}

    answer = await admin.http.post("/api/v1/halls/hall/take", content=body, headers=headers)

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"} | ({"field"} if field else set())
    assert answer.json().get("field", "") == field
    assert await hall.state() == before


async def test_a_huge_body_is_not_read_to_its_end(url: str, tokens: Tokens) -> None:
    """Without a length in its head it is cut off when it has become too long."""

    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/v1/halls/hall/take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\nAuthorization: Bearer "
        + tokens().encode()
        + b"\r\n\r\n"
    )
    for _ in range(7):
        writer.write(b"2710\r\n" + b" " * 10_000 + b"\r\n")

    head = await reader.readuntil(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in head.lower()
    writer.close()


async def test_a_whole_plan_may_be_long(admin: Asker, layout: Layout) -> None:
    padded = layout.to_json() + " " * 500_000

    assert (await admin.say("change_layout", layout=padded)).status_code == 200
    assert (await admin.say("change_layout", layout=padded + " " * 2**21)).status_code == 413


@pytest.mark.parametrize("key", ["x" * 129, "tab\there", "\x7f"])
async def test_a_key_must_be_plain(key: str, admin: Asker) -> None:
    answer = await admin.say("take", key=key, service="P1")

    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


async def test_what_is_not_there(admin: Asker) -> None:
    """Unknown hall, command, ticket and path: 404, each in our own words."""
    for answer in (
        await admin.say("take", hall="nowhere", service="P1"),
        await admin.say("dance"),
        await admin.say("cancel", ticket="Z999"),
        await admin.http.get("/nowhere"),
        await admin.get("/tickets/Z999"),
        await admin.get("/windows/77"),
        await admin.get(hall="nowhere"),
    ):
        assert answer.status_code == 404, answer.text
        assert answer.json()["message"]


async def test_how_it_is_asked(admin: Asker) -> None:
    """GET for a command and POST for a question are answered with what is right."""
    for answer, allowed in (
        (await admin.get("/take"), "POST"),
        (await admin.say("events"), "GET"),
        (await admin.http.put("/api/v1/halls/hall", headers=admin.headers), "GET"),
        (await admin.http.get("/api/v1/sign-in"), "POST"),
    ):
        assert answer.status_code == 405
        assert allowed in answer.headers["allow"]
        assert answer.json()["code"] == "WRONG_METHOD"


async def test_redis_away_is_said_within_two_seconds(
    admin: Asker, redis_server: Any, hall: RedisHall
) -> None:
    """503 with Retry-After while Redis is frozen, and by itself well again afterwards."""
    redis_server.freeze()
    try:
        began = time.monotonic()
        answer = await admin.say("take", service="P1")
        assert time.monotonic() - began < 2.5
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["code"] == "UNAVAILABLE"
        assert (await admin.get()).status_code == 503
    finally:
        redis_server.freeze(False)
    for _ in range(50):
        if (again := await admin.say("take", service="P1")).status_code == 200:
            break
    assert again.status_code == 200


async def test_a_bug_is_a_number_and_no_trace(
    admin: Asker, hall: RedisHall, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """Our own mistakes are logged under the number that the answer gives, and told no further."""

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inner secrets")

    monkeypatch.setattr(hall, "told", broken)

    answer = await admin.say("take", service="P1")

    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL"
    assert "secrets" not in answer.text
    number = answer.json()["message"].rpartition(" ")[2].rstrip(".")
    assert number in caplog.text


def test_every_command_has_roles_and_every_role_a_command() -> None:
    assert set(ROLES) == set(COMMANDS)
    assert all(roles for roles in ROLES.values())


class Echo:
    """A hall that only notes how it is spoken to."""

    async def do(self, verb: str, /, how: How, **words: Any) -> Any:
        return verb, words


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_a_verb_says_what_http_says(name: str) -> None:
    """Over HTTP the words go to the hall without the verb's help, defaults included."""
    command = COMMANDS[name]
    must = {word.name: f"<{word.name}>" for word in command.words if word.default is None}

    assert await command.verb(Echo(), **must) == (name, command.spoken(must))
