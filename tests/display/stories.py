"""Short words for stories about what screens show."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

from display.panels.onbon import Onbon
from display.panels.onbon_lines import Tcp
from display.pictures import PAINTERS
from display.showing import Showing
from queue_server.client.device import Device
from queue_server.domain.events import TicketShown
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import running, until
from tests.conftest import Clock
from tests.display.card import TcpCard
from tests.engine.stories import called, open_windows, take

__all__ = ["called", "open_windows", "running", "take", "until"]


async def zoned(hall: RedisHall, layout: Layout) -> Layout:
    """The police windows and social windows move upstairs."""
    windows = tuple(
        replace(window, zone="upstairs") if window.number in ("3", "4", "5") else window
        for window in layout.windows
    )
    moved = replace(layout, windows=windows)
    await hall.change_layout(moved.to_json())
    return moved


def strip_of_3(hall: RedisHall, net: TcpCard) -> tuple[Showing, Device]:
    device = Device(hall, "strip-3", "screen", window="3")
    line = Tcp("127.0.0.1", net.port, 0.3)
    return Showing(hall, Onbon(line, 64, 16), device, "window:3"), device


async def shown(hall: RedisHall) -> list[tuple[str, int, int]]:
    """Every `shown` of the day: ticket, call, delay (ms)."""
    view = await hall.view()
    events = await hall.events(Position(view.day, 0), 1000)
    return [(e.ticket, e.call, e.delay) for e in events if isinstance(e, TicketShown)]


async def reported(hall: RedisHall, number: str) -> None:
    async with asyncio.timeout(30):
        while not (await hall.view()).tickets[number].shown:
            await asyncio.sleep(0.02)


async def seen(hall: RedisHall, clock: Clock, kind: str = "board", name: str = "") -> Any:
    """A picture now, as a screen would read it."""
    return json.loads(json.dumps(PAINTERS[kind](await hall.view(), name, clock())))


def calls(board: Any) -> list[tuple[str, str, str]]:
    return [(call["ticket"], call["window"], call["state"]) for call in board["calls"]]
