"""Connections before anything is asked: the silent ones, the crowd at the door, the impatient; and
those who are answered before they have ended."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from functools import partial
from typing import Any
from unittest.mock import Mock

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


def begun(admin: Asker, length: int) -> bytes:
    """The head of a command that is far too long."""
    words = {"Host": "h", "Content-Type": "application/json", "Content-Length": str(length)}
    lines = [f"{name}: {value}\r\n" for name, value in (words | admin.headers).items()]
    return f"POST /api/v1/halls/hall/broadcast HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


async def test_who_is_refused_in_the_middle_hears_it(url: str, admin: Asker) -> None:
    """The answer is there for whoever sends everything first."""
    reader, writer = await opened(url)
    writer.write(begun(admin, 2_500_000))
    async with asyncio.timeout(30):
        for _ in range(25):
            writer.write(b"x" * 100_000)
            await writer.drain()
            await asyncio.sleep(0.01)
        told = await reader.read()
    writer.close()

    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"TOO_LARGE" in told


async def test_who_goes_on_and_on_is_let_go(
    url: str, admin: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was refused, and never ends: nobody listens for ever."""
    monkeypatch.setattr(one_write, "LINGER", 0.1)
    reader, writer = await opened(url)
    writer.write(begun(admin, 9_999_999))

    async def goes_on() -> None:
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with asyncio.timeout(30):
        assert (await reader.read()).startswith(b"HTTP/1.1 413 ")
        with pytest.raises(ConnectionError):
            await goes_on()
    writer.close()


def test_the_door_is_kept_shut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While others arrive, but not for ever: who has waited goes in although they never cease."""
    now, turns, inside = [0.0], deque[tuple[float, Any]](), list[float]()
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    loop = Mock(
        call_soon=lambda do, *words: turns.append((0.0, partial(do, *words))),
        call_later=lambda after, do, *words: turns.append((after, partial(do, *words))),
    )
    door = one_write.Door()

    def come_in() -> None:
        now[0] += one_write.OPEN
        inside.append(now[0])

    for _ in range(100):
        door.knock(Mock(come_in=come_in), loop)
    while turns:
        after, do = turns.popleft()
        now[0] += after
        door.arrived = now[0]
        do()

    shut_at_first = one_write.LONGEST + one_write.ARRIVING
    assert one_write.LONGEST < inside[0] < shut_at_first + one_write.OPEN
    assert inside[-1] < shut_at_first + 100 * (one_write.OPEN + one_write.SHUT)
