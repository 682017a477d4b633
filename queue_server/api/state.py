"""What the server is handed when it is put together. It reads no environment of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from queue_server.api.limits import Limits
from queue_server.api.metrics import Metrics
from queue_server.archive.configuration import Configuration
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall, wall_clock

#: Paints what a screen shows: `(view, name, now) -> JSON`, with public data only; raises
#: LookupError, with a sentence, when the plan of the day has nothing of that name.
Painter = Callable[[HallView, str, int], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ServerState:
    """`hall` finds a hall by its id; `redis_ready` says whether Redis answers and knows our
    functions; `secret` (16 bytes or more, the same for all processes) signs ticket links.

    `exhibits` are the pictures that screens show, by kind. `origins` are further places
    (`https://hall.example`) whose pages may use a session; `proxies` are addresses or networks
    whose X-Forwarded-For is believed. A principal is `remembered` so many seconds, and a
    subscription is checked again every `recheck` seconds.
    """

    hall: Callable[[str], Awaitable[RedisHall | None]]
    configuration: Configuration
    secret: bytes
    redis_ready: Callable[[], Awaitable[bool]]
    clock: Callable[[], int] = wall_clock
    proxies: tuple[str, ...] = ()
    origins: frozenset[str] = frozenset()
    exhibits: Mapping[str, Painter] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    remembered: float = 5.0
    recheck: float = 4.0
    #: How long a follower may leave its messages unread before it is sent away (s).
    patience: float = 10.0

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("the secret must have at least 16 bytes")
