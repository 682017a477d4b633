"""Pictures under strain: readers that stop, readers that catch up, calls one after the other."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from queue_server.api import exhibition
from queue_server.api.app import create_app
from queue_server.api.sockets import Close
from queue_server.api.state import ServerState
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio
BOARD = "/api/v1/halls/hall/pictures/board"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures come as fast as people: what the pace is, is another story."""
    monkeypatch.setattr(exhibition, "CALM", 0.01)
    monkeypatch.setattr(exhibition, "PRESSING", 0.01)


@asynccontextmanager
async def narrow(state: ServerState) -> AsyncIterator[str]:
    """A server whose system keeps little of what is not read yet."""
    line = socket.create_server(("127.0.0.1", 0))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    async with running(create_app(state), line) as url:
        yield f"ws{url.removeprefix('http')}{BOARD}"


async def widened(hall: RedisHall) -> None:
    """So many windows that a picture of them fills what little the system keeps."""
    plan = (await hall.view()).plan
    more = tuple(replace(plan.windows[0], number=f"W{n}", name="综合窗口") for n in range(100))
    await hall.change_layout(replace(plan, windows=plan.windows + more).to_json())


async def asleep(board: str) -> ClientConnection:
    """A screen that has seen one picture and reads no more."""
    near = socket.socket()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = board.removeprefix("ws://").partition("/")[0].split(":")
    near.connect((host, int(port)))
    line = await connect(board, sock=near, proxy=None, max_queue=1)
    await line.recv()
    line.transport.pause_reading()
    return line


async def told(line: ClientConnection) -> Any:
    async with asyncio.timeout(PATIENCE):
        return json.loads(await line.recv())


async def _to_the_end(line: ClientConnection) -> None:
    while True:
        await line.recv()


async def until_waiting(line: ClientConnection, people: int) -> Any:
    """The picture on which so many wait."""
    while True:
        seen = await told(line)
        if "lanes" in seen and sum(lane["waiting"] for lane in seen["lanes"]) == people:
            return seen


@pytest.mark.usefixtures("hurried")
async def test_one_that_stops_reading_delays_nobody(state: ServerState, hall: RedisHall) -> None:
    """The others see every change; it is told to come back, and its line is given up."""
    await widened(hall)
    async with narrow(replace(state, patience=1.0)) as board, connect(board, proxy=None) as awake:
        sleeper = await asleep(board)
        for people in range(1, 31):
            await hall.take("P1")
            await until_waiting(awake, people)
        await asyncio.sleep(1.1)
        await hall.take("P1")
        await until_waiting(awake, 31)
        sleeper.transport.resume_reading()
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(_to_the_end(sleeper), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == Close.TOO_SLOW


@pytest.mark.usefixtures("hurried")
async def test_one_that_catches_up_sees_the_newest(state: ServerState, hall: RedisHall) -> None:
    """What it slept through is left out; how it is now comes without another change."""
    await widened(hall)
    async with narrow(replace(state, patience=30.0)) as board, connect(board, proxy=None) as awake:
        sleeper = await asleep(board)
        for people in range(1, 31):
            await hall.take("P1")
            await until_waiting(awake, people)
        sleeper.transport.resume_reading()
        seen = 0
        while True:
            seen += 1
            picture = await told(sleeper)
            if sum(lane["waiting"] for lane in picture["lanes"]) == 30:
                break
        await sleeper.close()
    assert seen < 30


async def test_calls_are_shown_at_most_ten_times_a_second(
    state: ServerState, hall: RedisHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many windows press at once; the last picture is how it is."""
    times, pay = list[float](), exhibition.Easel.pay

    def paid(easel: exhibition.Easel, clock: float) -> None:
        times.append(clock)
        pay(easel, clock)

    monkeypatch.setattr(exhibition.Easel, "pay", paid)
    await hall.open_window("3")
    async with running(create_app(state)) as url:
        board = f"ws{url.removeprefix('http')}{BOARD}"
        async with connect(board, proxy=None) as screen:
            await told(screen)
            until = time.monotonic() + 1.5
            while time.monotonic() < until:
                await hall.take("P1")
                called = await hall.call_next("3")
                await hall.start("3")
                await hall.finish("3")
            last = called[0]
            while True:
                picture = await told(screen)
                if any(call["call"] == last.seq for call in picture.get("calls", ())):
                    break
    within = [sum(0 <= other - one < 1.0 for other in times) for one in times]
    assert 4 < max(within) <= 10
