"""What is done by the clock: what was kept long enough goes, who owes an answer is reminded, and,
where a local rule wants it, silence counts as a rating."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from ops import purging
from ops.jobs.work import Work
from queue_server.archive.assumed_ratings import assume
from queue_server.archive.database import Database
from queue_server.archive.deliveries import Letter, tell
from queue_server.archive.webhooks import Webhooks
from queue_server.archive.work_orders import DUE, Reminder, reminders
from queue_server.domain.calling import HOUR
from queue_server.engine.redis_hall import wall_clock

BY = "schedule"


def purge(work: Work) -> dict[str, Any]:
    """Let go of what has been kept long enough."""
    return {"gone": str(asyncio.run(purging.purge(work.settings, wall_clock(), BY)))}


def remind(work: Work) -> dict[str, Any]:
    """Tell every hook that asked for it which work orders are due; each once, with its marks."""
    now = wall_clock()
    with _writing(work) as (session, known):
        due = reminders(session, now)
        for hook in Webhooks(known).hooks():
            if hook.active and DUE in hook.kinds:
                tell(session, hook.id, [_letter(one, now) for one in due if one.hall in hook.halls])
    return {"reminded": len(due)}


def count_silence(work: Work) -> dict[str, Any]:
    """Whoever said nothing for so long is fairly content, where the setting says so."""
    days = work.settings.assume_days
    if not days:
        return {"assumed": 0}
    with _writing(work) as (session, _known):
        return {"assumed": assume(session, wall_clock(), days * 24 * HOUR)}


@contextmanager
def _writing(work: Work) -> Iterator[tuple[Session, Database]]:
    known = Database(work.settings.database_url)
    try:
        with known.writing() as session:
            yield session, known
    finally:
        known.close()


def _letter(one: Reminder, now: int) -> tuple[str, Letter]:
    # The same reminder said again has the same name, and is one letter.
    name = f"{one.hall}/work-order/{one.order}/{one.due}/{now // (24 * HOUR) if one.overdue else 0}"
    told = {"id": name, "kind": DUE, "at": now, **asdict(one)}
    return one.hall, Letter(name, DUE, 0, json.dumps(told, ensure_ascii=False))
