"""A kiosk that a visitor comes to, and what the hall then knows of him."""

from __future__ import annotations

from typing import Any

from queue_server.domain.tickets import Ticket
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.browser.chromium import Opener, Screen

#: What somebody comes for.
RECORD, CHANGE = "511F09014002", "511F09014005"


async def opened(url: str, tokens: Tokens, window: Opener, **more: Any) -> Screen:
    screen = await window(f"{url}/hall/kiosk#token={tokens('kiosk')}&device=kiosk-1", **more)
    await screen.reads(".tile .queue", "人等候")
    return screen


async def taken(hall: RedisHall) -> list[Ticket]:
    return list((await hall.view()).tickets.values())
