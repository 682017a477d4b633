"""A week of the sample hall, remembered: what reports say is what happened, counted by hand."""

from __future__ import annotations

import asyncio
import shutil
import statistics as plain
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from ops.configured import configuration
from ops.reports import scope
from ops.reports.making import make
from ops.reports.periods import period
from ops.settings import Settings
from queue_server.archive.archivist import Archivist, Pace
from queue_server.archive.configuration import Configuration
from queue_server.archive.history import History
from queue_server.archive.statistics import statistics
from queue_server.archive.summaries import summarize
from queue_server.audit.auditor import audit
from queue_server.audit.why import why
from queue_server.domain.events import Event, TicketCalled
from queue_server.engine.redis_hall import RedisHall
from tests.archive.archiving import caught_up, stream_of
from tests.browser.scene import MINUTE, Past, a_morning, past_hall
from tests.domain import recount
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio

MONDAY = int(datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * 1000
DAY = 24 * 60 * MINUTE
WEEK = ("2026-03-02", "2026-03-08")


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="jh-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def a_week(hall: RedisHall, known: Configuration, clock: Past) -> list[str]:
    """Seven short days, each closed with people left, archived and sealed; their ids."""
    pace = Pace(linger=0, seal_every=3600)
    archivist = Archivist(
        hall, known.database, hall.events, clock, sealed=summarize, pace=pace, start=None
    )
    days = []
    work = asyncio.create_task(archivist.run())
    for n in range(7):
        clock.now = MONDAY + n * DAY
        await a_morning(hall, clock, minutes=30, seed=n)
        # Whoever still waits has waited for over an hour by now.
        clock.now += 75 * MINUTE
        days.append((await hall.view()).day)
        await hall.close_day("force")
        await caught_up(archivist, hall)
        clock.now += 10 * MINUTE
        assert await archivist.seal() == []
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return days


async def test_the_week_is_what_it_was(folder: Path) -> None:
    """Stream, tables, statistics, workbook and PDF agree; the auditor and `why` know each day."""
    settings = Settings(data=folder)
    redis = RedisServer(folder / "redis").start()
    clock = Past(MONDAY)
    async with past_hall(settings, redis.url, clock) as hall:
        known = configuration(settings)
        days = await a_week(hall, known, clock)
        streams = {day: await stream_of(hall, day) for day in days}
    redis.stop()

    assert all(audit(events).clean for events in streams.values())
    rows = [row for events in streams.values() for row in recount.stages(events)]
    waits = [row["wait"] for row in rows if row["called"]]
    assert max(row["wait"] for row in rows) > 75 * MINUTE

    first, last = (date.fromisoformat(one) for one in WEEK)
    with known.database.reading() as session:
        told = statistics(session, ["demo"], first, last, by=("lane",)).totals
    assert told.waits.count == len(waits)
    assert told.waits.mean == pytest.approx(plain.fmean(waits))
    assert told.waits.cut == len(rows) - len(waits)

    for day, events in streams.items():
        assert History(known.database).day_events("demo", day) == events
    await _reports(known, folder, len(waits), len(rows) - len(waits))
    _explained(streams[days[0]])
    known.close()


async def _reports(known: Configuration, folder: Path, called: int, left: int) -> None:
    """The month's report as a workbook and as PDF."""
    wanted = period("month", WEEK[0], "", "")
    where = scope.of_hall(known, "demo")
    for sort in ("xlsx", "pdf"):
        make(known, where, wanted, sort, "zh-CN", folder / f"r.{sort}", MONDAY + 9 * DAY)
    book = openpyxl.load_workbook(folder / "r.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {called, left} <= cells
    if shutil.which("pdftotext"):
        words = ["pdftotext", str(folder / "r.pdf"), "-"]
        text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert "示例镇便民服务中心" in text
        assert str(called) in text


def _explained(events: Sequence[Event]) -> None:
    """Why was one called before another, in words."""
    called = [event.ticket for event in events if isinstance(event, TicketCalled)]
    said = why(events, called[0], called[1], "zh-CN")
    assert called[0] in " ".join(said)
    assert called[1] in " ".join(said)
