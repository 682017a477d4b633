"""The line between a kiosk's readers and its page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.ticketing.page import ORIGIN, Page
from ticketing.local_line import LocalLine

pytestmark = pytest.mark.anyio
CARD: dict[str, str | bool] = {"kind": "card", "person": "key", "green": True}


@pytest.fixture
async def line() -> AsyncIterator[LocalLine]:
    async with LocalLine(0, [f"{ORIGIN}/"]) as line:
        yield line


async def test_a_page_is_told_the_present_and_then_what_comes(line: LocalLine) -> None:
    """States are kept for whoever comes; what was read before is not."""
    line.state("reader-1", {"kind": "ready"})
    line.state("scanner-1", {"kind": "trouble", "zh": "坏了。", "en": "Broken."})
    line.tell("reader-1", CARD)

    async with Page(line.port) as page:
        told = [await page.hear(), await page.hear()]
        line.tell("reader-1", CARD)
        told.append(await page.hear())

    assert told == [
        {"kind": "ready", "device": "reader-1"},
        {"kind": "trouble", "device": "scanner-1", "zh": "坏了。", "en": "Broken."},
        {"kind": "card", "device": "reader-1", "person": "key", "green": True},
    ]


async def test_a_state_is_told_when_it_changes(line: LocalLine) -> None:
    """A reader that is ready four times a second says so once."""
    line.state("reader-1", {"kind": "ready"})

    async with Page(line.port) as page:
        for _ in range(5):
            line.state("reader-1", {"kind": "ready"})
        line.tell("reader-1", CARD)
        told = [(await page.hear())["kind"] for _ in range(2)]

    assert told == ["ready", "card"]


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "https://hall.example", f"{ORIGIN}.evil.example"],
)
async def test_a_foreign_page_hears_nothing(line: LocalLine, origin: str | None) -> None:
    """Any page in this browser can knock at 127.0.0.1; only ours is let in."""
    with pytest.raises(InvalidStatus) as refused:
        async with Page(line.port, origin):
            pass

    assert refused.value.response.status_code == 403


async def test_a_page_that_does_not_listen_holds_up_nobody(line: LocalLine) -> None:
    """Not the readers, and not the other page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Origin: http://hall.example\r\n\r\n"
    )
    assert b"101" in await reader.readline()
    writer.transport.pause_reading()  # type: ignore[attr-defined] # a transport reads too

    async with Page(line.port) as page:
        for _ in range(500):
            line.tell("reader-1", CARD | {"person": "x" * 2000})
        line.tell("reader-1", CARD | {"person": "last"})
        while (await page.hear())["person"] != "last":
            pass
    writer.transport.abort()


async def test_only_this_machine_can_listen(line: LocalLine) -> None:
    """The line is bound to loopback."""
    assert line._server
    assert [socket.getsockname()[0] for socket in line._server.sockets] == ["127.0.0.1"]
