"""`jiaohao purge`: what has been kept long enough goes, from SQL and from Redis."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import and_
from sqlmodel import col, select, update

from ops.backup import client
from ops.configured import configuration
from ops.settings import Settings
from ops.supervisor import redis_now
from queue_server.archive import retention
from queue_server.archive.database import Database
from queue_server.archive.memory import DayRow
from queue_server.archive.retention import Going
from queue_server.archive.tables import HallRow
from queue_server.engine import copies

#: As the plan calls what Redis still has of days that are in the memory.
IN_REDIS = "days in Redis"


def plan(settings: Settings, now: int) -> list[Going]:
    """What would go now; nothing is changed."""
    known = configuration(settings)
    try:
        with known.database.reading() as session:
            return retention.plan(session, now, settings.retention)
    finally:
        known.close()


async def purge(
    settings: Settings, now: int, by: str, told: Callable[[str, int], None] = lambda *_: None
) -> dict[str, int]:
    """Let all of it go; answers with how much of each went. Redis keeps of a sealed day nothing
    that is personal for longer than SQL does: the day goes from it as a whole."""
    known = configuration(settings)
    try:
        rules = settings.retention
        gone = await asyncio.to_thread(retention.purge, known.database, now, rules, by, told)
        async with redis_now(settings) as url:
            before = now - rules.personal * retention.DAY
            days = await asyncio.to_thread(_from_redis, known.database, url, before, now)
        return gone | ({IN_REDIS: days} if days else {})
    finally:
        known.close()


def _from_redis(database: Database, url: str, before: int, now: int) -> int:
    row, count = DayRow, 0
    old = and_(col(row.sealed) > 0, col(row.sealed) < before, col(row.closed) < before)
    wanted = select(HallRow.tenant, row.hall, row.day).where(col(HallRow.id) == col(row.hall), old)
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    with database.reading() as session:
        for tenant, hall, day in session.exec(wanted):
            days[(tenant, hall)].append(day)
    with client(url) as redis:
        for (tenant, hall), theirs in days.items():
            gone = copies.forget_days(redis, tenant, hall, theirs)
            count += len(gone)
            _note_expired(database, hall, gone, now)
    return count


def _note_expired(database: Database, hall: str, days: list[str], now: int) -> None:
    here = and_(col(DayRow.hall) == hall, col(DayRow.day).in_(days), col(DayRow.expired) == 0)
    if days:
        with database.writing() as session:
            session.exec(update(DayRow).where(here).values(expired=now))
