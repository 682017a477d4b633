"""Connections before anything is asked: the silent ones and the impatient; and those who are
answered before they have ended."""

from __future__ import annotations

import asyncio

import pytest

from queue_server.api import one_write, porter
from tests.api.serving import Asker

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


async def test_who_speaks_before_being_let_in_is_shown_out(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has anything to say at the door."""
    monkeypatch.setattr(porter.Door, "_let_in", lambda *_: None)
    reader, writer = await opened(url)
    await asyncio.sleep(0.1)  # The porter has looked, and nothing was said yet.
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
