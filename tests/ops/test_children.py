"""Child processes: heard, started again when they die, and gone with whoever started them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from operator import ge
from pathlib import Path

import pytest

from ops import children
from ops.children import kept
from ops.settings import Settings
from tests.installation import wait_until

pytestmark = pytest.mark.anyio
#: A child that says who it is and which folder it was given, and then works for ever.
CHILD = """
import os, signal
from ops import settings
from ops.children import become
become("child", "info")
print(os.getpid(), settings.read().data, flush=True)
while True:
    signal.pause()
"""
PARENT = """
import asyncio, sys
from pathlib import Path
from ops import children
from ops.children import kept
from ops.settings import Settings
heard = lambda line: print(line.decode(), end="", flush=True)
asyncio.run(kept("child", "child", Settings(data=Path(sys.argv[1])), heard))
"""


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of this test, and a module `child` to be found."""
    (tmp_path / "child.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    return Settings(data=tmp_path)


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def test_who_dies_is_started_again(given: Settings) -> None:
    """With the same settings; and nobody is left when the work is over."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    work = asyncio.create_task(kept("child", "child", given, heard.put_nowait))
    async with asyncio.timeout(60):
        first, folder = (await heard.get()).split()
        os.kill(int(first), signal.SIGKILL)
        second, _ = (await heard.get()).split()
        assert os.getpriority(os.PRIO_PROCESS, int(second)) > os.getpriority(os.PRIO_PROCESS, 0)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert folder.decode() == str(given.data)
    assert first != second
    assert not alive(int(second))


def test_a_child_goes_with_a_parent_that_is_killed(given: Settings) -> None:
    """By whatever death: nobody writes on behalf of a server that is gone."""
    words = [sys.executable, "-c", PARENT, str(given.data)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline().split()[0])
        parent.kill()
    wait_until(lambda: not alive(child), "the child has gone too")


async def test_one_that_cannot_start_is_not_started_all_the_time(
    given: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pause is twice as long, up to the longest: who lacks memory has other things to do."""
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.5)
    work = asyncio.create_task(kept("child", "no_such_module", replace(given, log="error")))
    async with asyncio.timeout(60):
        while len(caplog.messages) < 4:
            await asyncio.sleep(0.02)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    when = [record.created for record in caplog.records]
    assert set(caplog.messages) == {"the child has ended (1); starting it again"}
    pauses = [later - at for at, later in pairwise(when)]
    assert all(map(ge, pauses, (0.2, 0.4, 0.5)))


async def test_one_that_talks_nonsense_is_started_again(
    given: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And not listened to any longer."""
    heard: asyncio.Queue[int] = asyncio.Queue()

    def understood(line: bytes) -> None:
        heard.put_nowait(int(line.split()[0]))
        raise ValueError("nonsense")

    work = asyncio.create_task(kept("child", "child", given, understood))
    async with asyncio.timeout(60):
        first, second = await heard.get(), await heard.get()
        while len(caplog.messages) < 2:
            await asyncio.sleep(0.02)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert first != second
    assert not alive(first)
    assert not alive(second)
    assert caplog.messages[0] == "the child has ended (nonsense); starting it again"
