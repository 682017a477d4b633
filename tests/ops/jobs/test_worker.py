"""Workers in processes of their own, killed at will: every job is done, and nothing twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ops.jobs.queue import DEATHS
from queue_server.archive.errors import Invalid, Unknown, Used
from tests.installation import PATIENCE, wait_until
from tests.ops.jobs.conftest import Work


def alive(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_job_is_done_and_says_how(work: Work) -> None:
    """Who asked, how far it came, when, and where its result is."""
    id_ = work.jobs.ask("count", {"of": 2}, by="person:7")
    assert work.jobs.job(id_).state == "waiting"
    work.start()
    work.until(id_, "done", "failed")

    told = work.jobs.job(id_)

    assert (told.state, told.by, told.task, told.words) == ("done", "person:7", "count", {"of": 2})
    assert told.result == {"link": "/made", "counted": 2}
    assert 0 < told.asked <= told.started <= told.ended
    assert [one.id for one in work.jobs.listed()] == [id_]


def test_the_same_name_is_the_same_job(work: Work) -> None:
    """Asked for twice, done once; a task that there is not is refused."""
    work.jobs.ask("count", id_="report-1")
    work.jobs.ask("count", id_="report-1")
    assert len(work.jobs.listed()) == 1
    with pytest.raises(Invalid, match="no task 'sing'"):
        work.jobs.ask("sing")
    with pytest.raises(Unknown):
        work.jobs.job("report-2")


def test_a_killed_workers_job_is_begun_anew(work: Work) -> None:
    """By the next worker, once the last heartbeat is old; what was done is not done twice, and
    the old process does not go on beside it."""
    id_ = work.jobs.ask("count", {"of": 3, "hold": 1})
    first = work.start()
    wait_until(lambda: work.jobs.job(id_).saying == "waits", "it waits in the middle")
    (horse,) = map(int, work.marks("begun"))
    assert alive(horse)

    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_until(lambda: not alive(horse), "the job's process has gone with its worker")
    work.start()
    wait_until(lambda: len(work.marks("begun")) == 2, "it is begun anew")
    (work.folder / "go").touch()

    assert work.until(id_, "done", "failed") == "done"
    assert work.marks("effects") == ["0", "1", "2"]


def test_a_killed_process_of_a_job_is_replaced(work: Work) -> None:
    """The worker itself lives, and begins the job anew at once."""
    id_ = work.jobs.ask("count", {"of": 3, "hold": 1})
    work.start()
    wait_until(lambda: work.jobs.job(id_).saying == "waits", "it waits in the middle")
    os.kill(int(work.marks("begun")[0]), signal.SIGKILL)
    wait_until(lambda: len(work.marks("begun")) == 2, "it is begun anew")
    (work.folder / "go").touch()

    assert work.until(id_, "done", "failed") == "done"
    assert work.marks("effects") == ["0", "1", "2"]


def test_a_job_that_kills_its_process_is_given_up(work: Work) -> None:
    """It is not begun over and over for ever."""
    id_ = work.jobs.ask("die")
    work.start()
    assert work.until(id_, "done", "failed") == "failed"
    assert len(work.marks("begun")) == 1 + DEATHS
    assert "terminated unexpectedly" in work.jobs.job(id_).error


def test_a_worker_that_is_told_to_stop_gives_its_job_back(work: Work) -> None:
    """It does not wait for its end, and the job has lost none of its lives."""
    id_ = work.jobs.ask("count", {"of": 2, "hold": 1})
    worker = work.start()
    wait_until(lambda: work.jobs.job(id_).saying == "waits", "it waits in the middle")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0, work.log
    assert work.jobs.job(id_).state == "waiting"
    kept = work.jobs.queue.fetch_job(id_)
    assert kept
    assert kept.retries_left == DEATHS
    (work.folder / "go").touch()
    work.start()
    assert work.until(id_, "done", "failed") == "done"
    assert work.marks("effects") == ["0", "1"]


def test_a_worker_stops_while_it_has_nothing_to_do(work: Work) -> None:
    """And while Redis is not there."""
    id_ = work.jobs.ask("count")
    worker = work.start()
    work.until(id_, "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0, work.log
    work.server.kill()
    waiting = work.start()
    wait_until(lambda: "waits for Redis" in work.log, "it waits")
    waiting.send_signal(signal.SIGTERM)
    assert waiting.wait(PATIENCE) == 0, work.log


def test_a_worker_outlives_its_redis(work: Work) -> None:
    """What was asked for is in Redis's log; the worker waits, and does it."""
    done = work.jobs.ask("count")
    worker = work.start()
    work.until(done, "done")
    work.server.kill()
    work.server.start()
    id_ = work.jobs.ask("count")
    assert work.until(id_, "done", "failed") == "done"
    assert worker.poll() is None


def test_a_job_that_waits_can_be_cancelled(work: Work) -> None:
    """It is never begun, unless somebody wants it after all."""
    id_ = work.jobs.ask("count")
    work.jobs.cancel(id_)
    assert work.jobs.job(id_).state == "cancelled"
    with pytest.raises(Used):
        work.jobs.cancel(id_)
    work.start()
    work.until(work.jobs.ask("count"), "done")
    assert len(work.marks("begun")) == 1

    work.jobs.again(id_)

    assert work.until(id_, "done", "failed") == "done"


def test_a_job_that_runs_stops_at_its_next_step(work: Work) -> None:
    """The list says that it is about to; begun anew, it goes on from the start."""
    id_ = work.jobs.ask("count", {"of": 3, "hold": 1})
    work.start()
    wait_until(lambda: work.jobs.job(id_).saying == "waits", "it waits in the middle")
    running = work.jobs.job(id_)
    assert (running.state, running.done, running.of) == ("running", 1, 3)

    work.jobs.cancel(id_)

    assert work.until(id_, "cancelled", "done", "failed") == "cancelled"
    assert work.marks("effects") == ["0"]
    (work.folder / "go").touch()
    work.jobs.again(id_)
    assert work.until(id_, "done", "failed") == "done"
    assert work.marks("effects") == ["0", "1", "2"]


def test_a_mistake_is_not_made_again_by_itself(work: Work) -> None:
    """It waits for somebody to look at it: one line says what it was."""
    id_ = work.jobs.ask("fail")
    with pytest.raises(Used):
        work.jobs.again(id_)
    work.start()
    assert work.until(id_, "done", "failed") == "failed"
    assert work.jobs.job(id_).error == "RuntimeError: two and two are five"
    assert len(work.marks("begun")) == 1

    work.jobs.again(id_)
    wait_until(lambda: len(work.marks("begun")) == 2, "it is begun anew")
    assert work.until(id_, "done", "failed") == "failed"


def test_what_is_away_for_the_moment_is_waited_for(work: Work) -> None:
    """The database is down: the job comes back later by itself, or is stopped meanwhile."""
    id_ = work.jobs.ask("away")
    work.start()
    assert work.until(id_, "later", "failed") == "later"
    assert "nobody answers" in work.jobs.job(id_).error
    work.jobs.cancel(id_)
    assert work.jobs.job(id_).state == "cancelled"
