"""The short way of a command: the same answers as the general way, whatever shape a request has."""

from __future__ import annotations

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from ops import supervisor
from queue_server.api import short_way
from queue_server.api.doorway import Doorway
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens, running

pytestmark = pytest.mark.anyio
PATH = "/api/v1/halls/hall/take"
BODY = b'{"service": "P1"}'


class Line:
    """A kept-alive connection of somebody who may say everything."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, token: str) -> None:
        self.reader, self.writer = reader, writer
        self.token = token

    def asked(self, body: bytes = BODY, *more: str, path: str = PATH) -> bytes:
        """A command as bytes."""
        head = [
            f"POST {path} HTTP/1.1",
            "Host: hall",
            f"Authorization: Bearer {self.token}",
            "Content-Type: application/json",
            *(more or [f"Content-Length: {len(body)}"]),
        ]
        return "\r\n".join([*head, "", ""]).encode() + body

    async def heard(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        async with asyncio.timeout(30):
            status, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            headers = dict(one.lower().split(": ", 1) for one in lines if one)
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
            return int(status.split()[1]), headers, body

    async def ticket(self) -> str:
        """The number that was given, in the next answer."""
        status, _, body = await self.heard()
        assert status == 200, body
        return str(json.loads(body)["events"][0]["ticket"])

    async def ended(self) -> bool:
        """Wait until the server hangs up."""
        async with asyncio.timeout(30):
            return await self.reader.read() == b""


@asynccontextmanager
async def to(url: str, tokens: Tokens) -> AsyncIterator[Line]:
    host, port = url.removeprefix("http://").split(":")
    opened = Line(*await asyncio.open_connection(host, int(port)), tokens("admin"))
    yield opened
    opened.writer.close()


@pytest.fixture
async def line(url: str, tokens: Tokens) -> AsyncIterator[Line]:
    async with to(url, tokens) as opened:
        yield opened


@pytest.fixture
async def impatient(
    app: Starlette, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Line]:
    """At a server where nobody may rest for more than two seconds."""
    monkeypatch.setattr(supervisor, "KEEP_ALIVE", 2)
    async with running(app) as url, to(url, tokens) as opened:
        yield opened


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What came by the short way, and by the general one."""
    ways: list[str] = []
    say, answer = short_way.ShortWay._answer, Doorway.answer

    async def by_short(protocol: short_way.ShortWay, asked: short_way._Asked) -> None:
        ways.append("short")
        await say(protocol, asked)

    async def by_any(self: Doorway, *words: object) -> object:
        ways.append("any")
        return await answer(self, *words)

    monkeypatch.setattr(short_way.ShortWay, "_answer", by_short)
    monkeypatch.setattr(Doorway, "answer", by_any)
    return ways


async def test_a_command_goes_the_short_way(line: Line, short: list[str]) -> None:
    """One after the other on one connection, and in pieces as a bad network brings them."""
    line.writer.write(line.asked())
    assert await line.ticket() == "B001"
    whole = line.asked()
    for at in range(0, len(whole), 40):
        line.writer.write(whole[at : at + 40])
        await asyncio.sleep(0.002)
    assert await line.ticket() == "B002"
    assert short == ["short", "any"] * 2


async def test_what_is_asked_together_is_answered_in_its_order(line: Line, hall: RedisHall) -> None:
    """Short ones and others behind one another, all in one packet."""
    health = b"GET /healthz HTTP/1.1\r\nHost: hall\r\n\r\n"
    line.writer.write(line.asked() + line.asked() + health + line.asked() + health)

    assert [await line.ticket(), await line.ticket()] == ["B001", "B002"]
    assert (await line.heard())[0] == 200
    assert await line.ticket() == "B003"
    assert (await line.heard())[0] == 200
    assert len((await hall.view()).tickets) == 3


@pytest.mark.parametrize(
    "more",
    [
        ("Transfer-Encoding: chunked",),
        (f"Content-Length: {len(BODY)}", "Expect: 100-continue"),
        (f"Content-Length: 0{len(BODY):06}",),
    ],
)
async def test_what_is_unusual_goes_the_general_way(
    line: Line, short: list[str], more: tuple[str, ...]
) -> None:
    """And comes to the same."""
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY) if "chunked" in more[0] else BODY
    line.writer.write(line.asked(body, *more))
    if "Expect" in more[-1]:
        assert (await line.heard())[0] == 100
    assert await line.ticket() == "B001"
    assert short == ["any"]


async def test_who_hangs_up_afterwards_says_so(line: Line) -> None:
    """Told in the answer, too."""
    line.writer.write(line.asked(BODY, f"Content-Length: {len(BODY)}", "Connection: close"))
    status, headers, _ = await line.heard()
    assert (status, headers["connection"]) == (200, "close")
    assert await line.ended()


async def test_a_refusal_is_whole(line: Line) -> None:
    """Status, headers and body, and the connection is good for the next."""
    line.token = "nobody"
    line.writer.write(line.asked())
    status, headers, body = await line.heard()
    assert (status, headers["www-authenticate"]) == (401, "bearer")
    assert json.loads(body)["code"] == "NOT_SIGNED_IN"
    line.writer.write(line.asked(path="/api/v1/halls/hall/dance"))
    assert (await line.heard())[0] == 404


async def test_half_a_command_is_none(
    line: Line, hall: RedisHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body whose end stays away is told so after a while; nobody gets a number."""
    monkeypatch.setattr(short_way, "PATIENCE", 0.2)
    line.writer.write(line.asked()[:-3])
    status, headers, body = await line.heard()
    assert (status, headers["connection"]) == (422, "close")
    assert json.loads(body)["field"] == "body"
    assert await line.ended()
    assert (await hall.view()).tickets == {}


async def test_who_rests_too_long_is_let_go(impatient: Line) -> None:
    """Counted from the last answer, not from the first."""
    for number in range(1, 4):
        impatient.writer.write(impatient.asked())
        assert await impatient.ticket() == f"B00{number}"
        await asyncio.sleep(1.1)
    assert await impatient.ended()


async def test_a_line_that_carried_commands_may_become_a_screen(impatient: Line) -> None:
    """As nginx uses its connections again; a screen may rest longer than somebody who asks."""
    impatient.writer.write(impatient.asked())
    await impatient.ticket()
    head = (
        "GET /api/v1/halls/hall/pictures/board HTTP/1.1",
        "Host: hall",
        f"Authorization: Bearer {impatient.token}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    impatient.writer.write("\r\n".join([*head, "", ""]).encode())
    assert (await impatient.heard())[0] == 101
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(impatient.ended(), 3.0)
