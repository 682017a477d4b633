"""Let go of letters that nobody will ask for any more."""

from __future__ import annotations

from typing import Any

from ops.jobs.work import Work
from queue_server.archive.database import Database
from queue_server.archive.deliveries import Deliveries
from queue_server.engine.redis_hall import wall_clock

DAY = 24 * 3600 * 1000
#: How long taken letters and dead ones are kept (ms).
TAKEN, DEAD = 7 * DAY, 30 * DAY


def tidy_letters(work: Work) -> dict[str, Any]:
    """Delete letters that are done with."""
    known = Database(work.settings.database_url)
    try:
        now = wall_clock()
        return {"forgotten": Deliveries(known).forget(now - TAKEN, now - DEAD)}
    finally:
        known.close()
