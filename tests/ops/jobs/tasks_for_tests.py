"""Tasks that leave marks; the worker's processes know them by `sitecustomize.py`."""

from __future__ import annotations

import os
import time
from typing import Any

from sqlalchemy.exc import OperationalError

from ops.jobs.tasks import TASKS, Task
from ops.jobs.work import Work

HERE = "tests.ops.jobs.tasks_for_tests"
#: Only a guard against hanging.
PATIENCE = 60


def count(work: Work) -> dict[str, Any]:
    """Count to `of`; wait before `hold` until there is a file `go`. Every beginning leaves its
    process; what is there already is passed over, as a task does that may be begun anew."""
    folder = work.settings.data
    with (folder / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    of = int(work.words.get("of", 3))
    for number in range(of):
        work.step(number, of, f"number {number}")
        if number == work.words.get("hold"):
            _wait(work, number, of)
        made = folder / f"effect-{number}"
        if not made.exists():
            with (folder / "effects").open("a") as file:
                file.write(f"{number}\n")
            made.touch()
    return {"link": "/made", "counted": of}


def _wait(work: Work, number: int, of: int) -> None:
    until = time.monotonic() + PATIENCE
    while not (work.settings.data / "go").exists():
        assert time.monotonic() < until
        work.step(number, of, "waits")
        time.sleep(0.02)


def fail(work: Work) -> None:
    """A mistake of ours."""
    with (work.settings.data / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    raise RuntimeError("two and two are five")


def die(work: Work) -> None:
    """A job that takes its process with it."""
    with (work.settings.data / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    os._exit(7)


def away(work: Work) -> None:
    """SQL is not there."""
    raise OperationalError("SELECT 1", {}, Exception("nobody answers"))


def know() -> None:
    """Let `jobs.ask` and the worker know them."""
    for name in ("count", "fail", "die", "away"):
        TASKS[name] = Task(name, f"{HERE}:{name}", 100)
