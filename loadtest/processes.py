"""Processes of our own: started for a measurement, ended after it, and where they answer."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def child(*words: str, **settings: str) -> AsyncIterator[Process]:
    """`python -m` these words, with these `JIAOHAO_…` settings and no others, as long as the
    block. What it says and hears are pipes; its errors are ours."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JIAOHAO_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *words),
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 20,
        env=inherited | settings,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def answering(
    port: int, process: Process
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a server that may still be starting; raises RuntimeError when it ends."""
    while process.returncode is None:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the server does not come up, exit code {process.returncode}")


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
