"""What runs when, in one small table; times are those of this machine's clock and zone.

A slot that passed while the machine was off is made up for when it is on again: many halls switch
everything off at night. That, and that two workers ask once, is why rq's own cron is not used: it
counts from its start, and every one of them asks. The slots are croniter's, as in rq.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from croniter import croniter
from redis import Redis

from ops.jobs.queue import Jobs

#: A hash: entry → its last slot that was asked for.
SLOTS = "jiaohao:rq:slots"
FORM = "%Y-%m-%dT%H:%M"


class Entry(NamedTuple):
    """A task at the times of a cron line; the job is told its `slot`, local, to the minute."""

    name: str
    when: str
    task: str


SCHEDULE = (
    Entry("tidy-letters", "15 3 * * *", "tidy_letters"),
    Entry("purge", "45 3 * * *", "purge"),
    Entry("count-silence", "30 4 * * *", "count_silence"),
    Entry("monthly-reports", "30 2 1 * *", "make_due"),
    Entry("reminders", "5 * * * *", "reminders"),
)


def last_slot(when: str, now: datetime) -> str:
    """The newest time of a cron line that is not in the future; `now` is local. Pure."""
    # What is told is the slot at or before this minute, and croniter looks strictly before.
    begun = now.replace(tzinfo=None, second=0, microsecond=0)
    if croniter.match(when, begun):
        return begun.strftime(FORM)
    found: datetime = croniter(when, begun).get_prev(datetime)
    return found.strftime(FORM)


class Schedule:
    """Asks for what is due; several may do so, and each slot is asked for once."""

    def __init__(self, redis: Redis, jobs: Jobs, entries: Iterable[Entry] = SCHEDULE) -> None:
        self._redis = redis
        self._jobs = jobs
        self._entries = tuple(entries)

    def ask(self, now: datetime) -> list[str]:
        """Ask for every slot that has come since the last one; answers with the jobs' ids.

        An entry that is new begins with its next slot.
        """
        asked = []
        known = {_text(name): _text(slot) for name, slot in self._redis.hgetall(SLOTS).items()}
        for entry in self._entries:
            slot = last_slot(entry.when, now)
            if slot <= known.get(entry.name, slot):
                if entry.name not in known:
                    self._redis.hset(SLOTS, entry.name, slot)
                continue
            id_ = f"{entry.name}-{slot.translate(str.maketrans('', '', ':-'))}"
            asked.append(self._jobs.ask(entry.task, {"slot": slot}, by="schedule", id_=id_))
            self._redis.hset(SLOTS, entry.name, slot)
        return asked


def _text(told: bytes | str) -> str:
    return told.decode() if isinstance(told, bytes) else told
