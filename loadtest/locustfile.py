"""What locust reads: the users of a run, how many of each, and what is written down at the end.

Started by `python -m loadtest.load`, which leaves the orders; by itself it has nothing to do.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import gevent
from locust import events, runners
from locust.env import Environment

from loadtest import orders
from loadtest.moments import Moments
from loadtest.samples import Key, Samples
from loadtest.users.clerk import Clerk
from loadtest.users.guide import Guide
from loadtest.users.in_hall import LINES, ORDERS, WITNESSES
from loadtest.users.kiosk import Kiosk
from loadtest.users.phone import Phone
from loadtest.users.screen import Screen
from loadtest.users.voice import Voice

LOOK, PRESS, TAKE = (Screen, Voice, Phone), (Clerk, Guide), (Kiosk,)
PARTS = {"look": LOOK, "press": PRESS, "take": TAKE, "all": (*LOOK, *PRESS, *TAKE)}
HERE = PARTS[os.environ[orders.PART]]
USERS = {
    user: (ORDERS.phones if user is Phone else len(user.posts())) if user in HERE else 0
    for user in PARTS["all"]
}


# A busy machine is no reason to believe that a process has died and to send its users again.
runners.HEARTBEAT_LIVENESS = 300


def _send() -> None:
    # locust asks the class; a class without users is none of this run's.
    for user, count in USERS.items():
        user.fixed_count = count
        user.abstract = count == 0


_send()

SAMPLES, MOMENTS = Samples(), Moments()
#: How long (s) the report may take to be written by all processes.
PATIENCE = 60.0


def _count_it(
    request_type: str,
    name: str,
    response_time: float,
    exception: BaseException | None = None,
    **_more: Any,
) -> None:
    now, failed = time.time(), str(exception) if exception else ""
    key = Key(ORDERS.phase(now), request_type, name)
    SAMPLES.note(key, response_time, failed, now - ORDERS.settled)
    if now >= ORDERS.settled:
        MOMENTS.note(now - ORDERS.settled, request_type, name, response_time, bool(failed))


def _begin(environment: Environment, **_more: Any) -> None:
    if not isinstance(environment.runner, runners.MasterRunner):
        gevent.spawn(_tell)
        for at in ORDERS.cuts:
            gevent.spawn(_cut, at)
    if not isinstance(environment.runner, runners.WorkerRunner):
        gevent.spawn(_end, environment)


def _until(at: float) -> None:
    # gevent counts from the last turn of its loop, which may be a moment ago.
    while (left := at - time.time()) > 0:
        gevent.sleep(left)


def _cut(at: float) -> None:
    _until(at)
    for line in list(LINES):
        line.cut()


def _tell() -> None:
    _until(ORDERS.ends)
    while not ORDERS.over(time.time()):
        gevent.sleep(0.2)
    orders.leave(
        ORDERS,
        {
            "ended": time.time(),
            "pid": os.getpid(),
            "samples": SAMPLES.to_json(),
            "moments": MOMENTS.to_json(),
            "witnesses": [told() for told in WITNESSES],
        },
    )


def _end(environment: Environment) -> None:
    _until(ORDERS.ends)
    while not ORDERS.over(time.time()):
        gevent.sleep(0.2)
    deadline = time.time() + PATIENCE
    while len(list(Path(ORDERS.folder).glob("seen-*.json"))) < ORDERS.processes:
        if time.time() > deadline:
            break
        gevent.sleep(0.2)
    if environment.runner:
        environment.runner.quit()
    if environment.web_ui:
        # Locust lives as long as its page.
        environment.web_ui.stop()  # type: ignore[no-untyped-call]


# locust's hooks have no types.
events.request.add_listener(_count_it)  # type: ignore[no-untyped-call]
events.init.add_listener(_begin)  # type: ignore[no-untyped-call]
