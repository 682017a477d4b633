"""What runs when: each slot once, and one that was slept through is made up for."""

from __future__ import annotations

from datetime import datetime

import pytest
from croniter import croniter

from ops.jobs.queue import Jobs
from ops.jobs.schedule import SCHEDULE, Entry, Schedule, last_slot
from ops.jobs.tasks import TASKS
from tests.ops.jobs.conftest import Work

NIGHTLY = (Entry("nightly", "30 1 * * *", "count"),)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("when", "now", "slot"),
    [
        ("30 1 * * *", "11-22T01:29:59", "2026-11-21T01:30"),
        ("30 1 * * *", "11-22T01:30:00", "2026-11-22T01:30"),
        ("30 1 * * *", "11-22T01:30:59", "2026-11-22T01:30"),
        ("30 1 * * *", "11-22T23:00:00", "2026-11-22T01:30"),
        ("0 9 * * 1-5", "11-22T12:00:00", "2026-11-20T09:00"),
        ("0 2 1 * *", "11-22T12:00:00", "2026-11-01T02:00"),
    ],
)
def test_the_newest_slot_is_the_last_that_has_come(when: str, now: str, slot: str) -> None:
    assert last_slot(when, at(now)) == slot


def test_the_table_makes_sense() -> None:
    """Every entry has a name of its own, a time, and a task that there is."""
    assert len({entry.name for entry in SCHEDULE}) == len(SCHEDULE)
    for entry in SCHEDULE:
        assert entry.task in TASKS
        assert croniter.is_valid(entry.when)


def test_each_slot_is_asked_for_once(work: Work) -> None:
    """Also by two workers; what is new begins with its next slot."""
    one, two = (Schedule(work.redis, Jobs(work.redis), NIGHTLY) for _ in range(2))
    assert one.ask(at("11-20T12:00:00")) == []
    assert one.ask(at("11-21T01:29:00")) == []
    assert one.ask(at("11-21T01:30:02")) == ["nightly-20261121T0130"]
    assert two.ask(at("11-21T01:30:03")) == []
    (job,) = work.jobs.listed()
    assert (job.task, job.words, job.by) == ("count", {"slot": "2026-11-21T01:30"}, "schedule")


def test_whoever_slept_makes_up_for_the_last_slot(work: Work) -> None:
    """The machine was off over the weekend: one report, not three."""
    schedule = Schedule(work.redis, work.jobs, NIGHTLY)
    schedule.ask(at("11-20T12:00:00"))
    assert schedule.ask(at("11-23T08:15:00")) == ["nightly-20261123T0130"]
    assert schedule.ask(at("11-23T08:16:00")) == []


def test_a_clock_that_is_put_back_asks_for_nothing(work: Work) -> None:
    schedule = Schedule(work.redis, work.jobs, NIGHTLY)
    schedule.ask(at("11-20T12:00:00"))
    schedule.ask(at("11-21T12:00:00"))
    assert schedule.ask(at("11-20T12:00:00")) == []
    assert schedule.ask(at("11-21T13:00:00")) == []
