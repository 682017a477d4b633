"""The porter: a crowd of screens comes in by the door, and people go past it."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import select
import socket
from functools import partial

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from queue_server.api import porter
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens, running

pytestmark = pytest.mark.anyio
BOARD = "/api/v1/halls/hall/pictures/board"
CROWD = 200


def asks(url: str, head: str, token: str, *headers: str, body: str = "") -> socket.socket:
    """Somebody who has connected and asked, while the server has had no time to look."""
    host, port = url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)))
    said = [f"{head} HTTP/1.1", "Host: h", f"Authorization: Bearer {token}", *headers, "", body]
    line.sendall("\r\n".join(said).encode())
    line.setblocking(False)
    return line


def a_screen(url: str, token: str) -> socket.socket:
    return asks(
        *(url, f"GET {BOARD}", token, "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
    )


async def heard(line: socket.socket) -> bytes:
    async with asyncio.timeout(30):
        return await asyncio.get_running_loop().sock_recv(line, 4096)


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


async def test_who_takes_a_number_goes_past_the_screens(url: str, tokens: Tokens) -> None:
    """They came before, on connections as new as theirs; they get their pictures afterwards."""
    screens = [a_screen(url, tokens("screen")) for _ in range(CROWD)]
    body = '{"service": "P1"}'
    headers = "Content-Type: application/json", f"Content-Length: {len(body)}"
    person = asks(url, "POST /api/v1/halls/hall/take", tokens("admin"), *headers, body=body)

    assert (await heard(person)).startswith(b"HTTP/1.1 200")
    inside, _, _ = select.select(screens, [], [], 0)
    assert len(inside) < CROWD / 2
    for screen in screens:
        assert (await heard(screen)).startswith(b"HTTP/1.1 101")

    for line in (*screens, person):
        line.close()


async def test_who_stumbles_does_not_shut_the_door() -> None:
    """Those behind come in all the same, and so does who knocks later."""
    loop, door, inside = asyncio.get_running_loop(), porter.Door(), list[int]()
    stumbled = list[object]()
    loop.set_exception_handler(lambda _loop, told: stumbled.append(told["exception"]))

    def come_in(number: int) -> None:
        if number % 2:
            raise ValueError(number)
        inside.append(number)

    for some in (range(10), range(10, 20)):
        for number in some:
            door.knock(partial(come_in, number), loop)
        async with asyncio.timeout(30):
            while len(inside) + len(stumbled) < some.stop:
                await asyncio.sleep(0.001)

    assert inside == list(range(0, 20, 2))


async def test_who_waits_at_the_door_is_sent_home_when_the_house_closes(
    app: Starlette, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And asks again where another process listens."""
    monkeypatch.setattr(porter.Door, "_let_in", lambda *_: None)
    async with running(app) as url:
        screen = a_screen(url, tokens("screen"))
        await asyncio.sleep(0.1)
    with pytest.raises(ConnectionResetError):
        await heard(screen)
    screen.close()


async def test_where_there_is_no_room_people_wait(
    url: str, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A process has only so many connections; it says so, and lets them in when there is room."""
    monkeypatch.setattr(porter, "NO_ROOM", 0.1)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    person = asks(url, "GET /healthz", tokens("admin"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))), hard))
    try:
        async with asyncio.timeout(30):
            while "nobody can be let in" not in caplog.text:
                await asyncio.sleep(0.01)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (await heard(person)).startswith(b"HTTP/1.1 200")
    person.close()
