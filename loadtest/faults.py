"""The faults that a load can have: each declared here once, with its words and who carries it out.

    NAME@SECOND[:DURATION]      redis@30   clock@20:15

What is done to the machine is in `harm.py`, what strangers do over the network in `strangers.py`.
A `cut`, in which every screen loses its line, is done by those who hold the lines.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadtest import harm, strangers

if TYPE_CHECKING:
    from loadtest.stage import Stage

#: Carries a fault out on a stage for so many seconds; answers with what there is to say about it.
Harm = Callable[["Stage", float], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of fault: it `lasts` so many seconds unless said otherwise, and is called so in
    English and Chinese; `told` puts what came of it into words. One that is done `anywhere` needs
    no server of our own."""

    do: Harm
    lasts: float
    said: tuple[str, str]
    told: tuple[str, str] = ("", "")
    anywhere: bool = False


def _by_the_users(_stage: Stage, _lasts: float) -> dict[str, Any]:
    return {}


KINDS = {
    "redis": Kind(harm.redis_killed, 0, ("Redis was killed", "Redis 进程被强制终止")),
    "server": Kind(harm.server_killed, 1, ("the server was killed", "服务器进程被强制终止")),
    "archive": Kind(harm.archive_killed, 10, ("the archive was killed", "归档进程被强制终止")),
    "sql": Kind(harm.sql_away, 10, ("SQL took no writing", "数据库无法写入")),
    "disk": Kind(
        harm.disk_full,
        10,
        ("the disk was full", "磁盘已满"),
        (
            "{megabytes} MB of somebody else's took all the room",
            "其他文件占满剩余的 {megabytes} MB",
        ),
    ),
    "clock": Kind(harm.clock_wrong, 20, ("the clock was 10 minutes fast", "系统时钟快了 10 分钟")),
    "cut": Kind(
        _by_the_users, 0, ("every screen lost its line", "所有屏幕同时断线"), anywhere=True
    ),
    "silent": Kind(
        strangers.silent,
        30,
        ("100 connections said nothing", "100 个连接不发任何数据"),
        (
            "the server ended {hung_up} of {connections}",
            "服务器主动断开 {hung_up}/{connections} 个",
        ),
        anywhere=True,
    ),
    "slow": Kind(
        strangers.slow,
        30,
        ("20 screens stopped reading", "20 块屏幕停止读取数据"),
        (
            "when {readers} of them woke up, they heard: {told}",
            "{readers} 块恢复读取后得到：{told}",
        ),
        anywhere=True,
    ),
    "flood": Kind(
        strangers.flood,
        10,
        ("somebody flooded a public page", "有人大量请求公开页面"),
        ("{asked} requests were answered with {answers}", "共 {asked} 次请求，答复：{answers}"),
        anywhere=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something goes wrong at a second of the run; `lasts` (s), None: as long as is usual."""

    what: str
    at: float
    lasts: float | None = None

    @classmethod
    def parse(cls, text: str, usual: float = 30.0) -> Fault:
        """`redis`, `redis@45`, `clock@20:15` → Fault; raises ValueError."""
        what, _, when = text.partition("@")
        if what not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}, perhaps with @second:duration")
        at, _, lasts = when.partition(":")
        return cls(what, float(at or usual), float(lasts) if lasts else None)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return KINDS[self.what]

    @property
    def seconds(self) -> float:
        """How long its cause lasts."""
        return self.kind.lasts if self.lasts is None else self.lasts

    def __str__(self) -> str:
        return f"{self.what}@{self.at:g}:{self.seconds:g}"


# --- doing them


@dataclass
class Doing:
    """Does the faults of a run, each at its moment, each in a thread of its own."""

    stage: Stage
    settled: float
    tell: Callable[[str], None]
    #: What was done: what, from and until (s of the run), what there is to say.
    done: list[dict[str, Any]] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, faults: Iterable[Fault]) -> None:
        """Wait for their moments, in the background."""
        for one in faults:
            thread = threading.Thread(target=self._do, args=(one,), daemon=True, name=str(one))
            thread.start()
            self._threads.append(thread)

    def wait(self) -> list[dict[str, Any]]:
        """Until all causes are over; answers what was done, in order."""
        for thread in self._threads:
            thread.join()
        return sorted(self.done, key=lambda one: float(one["at"]))

    def _do(self, fault: Fault) -> None:
        time.sleep(max(self.settled + fault.at - time.time(), 0))
        self.tell(f"fault: {fault}")
        at, failed = time.time(), ""
        told: dict[str, Any] = {}
        try:
            told = fault.kind.do(self.stage, fault.seconds)
        except Exception as error:  # whatever it is, it stands in the report as a finding
            failed = f"{type(error).__name__}: {error}"
        until = time.time()
        when = {"at": round(at - self.settled, 1), "until": round(until - self.settled, 1)}
        self.done.append({"what": fault.what, **when, "told": told, "failed": failed})
