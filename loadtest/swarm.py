"""Start locust for a run: its processes, all the sockets they need, its page for watchers.

Kiosks have a process of their own, and so have those who press, as they have machines of their own
in a hall: beside a thousand screens that come back at once, a kiosk would wait for them, and not
for the server.
With locust's page everybody is in one swarm, since it shows no more.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loadtest import orders
from loadtest.orders import HallOrders, Orders
from loadtest.server import free_port

WEB_PORT = 8089


@dataclass(frozen=True)
class Part:
    """Some of the users of a run, in a locust of their own: `who` they are (`locustfile.PARTS`),
    how many, and in how many processes."""

    who: str
    users: int
    processes: int


def parts(halls: Iterable[HallOrders], phones: int, processes: int, web: bool) -> list[Part]:
    """Who goes with whom, in so many processes; kiosks have little to do, and need one."""
    look, press, take = phones, 0, 0
    for one in halls:
        look += one.boards + len(one.signs) + 1
        press += len(one.seats) + one.guides
        take += one.kiosks
    if web:
        return [Part("all", look + press + take, processes)]
    some = (Part("look", look, processes), Part("press", press, processes), Part("take", take, 1))
    return [one for one in some if one.users]


@contextmanager
def let_loose(told: Orders, some: Iterable[Part]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Locust with the users of a run, as long as the block lasts."""
    _allow_open()
    file = str(orders.write(told))
    processes = [_started(told, one, file) for one in some]
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait()


def _started(told: Orders, part: Part, file: str) -> subprocess.Popen[bytes]:
    program = Path(__file__).with_name("locustfile.py")
    words = [sys.executable, "-m", "locust", "-f", str(program), "--host", told.url]
    words += ["--users", str(part.users), "--spawn-rate", str(told.spawn)]
    words += ["--loglevel", "WARNING", "--skip-log-setup"]
    return subprocess.Popen(
        [*words, *_several(part), *_shown(told)],
        env=os.environ | {orders.VARIABLE: file, orders.PART: part.who},
        stdin=subprocess.DEVNULL,
    )


def _several(part: Part) -> list[str]:
    if part.processes == 1:
        return []
    # Two runs on one machine must not share their processes.
    port = str(free_port())
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    return ["--processes", str(part.processes), *bound]


def _shown(told: Orders) -> list[str]:
    if told.web:
        return ["--autostart", "--web-host", "127.0.0.1", "--web-port", str(WEB_PORT)]
    return ["--headless", "--only-summary"]


def _allow_open(files: int = 65_536) -> None:
    """As many sockets as the system lets us have; what we start inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
