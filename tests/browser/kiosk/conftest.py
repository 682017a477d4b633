"""A kiosk in a town's hall."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens, running
from tests.browser.chromium import Opener, Screen
from tests.browser.kiosk.at_a_kiosk import opened
from tests.browser.kiosk_hall import kiosk_app, town
from ticketing.kiosk import Settings


@pytest.fixture
def layout(layout: Layout) -> Layout:
    return town(layout.tenant)


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(kiosk_app(state, layout, Settings())) as address:
        yield address


@pytest.fixture
async def kiosk(url: str, hall: RedisHall, tokens: Tokens, window: Opener) -> Screen:
    """One that is registered with its hall, with window 3 open for the police lane."""
    await hall.open_window("3")
    return await opened(url, tokens, window)
