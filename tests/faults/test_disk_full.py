"""The disk is full: nothing is promised that cannot be kept, and there is a way back."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.hall import Events
from queue_server.domain.refusals import Unavailable
from tests.faults.load import gaps, settled, the_day
from tests.installation import PATIENCE, Installation, hall_at

pytestmark = pytest.mark.anyio

SERVICE = "512B0003600029"
#: As small as a disk can be that still has room for the tables and one plan of the hall.
DISK = "size=3m"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
        folder.rmdir()


@pytest.fixture
def town(small_disk: Path) -> Iterator[Installation]:
    made = Installation(small_disk)
    try:
        yield made.start().ready()
    finally:
        made.remove()


def fill(disk: Path) -> Path:
    """Somebody's film takes all the room that is left."""
    film = disk / "film"
    with film.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return film


async def test_a_full_disk_loses_nothing(town: Installation, small_disk: Path) -> None:
    """Until there is room again commands are refused as away; what was answered is all there."""
    told: list[Events] = []
    token = town.token()
    async with asyncio.timeout(PATIENCE), hall_at(town.url, token) as hall:
        day = await settled(hall)
        told += [await hall.take(SERVICE) for _ in range(10)]
        film = await asyncio.to_thread(fill, small_disk)

        refused = await _until_refused(town.url, token, told)
        film.unlink()
        told += [await hall.take(SERVICE) for _ in range(10)]
        stream = await the_day(hall, day)

    assert isinstance(refused, Unavailable)
    known = {event.seq: event for event in stream}
    assert [event for events in told for event in events if known.get(event.seq) != event] == []
    assert gaps(stream) == []
    verdict = audit(stream)
    assert verdict.clean, verdict.lines()


async def _until_refused(url: str, token: str, told: list[Events]) -> Unavailable:
    """The first refusal; the file system may still have had a little room here and there."""
    async with RemoteHall(url, "demo", token, patience=1.0) as impatient:
        while True:
            try:
                told.append(await impatient.take(SERVICE))
            except Unavailable as refused:
                return refused
