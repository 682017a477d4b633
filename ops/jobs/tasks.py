"""Every task that a job can be, once: its name, where it is, and how long it may take.

A task is a function of one `Work` (`work.py`). It may die at any point and be begun anew, so what
it has done must not be done twice: it writes what it made under a name that it would have again.
It answers with JSON for people who look at the job (`{"link": …}` leads to what it made), or None.
"""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """`run` is `module:function`, imported where it is done; `longest` in seconds."""

    name: str
    run: str
    longest: int = 3600


TASKS = {
    task.name: task
    for task in (
        # Letters that were taken, and dead ones nobody wants any more.
        Task("tidy_letters", "ops.jobs.tidying:tidy_letters", 600),
        Task("make_report", "ops.reports.jobs:make"),
        # Of a whole city: two files for each of its halls.
        Task("make_due", "ops.reports.jobs:make_due", 6 * 3600),
        Task("purge", "ops.jobs.nightly:purge"),
        Task("reminders", "ops.jobs.nightly:remind", 600),
        Task("count_silence", "ops.jobs.nightly:count_silence"),
    )
}
