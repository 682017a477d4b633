"""What the clock asks for: reminders reach hooks once, and silence counts only where wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ops.jobs import nightly
from ops.jobs.work import Work
from ops.sample_hall import sample_calendar, sample_hall
from ops.settings import Settings
from queue_server.archive import work_orders
from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import WAITING, Deliveries
from queue_server.archive.memory import DayRow, RatingRow, VisitRow
from queue_server.archive.webhooks import Webhooks
from tests.databases import with_tables

DAY = 24 * 3_600_000
RATED = 1_772_413_200_000
HERE: dict[str, Any] = {"hall": "demo", "day": "2026-03-02", "date": "2026-03-02"}


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Configuration]:
    """The sample hall, with a bad rating of long ago and a visit that nobody rated."""
    opened = Configuration(with_tables(Settings(data=tmp_path).database_url))
    opened.migrate()
    opened.publish(sample_hall(), sample_calendar(), "test", 1)
    bad = RatingRow(**HERE, ticket="A001", at=RATED, score=1)
    silent: dict[str, Any] = {"hour": 9, "lane": "general", "class_": "ordinary", "service": "X"}
    with opened.database.writing() as session:
        session.add(DayRow(**HERE, opened=RATED))
        session.add(bad)
        session.add(
            VisitRow(**HERE, **silent, ticket="A002", taken=RATED, ended=RATED, state="served")
        )
        work_orders.opened(session, [bad])
    yield opened
    opened.close()


def work(folder: Path, **settings: Any) -> Work:
    return Work("1", replace(Settings(data=folder), **settings), {}, lambda *_: None)


def test_a_reminder_is_a_letter_to_whoever_asked(known: Configuration, tmp_path: Path) -> None:
    """Once, though the clock comes by every hour; `*` alone does not ask for it."""
    hooks = Webhooks(known.database)
    wants = hooks.add("https://hall.example/due", [work_orders.DUE], RATED, hall="demo")
    every = hooks.add("https://hall.example/all", ["*"], RATED, hall="demo")

    assert nightly.remind(work(tmp_path)) == {"reminded": 1}
    assert nightly.remind(work(tmp_path)) == {"reminded": 0}

    (letter,) = Deliveries(known.database).listed(wants.id, WAITING)
    told = json.loads(letter.body)
    assert (told["kind"], told["hall"], told["overdue"]) == (work_orders.DUE, "demo", True)
    assert Deliveries(known.database).listed(every.id, WAITING) == []


def test_silence_counts_only_where_the_setting_says_so(
    known: Configuration, tmp_path: Path
) -> None:
    """Off as it comes; after so many days it says that it was assumed."""
    assert nightly.count_silence(work(tmp_path)) == {"assumed": 0}
    assert nightly.count_silence(work(tmp_path, assume_days=7)) == {"assumed": 1}
    with known.database.reading() as session:
        row = session.get(RatingRow, ("demo", "2026-03-02", "A002"))
    assert row is not None
    assert row.assumed
