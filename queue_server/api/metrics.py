"""What Prometheus may ask: commands and their outcome, how long they took, who listens."""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """One server process's figures, in a registry of their own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._commands = Counter(
            "jiaohao_commands",
            "Commands by verb and outcome",
            ("verb", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "jiaohao_command_seconds",
            "How long commands took",
            ("verb",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.followers = Gauge(
            "jiaohao_followers", "Open event subscriptions", ("hall",), registry=registry
        )
        self.pictures = Gauge(
            "jiaohao_pictures", "Open picture subscriptions", ("kind",), registry=registry
        )
        self.redis = Gauge("jiaohao_redis_up", "Whether Redis answers", registry=registry)
        # Finding a labelled child takes longer than counting it.
        self._counter = cache(self._commands.labels)
        self._timer = cache(self._seconds.labels)

    def command(self, verb: str, outcome: str, seconds: float) -> None:
        """One command is over: `ok`, with a refusal's code, or as a `bug`."""
        self._counter(verb, outcome).inc()
        self._timer(verb).observe(seconds)

    def told(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)
