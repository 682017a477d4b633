"""The doorway of every job, in the process that does it: the one function that rq calls.

A job that raises has failed and waits for somebody to look at it; one that found the database or
Redis away is tried again by itself, and so is one whose process died.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from redis.exceptions import ConnectionError as RedisAway
from rq import get_current_job
from rq.job import Job
from sqlalchemy.exc import OperationalError

from ops import settings
from ops.jobs.queue import DEATHS, cancel_key
from ops.jobs.tasks import TASKS
from ops.jobs.work import Cancelled, Work
from queue_server.domain.refusals import Unavailable

AWAY = (OperationalError, RedisAway, Unavailable)
#: How often, and how soon (s), what was away is looked for again.
WAITS, PAUSE = 30, 60

log = logging.getLogger(__name__)

Json = dict[str, Any]


class Later(Exception):
    """What the job needs is away for the moment."""


def perform(task: str, words: Json) -> Json | None:
    """Do one job."""
    job = get_current_job()
    assert job, "jobs are done by the worker"
    run = function(TASKS[task].run)
    try:
        _step(job)
        return run(Work(job.id, settings.read(), words, lambda *how: _step(job, *how)))
    except Cancelled:
        _note(job, cancelled=True)
        return None
    except AWAY as error:
        _later(job, error)
        # The rest of the story is of no use to anybody.
        raise Later(str(error).partition("\n")[0]) from None
    except BaseException:
        # Done again, it would fail again; and whoever died under it says nothing.
        job.retries_left = 0
        raise


def function(where: str) -> Callable[[Work], Json | None]:
    """The function at `module:function`."""
    module, _, name = where.partition(":")
    found: Callable[[Work], Json | None] = getattr(import_module(module), name)
    return found


def _step(job: Job, done: int = 0, of: int = 0, saying: str = "") -> None:
    if job.connection.exists(cancel_key(job.id)):
        raise Cancelled
    _note(job, done=done, of=of, saying=saying)


def _note(job: Job, **words: Any) -> None:
    job.meta.update(words)
    job.save_meta()  # type: ignore[no-untyped-call]


def _later(job: Job, error: Exception) -> None:
    waited = int(job.meta.get("waited", 0)) + 1
    job.retries_left = DEATHS if waited < WAITS else 0
    job.retry_intervals = [PAUSE]
    _note(job, waited=waited, error=str(error).splitlines()[0][:300])
    log.warning("job %s waits: %s", job.id, error)
