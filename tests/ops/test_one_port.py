"""Several server processes on one port: the system shares out who connects."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.settings import Settings
from ops.supervisor import CannotListen, listening
from queue_server.engine.private_redis import PrivateRedis
from tests.installation import Installation, wait_until

#: How it is asked, often and so without the certificates that it does not need.
EACH: dict[str, Any] = {"trust_env": False, "timeout": 30, "verify": False}


@pytest.fixture
def redis() -> Iterator[str]:
    """A Redis that is no server's own; its socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        started = PrivateRedis(Path(folder)).start()
        yield started.url
        started.stop()


def test_one_of_two_dies_and_the_hall_goes_on(tmp_path: Path, redis: str) -> None:
    """Both answer on the same port; what one of them gave, the other knows."""
    first = Installation(tmp_path, JIAOHAO_REDIS=redis)
    second = Installation(tmp_path, JIAOHAO_REDIS=redis)
    second.port, second.url = first.port, first.url
    headers = {"Authorization": f"Bearer {first.token()}"}

    def take() -> str:
        # A connection of its own each time, or all would be with one of them.
        hall = f"{first.url}/api/v1/halls/demo"
        with httpx.Client(headers=headers, **EACH) as client:
            answer = client.post(f"{hall}/take", json={"service": "511F09014002"})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["events"][0]["ticket"])

    try:
        first.start().ready()
        hall = f"{first.url}/api/v1/halls/demo"
        httpx.post(f"{hall}/open_day", json={}, headers=headers, trust_env=False)
        second.start()
        wait_until(lambda: len(_answering(first.url)) == 2, "both answer")
        numbers = [take() for _ in range(20)]
        first.signal(signal.SIGKILL)
        numbers += [take() for _ in range(20)]
    finally:
        for process in (first, second):
            process.remove()

    assert len(set(numbers)) == 40


def _answering(url: str) -> set[str]:
    """When the processes that answer were started, in twenty tries."""
    found = set()
    for _ in range(20):
        with httpx.Client(**EACH) as client:
            told = client.get(f"{url}/metrics").text
        started = [line for line in told.splitlines() if line.startswith("process_start")]
        found.add(started[0])
    return found


def test_a_hall_with_a_redis_of_its_own_is_alone_on_its_port(tmp_path: Path) -> None:
    """Whoever starts it a second time by mistake is told so."""
    line = listening(Settings(data=tmp_path, port=0))
    taken = Settings(data=tmp_path, port=line.getsockname()[1])
    try:
        with pytest.raises(CannotListen, match="running already"):
            listening(taken)
    finally:
        line.close()
