"""The jobs: asked for, listed, cancelled and repeated. rq keeps them, in the hall's own Redis.

There is one queue, because rq moves a job safely from the queue to its worker only then. What a
job is told and answers is JSON, so that nobody who writes to Redis runs code here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError, InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import BaseRegistry
from rq.serializers import JSONSerializer

from ops.jobs.tasks import TASKS
from queue_server.archive.errors import Invalid, Unknown, Used

QUEUE = "jobs"
PERFORM = "ops.jobs.perform.perform"
#: So often a job is begun anew when its process died under it.
DEATHS = 3
DAY = 24 * 3600
KEPT, KEPT_FAILED = 14 * DAY, 30 * DAY
MOST_LISTED = 200

Json = dict[str, Any]

#: rq's word → ours
STATES = {
    JobStatus.SCHEDULED: "later",
    JobStatus.STARTED: "running",
    JobStatus.FINISHED: "done",
    JobStatus.FAILED: "failed",
    JobStatus.STOPPED: "failed",
    JobStatus.CANCELED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A job: `state` is waiting, later, running, done, failed or cancelled; times in Unix ms
    (0: not yet); `done` of `of` steps, and what it is at. `cancelling`: it was asked to stop."""

    id: str
    task: str
    words: Json
    by: str
    state: str
    done: int
    of: int
    saying: str
    asked: int
    started: int
    ended: int
    error: str
    result: Json
    cancelling: bool


def redis_at(url: str, patience: float = 5.0) -> Redis:
    """A connection as rq wants it: it decodes by itself."""
    return Redis.from_url(url, decode_responses=False, socket_timeout=patience)


def cancel_key(id_: str) -> str:
    """There while a job is asked to stop: its own record is written by whoever does it."""
    return f"jiaohao:rq:cancel:{id_}"


class Jobs:
    """All jobs there are."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)

    def ask(
        self, task: str, words: Mapping[str, Any] | None = None, *, by: str = "", id_: str = ""
    ) -> str:
        """Ask for a job; answers with its id. The same `id_` again is the same job, asked for
        once. Raises `Invalid` for a task that there is not."""
        if task not in TASKS:
            raise Invalid("task", f"there is no task {task!r}")
        job = self.queue.create_job(
            PERFORM,
            kwargs={"task": task, "words": dict(words or {})},
            job_id=id_ or None,
            timeout=TASKS[task].longest,
            result_ttl=KEPT,
            failure_ttl=KEPT_FAILED,
            description=task,
            meta={"by": by},
            retry=Retry(max=DEATHS),
        )
        try:
            self.queue.enqueue_job(job, unique=bool(id_))
        except DuplicateJobError:
            return id_
        return str(job.id)

    def listed(self) -> list[JobEntry]:
        """The newest jobs, newest first."""
        ids = list(dict.fromkeys(self._ids()))
        found = Job.fetch_many(ids, connection=self._redis, serializer=JSONSerializer)
        jobs = sorted((job for job in found if job), key=lambda job: job.created_at, reverse=True)
        return self._entries(jobs[:MOST_LISTED])

    def job(self, id_: str) -> JobEntry:
        """One job; raises `Unknown`."""
        return self._entries([self._job(id_)])[0]

    def cancel(self, id_: str) -> None:
        """A job that waits is never begun; one that runs stops at its next step. Raises `Unknown`,
        and `Used` when it has ended."""
        job = self._job(id_)
        state = _state(job)
        if state in ("done", "failed", "cancelled"):
            raise Used("job", id_)
        self._redis.set(cancel_key(id_), 1, ex=KEPT)
        if state != "running":
            try:
                job.cancel()
            except InvalidJobOperation:
                return

    def again(self, id_: str) -> None:
        """Begin a job anew that failed or was cancelled; raises `Unknown` or `Used`."""
        job = self._job(id_)
        if _state(job) not in ("failed", "cancelled"):
            raise Used("job", id_)
        self._redis.delete(cancel_key(id_))
        job.retries_left = DEATHS
        job.meta = {"by": job.meta.get("by", "")}
        for registry in self._ended():
            if job in registry:
                registry.requeue(job)
                return
        raise Used("job", id_)

    def _job(self, id_: str) -> Job:
        try:
            return Job.fetch(id_, connection=self._redis, serializer=JSONSerializer)
        except (NoSuchJobError, ValueError):
            raise Unknown("job", id_) from None

    def _ended(self) -> tuple[BaseRegistry, ...]:
        queue = self.queue
        return (
            queue.failed_job_registry,
            queue.canceled_job_registry,
            queue.finished_job_registry,
        )

    def _ids(self) -> Iterable[str]:
        queue = self.queue
        yield from queue.get_job_ids()
        yield from queue.intermediate_queue.get_job_ids()
        yield from queue.started_job_registry.get_job_ids(cleanup=False)
        yield from queue.scheduled_job_registry.get_job_ids(cleanup=False)
        for registry in self._ended():
            yield from registry.get_job_ids(-MOST_LISTED, -1, cleanup=False)

    def _entries(self, jobs: list[Job]) -> list[JobEntry]:
        asked = self._redis.mget([cancel_key(job.id) for job in jobs]) if jobs else []
        return [_entry(job, bool(told)) for job, told in zip(jobs, asked, strict=True)]


def _state(job: Job) -> str:
    if job.meta.get("cancelled") and job.get_status(refresh=False) is JobStatus.FINISHED:
        return "cancelled"
    status = job.get_status(refresh=False)
    return STATES.get(status, "waiting") if status else "waiting"


def _entry(job: Job, told: bool) -> JobEntry:
    state = _state(job)
    words = job.kwargs if isinstance(job.kwargs, dict) else {}
    result = job.return_value() if state == "done" else None
    return JobEntry(
        id=job.id,
        task=str(words.get("task", "")),
        words=words.get("words", {}),
        by=str(job.meta.get("by", "")),
        state=state,
        done=int(job.meta.get("done", 0)),
        of=int(job.meta.get("of", 0)),
        saying=str(job.meta.get("saying", "")),
        asked=_ms(job.created_at),
        started=_ms(job.started_at),
        ended=_ms(job.ended_at) if state not in ("waiting", "running", "later") else 0,
        error=str(job.meta.get("error", "")) or (_last_line(job) if state == "failed" else ""),
        result=result if isinstance(result, dict) else {},
        cancelling=told and state in ("waiting", "later", "running"),
    )


def _ms(at: datetime | None) -> int:
    return round(at.timestamp() * 1000) if at else 0


def _last_line(job: Job) -> str:
    """What went wrong, without the way that led there."""
    result = job.latest_result()
    text = (result.exc_string if result else "") or ""
    return text.strip().rpartition("\n")[2][:300]
