"""What a run costs the machine: CPU time and memory of some processes, every second, from /proc.

`man 5 proc`: /proc/PID/stat fields 14 and 15 are user and system time in clock ticks, statm's
second is resident pages; the first line of /proc/stat is the whole machine's time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from loadtest.processes import family

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Used(NamedTuple):
    """CPU seconds so far, and resident bytes."""

    cpu: float
    memory: int


class Look(NamedTuple):
    """One second: when (Unix s), cores used by server, Redis, load generator and everybody else,
    and the server's and Redis's memory in bytes."""

    at: float
    server: float
    redis: float
    load: float
    others: float
    server_memory: int
    redis_memory: int


def used(pid: int) -> Used:
    """Of one process; nothing when it is gone."""
    with suppress(OSError, IndexError, ValueError):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        memory = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        return Used((int(stat[11]) + int(stat[12])) / TICK, memory)
    return Used(0.0, 0)


def machine() -> float:
    """CPU seconds that the whole machine has worked so far, not counting idle and waiting."""
    fields = [int(one) for one in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


class Watch(threading.Thread):
    """Looks every second until told to stop. The pids are asked for each time, as processes that
    were killed come back with new ones."""

    def __init__(
        self, server: Callable[[], int], redis: Callable[[], int], load: Callable[[], list[int]]
    ) -> None:
        super().__init__(daemon=True, name="watch")
        self.looks: list[Look] = []
        self._server, self._redis, self._load = server, redis, load
        self._stop_it = threading.Event()
        self._before: dict[int, float] = {}
        self._then = (time.time(), machine())

    def run(self) -> None:
        """Look, again and again."""
        while not self._stop_it.wait(1.0):
            self.looks.append(self._look())

    def stop(self) -> None:
        """That is enough."""
        self._stop_it.set()
        self.join()

    def _look(self) -> Look:
        now, worked = time.time(), machine()
        then, before = self._then
        self._then = (now, worked)
        lasted = max(now - then, 0.001)
        redis = self._redis()
        server = [pid for pid in _family(self._server()) if pid != redis]
        load = [pid for one in self._load() for pid in _family(one)]
        ours = [self._spent(pids, lasted) for pids in (server, [redis], load)]
        return Look(
            at=now,
            server=ours[0],
            redis=ours[1],
            load=ours[2],
            others=max((worked - before) / lasted - sum(ours), 0.0),
            server_memory=sum(used(pid).memory for pid in server),
            redis_memory=used(redis).memory,
        )

    def _spent(self, pids: Iterable[int], lasted: float) -> float:
        """Cores in use by these processes since the last look."""
        total = 0.0
        for pid in pids:
            cpu = used(pid).cpu
            total += max(cpu - self._before.get(pid, cpu), 0.0)
            self._before[pid] = cpu
        return total / lasted


def _family(pid: int) -> list[int]:
    return family(pid) if pid else []
