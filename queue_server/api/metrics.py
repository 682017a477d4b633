"""What Prometheus may ask: commands and their outcome, how long they took, who listens, how long
calls took to reach people, how far the archive is, and the process itself."""

from __future__ import annotations

import shutil
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
#: A screen is there at once, a voice when the one before it has spoken.
_DELIVERY = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)
#: command → what brings a call to people when it is said
DELIVERIES = {"shown": "screen", "announced": "voice"}


class Backlog(NamedTuple):
    """How far one hall's archive is: `written` is a position, `behind` how many events follow."""

    hall: str
    written: object
    behind: int


class Metrics:
    """One server process's figures, in a registry of their own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._commands = _Commands()
        registry.register(self._commands)
        self._delivery = Histogram(
            "jiaohao_delivery_seconds",
            "From a call to a screen or voice that brought it to people, as devices report it",
            ("sort",),
            buckets=_DELIVERY,
            registry=registry,
        )
        self.followers = Gauge(
            "jiaohao_followers", "Open event subscriptions", ("hall",), registry=registry
        )
        self.pictures = Gauge(
            "jiaohao_pictures", "Open picture subscriptions", ("kind",), registry=registry
        )
        self.redis = Gauge("jiaohao_redis_up", "Whether Redis answers", registry=registry)
        self.sql = Gauge("jiaohao_sql_up", "Whether the database answers", registry=registry)
        # Restarts, memory, processor time and open files: read when they are asked for.
        ProcessCollector(registry=registry)
        self._deliveries = {verb: self._delivery.labels(sort) for verb, sort in DELIVERIES.items()}

    def command(self, verb: str, outcome: str, seconds: float) -> None:
        """One command is over: `ok`, with a refusal's code, or as a `bug`."""
        self._commands.count(verb, outcome, seconds)

    def delivered(self, verb: str, delay: int) -> None:
        """A screen (`shown`) or a voice (`announced`) brought a call to people after `delay` ms."""
        self._deliveries[verb].observe(delay / 1000)

    def watch_archive(self, backlogs: Callable[[], Iterable[Backlog]]) -> None:
        """Tell also how far the archive is, of the halls that this process writes down."""
        self.registry.register(_Archive(backlogs))

    def watch_disk(self, folder: Path) -> None:
        """Tell also how much room there is where `folder` is."""
        free = Gauge("jiaohao_disk_free_bytes", "Room in the data folder", registry=self.registry)
        size = Gauge("jiaohao_disk_bytes", "Its disk's size", registry=self.registry)
        free.set_function(lambda: shutil.disk_usage(folder).free)
        size.set_function(lambda: shutil.disk_usage(folder).total)

    def told(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)


class _Commands(Collector):
    """A counter and a histogram of what a server does most.

    Prometheus's own take a lock for each, which is more work than some commands' whole way through
    Python; commands are counted in one thread.
    """

    def __init__(self) -> None:
        self._outcomes: dict[tuple[str, str], int] = {}
        self._within: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def count(self, verb: str, outcome: str, seconds: float) -> None:
        """One is over."""
        key = (verb, outcome)
        self._outcomes[key] = self._outcomes.get(key, 0) + 1
        if verb not in self._within:
            self._within[verb], self._sums[verb] = [0] * (len(_SECONDS) + 1), 0.0
        self._within[verb][bisect_left(_SECONDS, seconds)] += 1
        self._sums[verb] += seconds

    def collect(self) -> Iterable[Metric]:
        """Both, as they are now."""
        counter = CounterMetricFamily(
            "jiaohao_commands", "Commands by verb and outcome", labels=["verb", "outcome"]
        )
        for names, number in self._outcomes.items():
            counter.add_metric(names, number)
        histogram = HistogramMetricFamily(
            "jiaohao_command_seconds", "How long commands took", labels=["verb"]
        )
        limits = [*(str(float(one)) for one in _SECONDS), "+Inf"]
        for verb, within in self._within.items():
            buckets = list(zip(limits, accumulate(within), strict=True))
            histogram.add_metric([verb], buckets, self._sums[verb])
        return [counter, histogram]


class _Archive(Collector):
    """Three gauges, made from where the archivists are at the moment of asking."""

    def __init__(self, backlogs: Callable[[], Iterable[Backlog]]) -> None:
        self._backlogs = backlogs
        self._moved: dict[str, tuple[object, float]] = {}

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """How many halls are written down here; per hall, what is missing, and since when."""
        halls = GaugeMetricFamily("jiaohao_archive_halls", "Halls that this process writes down")
        behind = GaugeMetricFamily(
            "jiaohao_archive_behind_events", "Events not yet in SQL", labels=["hall"]
        )
        stuck = GaugeMetricFamily(
            "jiaohao_archive_stuck_seconds",
            "How long nothing was written although something was to be",
            labels=["hall"],
        )
        now, known = time.monotonic(), list(self._backlogs())
        before, self._moved = self._moved, {}
        for hall, written, missing in known:
            at, since = before.get(hall, (written, now))
            # Events are told as they come: what is behind now may have come this very moment.
            since = since if missing and at == written else now
            self._moved[hall] = (written, since)
            behind.add_metric([hall], missing)
            stuck.add_metric([hall], now - since)
        halls.add_metric([], len(known))
        return [halls, behind, stuck]
