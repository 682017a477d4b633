"""A redis-server of our own: started, found again, never started twice over one folder."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.engine.private_redis import (
    LONGEST_SOCKET_PATH,
    CannotStart,
    PrivateRedis,
    executable,
)
from tests.installation import redis_pid, wait_until


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[PrivateRedis]:
    made = PrivateRedis(tmp_path / "redis")
    yield made
    made.send(signal.SIGKILL)


def say(redis: PrivateRedis, what: str) -> str:
    return redis._say(what.encode()).decode().strip()


def test_it_starts_in_a_new_folder(redis: PrivateRedis) -> None:
    """Made on the way; only we may speak to it, and not over the network."""
    redis.start()

    assert redis.answers()
    assert redis.alive
    assert stat.S_IMODE(redis.socket.stat().st_mode) == 0o700
    assert "0" in say(redis, "CONFIG GET port")


def test_what_was_written_is_there_after_kill_9(redis: PrivateRedis) -> None:
    """With `always`, what it answered is on the disk."""
    redis.start()
    assert say(redis, "SET number A001") == "+OK"

    redis.send(signal.SIGKILL)
    redis.start()

    assert say(redis, "GET number").endswith("A001")


def test_it_is_not_started_for_whoever_gave_up(redis: PrivateRedis) -> None:
    redis.give_up()

    with pytest.raises(CannotStart, match="not waited for any more"):
        redis.start()

    assert not redis.alive


def test_it_stops_in_good_order(redis: PrivateRedis) -> None:
    """And can be stopped twice."""
    redis.start()

    redis.stop()
    redis.stop()

    assert not redis.answers()
    assert not redis.alive


def test_one_that_still_runs_is_taken_over(redis: PrivateRedis) -> None:
    """Its supervisor was killed; the next one finds it, sees it die, and can stop it."""
    redis.start()
    pid = redis_pid(redis)
    heir = PrivateRedis(redis.folder).start()

    assert heir.process is None
    assert redis_pid(heir) == pid
    assert heir.alive
    heir.stop()
    wait_until(lambda: not heir.alive, "it has stopped")


def test_a_folder_with_a_long_name(tmp_path: Path) -> None:
    """A socket's path has room for 107 bytes; a deep folder gets one elsewhere, always the same."""
    deep = tmp_path / ("深" * 40) / "redis"
    made = PrivateRedis(deep).start()
    try:
        assert len(str(made.socket).encode()) <= LONGEST_SOCKET_PATH
        assert PrivateRedis(deep).socket == made.socket
        assert (deep / "appendonlydir").is_dir()
        assert stat.S_IMODE(made.socket.parent.stat().st_mode) == 0o700
    finally:
        made.send(signal.SIGKILL)


def test_a_log_that_cannot_be_read_is_said(redis: PrivateRedis) -> None:
    """`CannotStart`, with Redis's own last words."""
    redis.start()
    say(redis, "SET number A001")
    redis.send(signal.SIGKILL)
    (log,) = (redis.folder / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"*9\r\nnonsense\r\n" * 20)

    with pytest.raises(CannotStart, match="does not come up"):
        redis.start()


def test_a_torn_log_is_mended(redis: PrivateRedis) -> None:
    """The power went in the middle of a write: what was whole before it is there."""
    redis.start()
    say(redis, "SET number A001")
    redis.send(signal.SIGKILL)
    (log,) = (redis.folder / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$6\r\nnum")

    redis.start()

    assert say(redis, "GET number").endswith("A001")


def test_no_redis_server_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """`apt-get install redis-server`, or JIAOHAO_REDIS."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotStart, match=r"apt-get install redis-server.*JIAOHAO_REDIS"):
        executable()


def test_a_frozen_one_is_not_started_twice(redis: PrivateRedis) -> None:
    """It says nothing at the moment, but it is there: a second one over the same log would
    write into it as well, and both would be lost."""
    redis.start()
    assert redis.process
    pid = redis.process.pid
    os.kill(pid, signal.SIGSTOP)
    heir = PrivateRedis(redis.folder)
    thaw = threading.Timer(4, os.kill, (pid, signal.SIGCONT))
    thaw.start()
    try:
        heir.start()
        found = redis_pid(heir)
    finally:
        thaw.join()
        heir.send(signal.SIGKILL)

    assert found == pid


def test_two_at_once_start_one(redis: PrivateRedis) -> None:
    """Two servers over one folder see it dead at the same moment: one starts it."""
    heirs = [PrivateRedis(redis.folder) for _ in range(4)]
    threads = [threading.Thread(target=heir.start) for heir in heirs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        started = [heir.process.pid for heir in heirs if heir.process]
        assert len(started) == 1
        assert {redis_pid(heir) for heir in heirs} == set(started)
    finally:
        for heir in heirs:
            heir.send(signal.SIGKILL)
