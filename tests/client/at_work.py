"""A device's service at work, for as long as a test needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol


class Service(Protocol):
    async def run(self) -> None: ...


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[None]:
    """They run until the end of the block; a bug in one ends the test."""
    tasks = [asyncio.create_task(service.run()) for service in services]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def until(true: Callable[[], object], patience: float = 30.0) -> None:
    """Wait for something that comes true by itself."""
    async with asyncio.timeout(patience):
        while not true():
            await asyncio.sleep(0.01)
