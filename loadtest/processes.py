"""Processes of our own: started for a measurement, ended after it; where they answer, and what
they cost (as Linux tells it in /proc)."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path


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


def family(pid: int) -> list[int]:
    """A process and everything it started that still runs."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for one in (task / "children").read_text().split():
                found += family(int(one))
    return found


def worked(pid: int) -> float:
    """Processor time that a process has used, all threads, in its own code and the kernel's (s)."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """How much of the machine's memory a process has now (kB)."""
    told = Path(f"/proc/{pid}/status").read_text()
    return float(told.partition("VmRSS:")[2].split()[0])


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection of ours during a measurement: it takes a tenth of a second, which would
    count as the delay of what is measured."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
