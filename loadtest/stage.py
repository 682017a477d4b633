"""Where a load runs: a server of its own with the halls of a scenario, or somebody's server.

What is set up here is gone afterwards: the process, its Redis, its folder.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from loadtest import arrivals, wrong_clock
from loadtest.orders import HallOrders, Sort
from loadtest.scenarios import Scenario, Size, plan
from loadtest.server import NotReady, Server
from ops.behaviour import Crowd
from ops.configured import configuration
from queue_server.archive.bookings import Booking
from queue_server.archive.configuration import Configuration
from queue_server.archive.places import Level, Place
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import APPOINTMENT, Layout
from queue_server.engine.redis_hall import wall_clock

#: Room for what a run writes, where the disk is to be full (size= of tmpfs).
SMALL = "size=192m"
ROLES = ("kiosk", "guide", "screen", "voice", "caller")
#: Share of visitors that have an appointment, and a few codes more than are needed.
BOOKED = 0.22 * 1.3
PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Stage:
    """A server that answers at `url`, with the halls of a scenario; `token` is its admin's.

    `server` is None when it is somebody else's.
    """

    url: str
    token: str
    halls: list[HallOrders]
    sorts: dict[str, Sort]
    server: Server | None = None


@contextmanager
def own_stage(scenario: Scenario) -> Iterator[Stage]:
    """A server of our own with all halls of the scenario open, removed afterwards. Raises
    `NotReady`."""
    coming = {one.what for one in scenario.faults}
    with ExitStack() as opened:
        # Short: a Unix socket's path is at most 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="jh-load-"))
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        if "disk" in coming:
            opened.enter_context(_small_disk(folder))
        server = _server(folder, "clock" in coming)
        opened.callback(server.stop)
        known = configuration(server.settings)
        token, halls, sorts = _furnished(known, scenario)
        known.close()
        server.start().ready()
        yield Stage(server.url, token, halls, sorts, server)


def _server(folder: Path, by_a_clock: bool) -> Server:
    if not by_a_clock:
        return Server(folder)
    clock = folder / "clock"
    wrong_clock.put(clock, 0)
    return Server(folder, clock)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    words = ["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        raise NotReady("only root may mount a small disk to fill it")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _furnished(
    known: Configuration, scenario: Scenario
) -> tuple[str, list[HallOrders], dict[str, Sort]]:
    halls, sorts = [], {}
    for id_, size in scenario.sizes():
        layout = plan(id_, size, scenario.speed)
        place = (Place(Level.CITY, "示例市"), Place(Level.TOWN, id_))
        known.publish(layout, Calendar.always(), "load", wall_clock(), place)
        if size.sort not in sorts:
            sorts[size.sort] = sort_of(layout)
        bookings = _booked(known, id_, size, scenario, sorts[size.sort])
        tokens = {role: known.tokens.issue(role, id_, wall_clock()) for role in ROLES}
        seats = {
            window.number: known.tokens.issue("clerk", id_, wall_clock(), window=window.number)
            for window in layout.windows
        }
        halls.append(orders_of(id_, size, scenario, layout, tokens, seats, bookings))
    return known.tokens.issue("admin", "", wall_clock(), label="load"), halls, sorts


def orders_of(
    id_: str,
    size: Size,
    scenario: Scenario,
    layout: Layout,
    tokens: dict[str, str],
    seats: dict[str, str],
    bookings: list[str],
) -> HallOrders:
    """What the users of one hall are told; its day and position are not known yet."""
    return HallOrders(
        id=id_,
        sort=size.sort,
        day="",
        seq=0,
        tokens=tokens,
        seats=seats,
        signs=[window.number for window in layout.windows[: size.signs]],
        boards=size.boards,
        kiosks=size.kiosks,
        guides=size.guides,
        arrivals=scenario.arrivals(size),
        bookings=bookings,
    )


def sort_of(layout: Layout) -> Sort:
    """Who comes to a hall with this plan, and how long each lane takes."""
    crowd = Crowd(layout, 1)
    people = [(one.service, one.class_) for one in crowd.visitors(PEOPLE)]
    served = {lane for window in layout.windows if not window.classes for lane in window.lanes}
    minutes = {lane.id: layout.lane_minutes(lane.id) for lane in layout.lanes if lane.id in served}
    return Sort([one for one in people if _welcome(one[0], layout, served)], minutes)


def _welcome(code: str, layout: Layout, served: set[str]) -> bool:
    """Whether every stop of this service is served."""
    service = layout.service[code]
    return {service.lane, *(step.lane for step in service.steps)} <= served


def _booked(
    known: Configuration, hall: str, size: Size, scenario: Scenario, sort: Sort
) -> list[str]:
    """As many appointments as visitors will bring; about now, or half an hour ago."""
    count = math.ceil(arrivals.expected(scenario.arrivals(size)) * BOOKED)
    booked = [service for service, class_ in sort.people if class_ == APPOINTMENT]
    codes = []
    for index in range(count if booked else 0):
        codes.append(f"LOAD{index:06d}")
        service, at = booked[index % len(booked)], wall_clock()
        booking = Booking(code=codes[-1], service=service, appointed=at, class_=APPOINTMENT)
        known.bookings.put(hall, booking)
    return codes


# --- somebody else's server


def their_stage(scenario: Scenario, url: str, token: str) -> Stage:
    """The halls of a server that runs already, as many as the scenario has; one admin's token
    stands in for everybody. Raises httpx.HTTPError and `NotReady`."""
    with httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=10
    ) as client:
        told = client.get("/api/v1/halls").raise_for_status().json()["halls"]
        halls, sorts = [], {}
        for entry, (_, size) in zip(told, scenario.sizes(), strict=False):
            id_ = entry["hall"]
            found = client.get(f"/api/v1/halls/{id_}/layout").raise_for_status().json()["layout"]
            layout = Layout.from_json(json.dumps(found))
            own = replace(size, sort=id_, signs=min(size.signs, len(layout.windows)))
            sorts[id_] = sort_of(layout)
            tokens = dict.fromkeys(ROLES, token)
            seats = dict.fromkeys((window.number for window in layout.windows), token)
            halls.append(orders_of(id_, own, scenario, layout, tokens, seats, []))
    if not halls:
        raise NotReady("this token belongs to no hall")
    return Stage(url, token, halls, sorts)
