"""Work until told to stop: Ctrl-C, a service that is stopped, a terminal that is closed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine


def goodbyes() -> list[signal.Signals]:
    """The signals that tell us to stop; not what nohup ignores."""
    known = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    return [one for one in known if signal.getsignal(one) is not signal.SIG_IGN]


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Do this until it ends or we are told to stop."""
    loop, starting = asyncio.get_running_loop(), asyncio.current_task()
    assert starting
    for one in goodbyes():
        loop.add_signal_handler(one, starting.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work
