"""`jiaohao run` from the outside: what starts, what is started again, what stops."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ops.settings import Settings
from ops.supervisor import redis_for, redis_now
from queue_server.engine.private_redis import PrivateRedis
from tests.installation import PATIENCE, Installation, installed, redis_pid, untouched, wait_until


@pytest.fixture
def town() -> Iterator[Installation]:
    with installed() as made:
        yield made


@pytest.fixture
def empty() -> Iterator[Installation]:
    with untouched() as made:
        yield made


def test_one_command_opens_the_sample_hall(empty: Installation) -> None:
    """It prints the pages and the first sign-in, once; then stops when it is told to."""
    town = empty
    town.start("all").ready()
    assert town.signal(signal.SIGTERM) == 0
    first = town.log.read_text("utf-8")
    town.start("all").ready()
    assert town.signal(signal.SIGINT) == 0
    second = town.log.read_text("utf-8").removeprefix(first)

    assert f"Jiaohao 叫号 is at {town.url}" in first
    assert "示例镇便民服务中心" in first
    assert "First sign-in, shown only this once: admin / " in first
    assert f"is at {town.url}" in second
    assert "First sign-in" not in second
    assert "Traceback" not in first + second
    assert redis_pid(town.redis) == 0


def test_a_port_that_is_taken(town: Installation) -> None:
    """One sentence with the port and the way out; nothing else has been started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", town.port))
        other.listen()
        told = town.say("run")

    assert told.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {town.port}" in told.stderr
    assert "JIAOHAO_PORT" in told.stderr
    assert "Traceback" not in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert not town.redis.alive


def test_a_dead_redis_is_started_again(town: Installation) -> None:
    """By the supervisor, again and again; the server goes on meanwhile."""
    town.start().ready()
    for _ in range(3):
        before = redis_pid(town.redis)
        town.kill_redis()
        wait_until(lambda was=before: redis_pid(town.redis) not in (0, was), "it is back")  # type: ignore[misc]
        assert httpx.get(f"{town.url}/healthz", trust_env=False).status_code == 200
        town.ready()


def test_an_orphaned_redis_is_taken_over(town: Installation) -> None:
    """The server was killed, Redis lives: the next server finds it, minds it, and stops it."""
    town.start().ready()
    orphan = redis_pid(town.redis)
    town.signal(signal.SIGKILL)
    town.start().ready()
    assert redis_pid(town.redis) == orphan

    town.kill_redis()
    wait_until(lambda: redis_pid(town.redis) not in (0, orphan), "it is started again")
    town.ready()
    town.signal(signal.SIGTERM)

    assert redis_pid(town.redis) == 0


def test_an_orphaned_redis_stops_with_its_heir(town: Installation) -> None:
    """Though it is nobody's child any more."""
    town.start().ready()
    town.signal(signal.SIGKILL)
    town.start().ready()

    town.signal(signal.SIGTERM)

    wait_until(lambda: redis_pid(town.redis) == 0, "Redis has stopped")


@pytest.mark.parametrize("what", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_while_it_starts(town: Installation, what: signal.Signals) -> None:
    """Redis is there, the server not yet: both are gone afterwards."""
    town.start()
    wait_until(lambda: redis_pid(town.redis) != 0, "Redis is there")

    town.signal(what)

    wait_until(lambda: not town.redis.alive, "Redis has stopped")


def test_told_to_stop_while_redis_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has just been started is not missed, and started once more, when it is stopped."""
    server, looks = PrivateRedis(tmp_path / "redis"), PrivateRedis.answers
    there, stopped = threading.Event(), threading.Event()

    def slowly(self: PrivateRedis) -> bool:
        if told := looks(self):
            there.set()
            stopped.wait()
            told = looks(self)
        return told

    async def held() -> None:
        async with redis_for(Settings(data=tmp_path)):
            raise AssertionError("it was told to stop before")

    async def told_to_stop() -> bool:
        holding = asyncio.create_task(held())
        await asyncio.to_thread(there.wait)
        holding.cancel()
        await asyncio.sleep(0.3)
        stopped.set()
        await asyncio.wait((holding,))
        return holding.cancelled()

    monkeypatch.setattr(PrivateRedis, "answers", slowly)
    # In a loop of its own, at whose end nobody is left who could start anything.
    cancelled = asyncio.run(told_to_stop())

    left = server.alive
    server.stop()
    assert (cancelled, left) == (True, False)


def test_a_look_leaves_anothers_redis_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads its log when we come (a server that has just been started), and runs when we go."""
    others, looks = PrivateRedis(tmp_path / "redis").start(), PrivateRedis.answers
    loading = iter([False, False])

    async def look() -> str:
        async with redis_now(Settings(data=tmp_path)) as url:
            return url

    monkeypatch.setattr(PrivateRedis, "answers", lambda self: next(loading, True) and looks(self))
    url = asyncio.run(look())

    left = others.alive
    others.stop()
    assert (url, left) == (others.url, True)


#: Ctrl-C in the very moment in which the server takes the signals over.
CTRL_C = """
import os, runpy, signal, sys
from ops import supervisor
made = supervisor.server_of
def server_of(app):
    os.kill(os.getpid(), signal.SIGINT)
    return made(app)
supervisor.server_of = server_of
sys.argv = ["jiaohao", "run", "server"]
runpy.run_module("ops", run_name="__main__")
"""


def test_no_goodbye_is_lost(town: Installation) -> None:
    """The loop has heard of it and not answered yet."""
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C], env=town.environment, timeout=PATIENCE, check=False
    )

    assert done.returncode == 0
    assert not town.redis.alive


def test_the_terminal_is_closed(town: Installation) -> None:
    """SIGHUP is a goodbye as well: nothing is left running."""
    town.start("all").ready()

    town.signal(signal.SIGHUP)

    wait_until(lambda: not town.redis.alive, "Redis has stopped")


def test_there_is_no_such_part(town: Installation) -> None:
    """`jiaohao run kitchen` is refused in a sentence."""
    told = town.say("run", "kitchen")

    assert told.returncode == 1
    assert "'kitchen'" in told.stderr
