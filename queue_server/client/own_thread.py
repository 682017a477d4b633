"""A thread of one's own for what blocks, such as hardware: one call at a time, as asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class OwnThread:
    """Does such things from the event loop without holding it up.

    A call that nobody waits for any more still ends by its own time-out, and the next comes after.
    """

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, name)

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` answers, or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def end(self, last: Callable[[], None]) -> None:
        """Do one last thing after what is being done; waits for nothing."""
        self._pool.submit(last)
        self._pool.shutdown(wait=False)
