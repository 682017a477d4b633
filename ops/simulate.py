"""`jiaohao simulate`: which hall the day is simulated in, and how one gets in.

A server that is named, or runs on this machine with our data, is used; otherwise a hall of its
own is started in a temporary folder and gone afterwards.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from ops import settings, simulation
from ops.configured import configuration
from ops.settings import Settings, variable
from queue_server.archive.principals import Role
from queue_server.client.remote_hall import RemoteHall
from queue_server.engine.redis_hall import wall_clock

DAY_MS = 24 * 3600 * 1000


def command(
    speed: Annotated[int, typer.Option(help="how many times as fast as a real day")] = 60,
    seed: Annotated[int, typer.Option(help="the same seed sends the same visitors")] = 1,
    visitors: Annotated[int, typer.Option(help="how many; 0 is a usual day")] = 0,
    hall: Annotated[str, typer.Option(help="which hall")] = "demo",
    server: Annotated[str, typer.Option(help="a server's URL; none: this machine's")] = "",
    token: Annotated[str, typer.Option(help="a manager's token for that server")] = "",
) -> None:
    """Run a day of visitors and clerks through the public API, and let the auditor judge it."""
    found = settings.read()
    clean = asyncio.run(_until_stopped(found, server, token, hall, speed, seed, visitors))
    raise SystemExit(0 if clean else 1)


async def _until_stopped(
    found: Settings, server: str, token: str, hall: str, speed: int, seed: int, visitors: int
) -> bool:
    # Told to stop, we still open the hall's ordinary day again.
    task = asyncio.current_task()
    for one in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(one, lambda: task and task.cancel())
    async with _server(found, server, token, hall) as (url, bearer):
        result = await simulation.run(
            lambda: RemoteHall(url, hall, bearer),
            speed=speed,
            seed=seed,
            visitors=visitors,
            console=Console(),
        )
    return result.verdict.clean


@asynccontextmanager
async def _server(
    found: Settings, server: str, token: str, hall: str
) -> AsyncIterator[tuple[str, str]]:
    if server and token:
        yield server, token
    elif server or await _answers(found.server):
        yield server or found.server, _minted(found, hall)
    else:
        with tempfile.TemporaryDirectory(prefix="jiaohao-") as folder:
            own = replace(found, data=Path(folder), port=_free_port(), redis="", database="")
            async with _started(own):
                yield own.server, _minted(own, hall)


def _minted(found: Settings, hall: str) -> str:
    known = configuration(found)
    try:
        now = wall_clock()
        words = {"label": "simulate", "by": "simulate"}
        return known.tokens.issue(Role.ADMIN, hall, now, lifetime=DAY_MS, **words)
    finally:
        known.close()


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        try:
            return (await client.get(f"{url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@asynccontextmanager
async def _started(own: Settings) -> AsyncIterator[None]:
    """A whole hall in a process of its own."""
    named = {"data": str(own.data), "port": str(own.port), "host": own.host}
    environment = {**os.environ, **{variable(name): value for name, value in named.items()}}
    for name in ("redis", "database"):
        environment.pop(variable(name), None)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "run"),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(60):
            while not await _answers(own.server):
                await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()
