"""The archive as its server sees it: a child (`archive_process.py`) that tells how far it is.

Writing a visit down takes as much of a processor as serving it. In the server's own interpreter a
press would wait for that; in another it costs the people at the windows nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import replace

from ops.children import kept
from ops.settings import Settings
from queue_server.api.metrics import Backlog
from queue_server.domain.hall import Position

#: So long (s) after its server it is started.
LATER = 3.0
#: A child that has said nothing for so long (s) writes nothing down, whatever it said last.
SILENT = 30.0


class Archiving:
    """The child, kept alive; its Redis is at `redis_url`."""

    def __init__(self, given: Settings, redis_url: str) -> None:
        self._given = replace(given, redis=redis_url)
        self._told: list[Backlog] = []
        self._at = float("-inf")

    async def run(self) -> None:
        """Until it is cancelled."""
        # A server that starts has a hall waiting for it; what is to be written down can wait.
        await asyncio.sleep(LATER)
        await kept("archive", "ops.archive_process", self._given, self._heard)

    def _heard(self, line: bytes) -> None:
        self._at = time.monotonic()
        self._told = [
            Backlog(hall, Position(day, seq), behind) for hall, day, seq, behind in json.loads(line)
        ]

    def backlogs(self) -> Iterable[Backlog]:
        """How far the halls are that it writes down."""
        return self._told if time.monotonic() - self._at < SILENT else ()
