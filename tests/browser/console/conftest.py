"""A clerk before a window's console."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from tests.api.serving import running
from tests.browser.chromium import Opener
from tests.browser.console.consoles import Sit, sitting
from tests.conftest import Clock
from tests.console.serving import desks, hired


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(desks(state, layout)) as address:
        yield address


@pytest.fixture
def sit(window: Opener, configuration: Configuration, clock: Clock) -> Sit:
    return sitting(window, configuration, clock)


@pytest.fixture(autouse=True)
def wang(configuration: Configuration) -> str:
    return hired(configuration, "wang", full="王芳")
