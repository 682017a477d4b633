"""A worker beside the server: a child process of the supervisor, started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from dataclasses import fields

from ops import edges
from ops.compose import Parts
from ops.settings import Settings, variable

#: How long a worker may take to end before it is ended (s).
GRACE = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Whoever worked this long (s) has earned a quick start again.
STEADY = 60.0

log = logging.getLogger(__name__)


async def beside_edges(given: Settings, parts: Parts) -> None:
    """The edges of the server's own machine and a worker; neither stops for the other."""
    working = asyncio.create_task(beside(given), name="worker")
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


async def beside(given: Settings) -> None:
    """A worker as a child of this process, for as long as this runs; started again if it dies."""
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
    while True:
        began = loop.time()
        code = await _child(given)
        log.error("the worker has ended (%s); starting it again", code)
        pause = FIRST_PAUSE if loop.time() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)


async def _child(given: Settings) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "ops.jobs"),
        stdin=asyncio.subprocess.PIPE,
        env=os.environ | environment(given),
        # Ctrl-C is for the supervisor, which stops it.
        start_new_session=True,
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE)
        if process.returncode is None:
            process.kill()
            await process.wait()


def environment(given: Settings) -> dict[str, str]:
    """The settings as another process reads them."""
    return {variable(one.name): str(getattr(given, one.name)) for one in fields(Settings)}
