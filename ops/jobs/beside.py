"""What `jiaohao run` has beside the server: the devices of its machine, and a worker."""

from __future__ import annotations

import asyncio
import logging

from ops import edges
from ops.children import kept
from ops.compose import Parts
from ops.settings import Settings

log = logging.getLogger(__name__)


async def beside_edges(given: Settings, parts: Parts) -> None:
    """The edges of the server's own machine and a worker; neither stops for the other."""
    working = asyncio.create_task(kept("worker", "ops.jobs", given), name="worker")
    try:
        await _edges(given, parts)
        await working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _edges(given: Settings, parts: Parts) -> None:
    try:
        await edges.beside(given, parts)
    except Exception:
        log.exception("the edges broke")
