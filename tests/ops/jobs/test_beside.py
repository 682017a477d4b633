"""The worker that `jiaohao run` brings along."""

from __future__ import annotations

import signal
import subprocess

from ops.jobs.queue import Jobs, redis_at
from tests.installation import installed, wait_until


def test_jobs_are_done_beside_the_server() -> None:
    """On the hall's own private Redis, whose keys and theirs never meet; with the server, the
    worker is gone."""
    with installed() as made:
        made.start("all").ready()
        redis = redis_at(made.redis.url)
        jobs = Jobs(redis)
        id_ = jobs.ask("tidy_letters")
        wait_until(lambda: jobs.job(id_).state in ("done", "failed"), "the job is done")
        assert jobs.job(id_).result == {"forgotten": 0}
        keys = {bytes(key, "utf-8") if isinstance(key, str) else key for key in redis.keys("*")}
        ours = {key for key in keys if not key.startswith(b"{")}
        assert ours
        assert all(key.startswith(b"jiaohao:") for key in ours)
        (pid,) = {
            int(value)
            for key in redis.keys("jiaohao:rq:worker:*")
            if (value := redis.hget(key, "pid"))
        }
        redis.close()
        assert made.signal(signal.SIGTERM) == 0
        there = subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False)
        assert there.returncode == 1
