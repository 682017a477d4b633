"""Child processes of a server: kept alive as long as it runs, and gone when it is.

What takes much of a processor but may come a moment later (the archive, the jobs) works there, so
that nobody at a window waits for it. Whoever starts a child holds the other end of its standard
input and never says anything: when that end closes, by whatever death, the child ends too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields

from ops.settings import Settings, variable

#: How long a child may take to end before it is ended (s).
GRACE = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Whoever worked this long (s) has earned a quick start again.
STEADY = 60.0
#: How far a child stands back (`man 2 nice`).
NICE = 10
#: The longest line that a child may say (bytes).
LONGEST_LINE = 1 << 22

log = logging.getLogger(__name__)

Heard = Callable[[bytes], None]


async def kept(name: str, module: str, given: Settings, heard: Heard | None = None) -> None:
    """`python -m module` as a child of this process, for as long as this runs; started again if it
    dies, cannot be started, or says what makes no sense. Every line that it prints is `heard`."""
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
    while True:
        began = loop.time()
        code: object
        try:
            code = await _child(module, given, heard)
        except (OSError, ValueError) as error:
            code = error
        log.error("the %s has ended (%s); starting it again", name, code)
        if loop.time() - began > STEADY:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _child(module: str, given: Settings, heard: Heard | None) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE if heard else None,
        limit=LONGEST_LINE,
        env=os.environ | environment(given),
    )
    try:
        if heard and process.stdout:
            async for line in process.stdout:
                heard(line)
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


def become(name: str, level: str) -> None:
    """Be a child: log in one's own name, stand back for the server, whom people wait for, and end
    when the process that started us does."""
    # Ctrl-C is for the supervisor, which stops us. In a session of our own we would have as much
    # of the processor as the server, however nice we are (`man 7 sched`, autogroup).
    os.setpgrp()
    os.nice(NICE)
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    threading.Thread(target=_leash, daemon=True).start()
    logging.basicConfig(level=level.upper(), format=f"{name}: %(message)s")
    for chatty in ("alembic", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _leash() -> None:
    with suppress(OSError):
        # Not by way of sys.stdin, whose lock a thread at the end would still hold.
        while os.read(sys.stdin.fileno(), 64):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
