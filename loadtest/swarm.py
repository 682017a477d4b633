"""Start locust for a run: its processes, all the sockets they need, its page for watchers."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtest import orders
from loadtest.orders import HallOrders, Orders
from loadtest.server import free_port

WEB_PORT = 8089


def users(halls: Iterable[HallOrders], phones: int) -> int:
    """How many users a run has."""
    each = (h.boards + len(h.signs) + len(h.seats) + 1 + h.guides + h.kiosks for h in halls)
    return sum(each) + phones


@contextmanager
def let_loose(told: Orders) -> Iterator[subprocess.Popen[bytes]]:
    """Locust with the users of a run, as long as the block lasts."""
    _allow_open()
    file = Path(__file__).with_name("locustfile.py")
    words = [sys.executable, "-m", "locust", "-f", str(file), "--host", told.url]
    words += ["--users", str(users(told.halls, told.phones)), "--spawn-rate", str(told.spawn)]
    words += ["--loglevel", "WARNING", "--skip-log-setup"]
    environment = os.environ | {orders.VARIABLE: str(orders.write(told))}
    process = subprocess.Popen(
        [*words, *_several(told), *_shown(told)], env=environment, stdin=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _several(told: Orders) -> list[str]:
    if told.processes == 1:
        return []
    # Two runs on one machine must not share their processes.
    port = str(free_port())
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    return ["--processes", str(told.processes), *bound]


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
