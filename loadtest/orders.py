"""What the users of a run are told: where, who they are, and when everything begins and ends.

One JSON file in the run's folder, which the load generator's processes read when they start; each
writes what it has seen beside it. Times are Unix seconds.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from loadtest.arrivals import Piece

#: Names the file of orders in the environment of a load process.
VARIABLE = "JIAOHAO_LOAD"
#: Which of the users a process of locust is for (`swarm.Part.who`).
PART = "JIAOHAO_LOAD_PART"
#: How long (s) before the end nobody presses anything any more: what was called must arrive.
QUIET = 4.0
#: A file in the run's folder while things go wrong, and so long (s) after that: until the longest
#: pause before a line is tried again has passed, everybody goes on looking.
TROUBLED, RECOVERY = "troubled", 8.0
#: How long (s) after a fault is over the users are said to be in trouble.
TROUBLE = 30.0


@dataclass(frozen=True, slots=True)
class Sort:
    """What all halls of one size share: `people` as (service, class), minutes by lane."""

    people: list[tuple[str, str]]
    minutes: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HallOrders:
    """One hall: its tokens by role, its clerks' by window, and who is there."""

    id: str
    sort: str
    day: str
    seq: int
    tokens: dict[str, str]
    seats: dict[str, str]
    signs: list[str]
    boards: int
    kiosks: int
    guides: int
    arrivals: list[Piece]
    bookings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """A run. `settled` is when everybody is there and measuring begins; `cuts` are moments at
    which every screen's line breaks; `clock` (ms) is how far the server's clock is ahead of ours.

    With `forwarded`, phones say which address they have, as behind a proxy of the hall's.
    """

    scenario: str
    url: str
    folder: str
    speed: float
    began: float
    settled: float
    ends: float
    processes: int
    spawn: int
    halls: list[HallOrders]
    sorts: dict[str, Sort]
    #: From when to when something goes wrong on purpose.
    faults: list[tuple[float, float]] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)
    phones: int = 0
    phone_share: float = 0.0
    beat: float = 0.0
    #: Of the calls that a sign shows, how many it reports.
    reports: float = 1.0
    clock: float = 0.0
    forwarded: bool = False
    web: bool = False

    def phase(self, now: float) -> str:
        """Which part of the run this is."""
        if now < self.settled:
            return "start"
        if not self.faults or now < self.faults[0][0]:
            return "calm"
        trouble = any(begins <= now < ends + TROUBLE for begins, ends in self.faults)
        return "trouble" if trouble else "after"

    def over(self, now: float) -> bool:
        """Whether looking may end: nobody is in trouble any more (see `trouble`)."""
        return now > self.ends and not Path(self.folder, TROUBLED).exists()


#: What a request hears whose connection the server closed just then; it is said again at once.
CLOSED = "the server closed an idle connection"

_ORDERS = TypeAdapter(Orders)


def write(orders: Orders) -> Path:
    """Into the run's folder."""
    path = Path(orders.folder) / "orders.json"
    path.write_text(json.dumps(asdict(orders)), "utf-8")
    return path


def read() -> Orders:
    """The orders that the environment names."""
    return _ORDERS.validate_json(Path(os.environ[VARIABLE]).read_bytes())


@contextmanager
def trouble(folder: Path) -> Iterator[None]:
    """As long as the block lasts, nobody's looking ends."""
    (folder / TROUBLED).touch()
    try:
        yield
    finally:
        (folder / TROUBLED).unlink(missing_ok=True)


def turn(orders: Orders, kind: str) -> int:
    """0, 1, 2, … for each user of a kind, whichever process it lives in."""
    path = Path(orders.folder) / f"turn-{kind}"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        mine = int(file.read() or 0)
        file.seek(0)
        file.write(str(mine + 1))
    return mine


def leave(orders: Orders, told: dict[str, Any]) -> None:
    """What this process has seen, for whoever writes the report."""
    folder = Path(orders.folder)
    part = folder / f"seen-{os.getpid()}.part"
    part.write_text(json.dumps(told), "utf-8")
    part.rename(part.with_suffix(".json"))


def seen(folder: Path) -> Iterator[dict[str, Any]]:
    """What each process left."""
    for path in sorted(folder.glob("seen-*.json")):
        yield json.loads(path.read_bytes())
