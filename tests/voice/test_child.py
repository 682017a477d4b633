"""Programs that must not take long."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError, Offline
from tests.client.programs import alive, program
from voice import child

pytestmark = pytest.mark.anyio


async def test_a_program_reads_what_it_is_told(tmp_path: Path) -> None:
    """The text arrives on standard input."""
    cat = program(tmp_path, "cat-to", 'cat > "$1"')

    await child.run([str(cat), str(tmp_path / "out")], 5, said="请 A 零")

    assert (tmp_path / "out").read_text() == "请 A 零"


async def test_a_failure_says_why(tmp_path: Path) -> None:
    """The program's last words are the reason."""
    broken = program(tmp_path, "broken", "echo one >&2; echo no such voice >&2; exit 3")

    with pytest.raises(DeviceError, match=r"broken failed \(3\): no such voice"):
        await child.run([str(broken)], 5)


async def test_what_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    """Neither the program nor what it started outlives its time limit."""
    script = f"sleep 60 & echo $$ $! > {tmp_path}/pids; wait"
    hanging = program(tmp_path, "hanging", script)

    with pytest.raises(Offline, match="hanging hung"):
        await child.run([str(hanging)], 0.5)

    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    assert not any(map(alive, pids))


async def test_a_program_that_is_not_there() -> None:
    """Nothing to run is told as such."""
    with pytest.raises(child.NotThere, match="no-such-program"):
        await child.run(["no-such-program"], 5)
