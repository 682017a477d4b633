"""The worker: does the jobs, asks for what is due, and lets the courier carry letters.

One process: rq's loop in the main thread, the courier's in a second one. Each job runs in a fresh
process of its own that dies with the worker, so that no job is ever done by two at once. What a
dead worker had begun is found by its missing heartbeat, and begun anew.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import RedisError
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer
from rq.worker import SpawnWorker
from sqlalchemy.exc import OperationalError

from ops import settings
from ops.children import become
from ops.jobs.courier import LEASE, Courier
from ops.jobs.post import Networks, Post
from ops.jobs.queue import QUEUE, Jobs, redis_at
from ops.jobs.schedule import Schedule
from ops.settings import Settings, listed
from queue_server.archive.database import Database
from queue_server.archive.deliveries import Deliveries
from queue_server.archive.webhooks import Webhooks
from queue_server.engine.connection import Address, Connection
from queue_server.engine.lease import Lease
from queue_server.engine.private_redis import PrivateRedis
from queue_server.engine.redis_hall import wall_clock

#: How often a worker says that it is there (s); so many times unheard, its job is begun anew.
BEAT, UNHEARD = 5, 6
#: How long the courier may take to come home (s).
HOME = 4.0
_PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


class JobWorker(SpawnWorker):
    """rq's worker, in its own hurry: what is due is looked at every few seconds, and being told
    to stop gives the job back instead of waiting for its end."""

    max_connection_wait_time = 5.0

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.schedule: Schedule | None = None
        self._later: RQScheduler | None = None

    @property
    def told_to_stop(self) -> bool:
        """Whether it has ended because it was told to."""
        return self._shutdown_requested_date is not None

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:  # noqa: ARG002, rq's
        """How long (s) a job is believed to be in good hands after the last heartbeat."""
        return int(self.job_monitoring_interval) * UNHEARD

    def run_maintenance_tasks(self) -> None:
        """What rq does now and then, and what is due."""
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        if self._later is None:
            self._later = RQScheduler(
                [QUEUE],
                self.connection,
                logging_level=logging.WARNING,
                serializer=JSONSerializer,
                name=self.name,
            )
        self._later.acquire_locks()  # type: ignore[no-untyped-call]
        self._later.enqueue_scheduled_jobs()  # type: ignore[no-untyped-call]
        if self.schedule:
            self.schedule.ask(datetime.now())

    def handle_warm_shutdown_request(self) -> None:
        """A job that is begun anew does nothing twice, so nobody waits for it."""
        if self.horse_pid:
            self.kill_horse()

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **words: Any) -> None:
        """As rq does it; that the worker was stopped is not counted against the job."""
        if self.told_to_stop and not self.is_horse:
            job.retries_left = (job.retries_left or 0) + 1
        super().handle_job_failure(job, queue, *args, **words)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the job's own process: it must not outlive the worker, who alone speaks for it."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.pid:
            # It has died already.
            os._exit(1)
        super().main_work_horse(job, queue)

    def teardown(self) -> None:
        """Say goodbye, as far as somebody hears it."""
        with suppress(RedisError):
            if self._later and not self.is_horse:
                self._later.release_locks()  # type: ignore[no-untyped-call]
            super().teardown()  # type: ignore[no-untyped-call]


def redis_url(given: Settings) -> str:
    """Where the jobs are: in the Redis that is named, or in the private one of the server."""
    return given.jobs or given.redis or PrivateRedis(given.data / "redis").url


def work(given: Settings, beat: int = BEAT, lease: int = LEASE) -> None:
    """Be a worker until SIGTERM or SIGINT; Redis may be away, and is waited for. The courier's
    lease lasts so long (ms)."""
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, _stop)
    # What rq tells of every step is of no use to a hall.
    logging.getLogger("rq").setLevel(logging.WARNING)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    redis = redis_at(redis_url(given))
    with suppress(StopRequested):
        _await(redis)
        with _courier(given, lease):
            _rounds(redis, beat)


def _stop(_signal: int, _frame: object) -> None:
    raise StopRequested


def _await(redis: Redis) -> None:
    told = False
    while True:
        with suppress(RedisError, OSError):
            redis.ping()
            return
        if not told:
            log.warning("the worker waits for Redis, which the server starts")
        told = True
        time.sleep(0.5)


def _rounds(redis: Redis, beat: int) -> None:
    """rq's loop, again when it gives up."""
    while True:
        try:
            worker = JobWorker(
                [Queue(QUEUE, connection=redis, serializer=JSONSerializer)],
                connection=redis,
                serializer=JSONSerializer,
                # It listens so long (less 15 s) at a time, and then looks at what is due.
                worker_ttl=beat + 15,
                job_monitoring_interval=beat,
                maintenance_interval=beat,
                log_job_description=False,
            )
            worker.schedule = Schedule(redis, Jobs(redis))
            worker.work(logging_level=None)
            if worker.told_to_stop:
                return
        except RedisAway as error:
            log.warning("the worker waits for Redis: %s", error)
        time.sleep(1)


@contextmanager
def _courier(given: Settings, lease: int) -> Iterator[None]:
    """The courier in a thread of its own, as long as the block."""
    loop = asyncio.new_event_loop()
    carrying = loop.create_task(_carry(given, lease))
    thread = threading.Thread(target=_until_done, args=(loop, carrying), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(carrying.cancel)
        thread.join(HOME)


def _until_done(loop: asyncio.AbstractEventLoop, carrying: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(carrying)


async def _carry(given: Settings, lease: int) -> None:
    known = Database(given.database_url)
    redis = Connection(Address.parse(redis_url(given)))
    post = Post(Networks(listed(given.hooks)))
    try:
        await redis.open(patient=True)
        await asyncio.to_thread(_migrate, known)
        await Courier(
            Webhooks(known),
            Deliveries(known),
            post,
            wall_clock,
            Lease(redis, "courier", lease),
        ).run()
    finally:
        await post.close()
        await redis.close()
        known.close()


def _migrate(known: Database) -> None:
    while True:
        try:
            known.migrate()
            return
        except OperationalError as error:
            log.warning("the worker waits for the database: %s", error.orig)
            time.sleep(5)


def beside_server() -> None:
    """`python -m ops.jobs`: a worker that ends when the process that started it does."""
    found = settings.read()
    become("worker", found.log)
    work(found)
