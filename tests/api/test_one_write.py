"""Connections before anything is asked: the silent ones, the crowd at the door, the impatient."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect

from queue_server.api import one_write
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens

pytestmark = pytest.mark.anyio
BOARD = "/api/v1/halls/hall/pictures/board"


async def opened(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def test_who_asks_for_nothing_is_let_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a request is nothing."""
    monkeypatch.setattr(one_write, "FIRST_REQUEST", 0.1)
    reader, writer = await opened(url)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost:")
    async with asyncio.timeout(30):
        assert await reader.read() == b""
    writer.close()


async def test_a_crowd_comes_in_one_after_the_other(
    url: str, admin: Asker, tokens: Tokens, hall: RedisHall
) -> None:
    """However many knock at once, each gets its picture, and a command its answer meanwhile."""
    board = f"ws{url.removeprefix('http')}{BOARD}"
    headers = {"Authorization": f"Bearer {tokens('screen')}"}

    async def look() -> str:
        async with connect(board, additional_headers=headers, proxy=None) as line:
            return str(json.loads(await line.recv())["picture"])

    async with asyncio.timeout(60):
        *pictures, answer = await asyncio.gather(
            *(look() for _ in range(100)), admin.say("take", service="P1")
        )

    assert set(pictures) == {"board"}
    assert answer.status_code == 200
    assert len((await hall.view()).tickets) == 1


async def test_who_speaks_before_being_let_in_is_shown_out(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has anything to say at the door."""
    monkeypatch.setattr(one_write.Door, "_open", lambda *_: None)
    reader, writer = await opened(url)
    writer.write(
        f"GET {BOARD} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await asyncio.sleep(0.2)
    writer.write(b"hello")
    async with asyncio.timeout(30):
        assert await reader.read() == b""
    writer.close()
