"""Run a program that must not take long: a child process with a time limit, killed with its group.

Speech engines and sound programs hang; whatever they do, the hall waits only so long.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryFile

from queue_server.client.device import DeviceError, Offline

#: How long a killed process may take to be gone (s); one stuck in the kernel is left behind.
_DYING = 2.0


class NotThere(Offline):
    """The program is not installed, or cannot be run."""


async def run(command: Sequence[str], limit: float, *, said: str = "") -> None:
    """Run a command to its end, with `said` on its standard input, for at most `limit` seconds.

    Raises NotThere when it cannot be started, Offline when it does not end, DeviceError when it
    fails.
    """
    name = Path(command[0]).name
    # Files rather than pipes: a grandchild that lives on cannot keep us waiting for their end.
    with TemporaryFile() as words, TemporaryFile() as errors:
        words.write(said.encode())
        words.seek(0)
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=words, stdout=DEVNULL, stderr=errors, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise NotThere(f"{name} cannot be started: {error}") from error
        try:
            async with asyncio.timeout(limit):
                code = await process.wait()
        except TimeoutError:
            raise Offline(f"{name} hung: it did not end within {limit:.0f} s") from None
        finally:
            await _end(process)
        if code:
            errors.seek(0)
            raise DeviceError(f"{name} failed ({code}): {_last_line(errors.read(20_000))}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        # Its session is its own, so this is it and what it has started.
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(_DYING):
            await asyncio.shield(process.wait())


def _last_line(errors: bytes) -> str:
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "it did not say why"
