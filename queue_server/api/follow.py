"""`WS …/follow`: a hall's events, one a message, each written as JSON once for all followers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from prometheus_client import Gauge
from pydantic_core import to_json
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.api.auth import Caller
from queue_server.api.line import Line, frame
from queue_server.api.metrics import Metrics
from queue_server.api.problems import NotAllowed, NotSignedIn
from queue_server.api.reads import ANYBODY, may_see_ratings, position, told
from queue_server.api.sockets import Sockets, Stream
from queue_server.api.state import ServerState
from queue_server.domain.events import Event
from queue_server.domain.hall import Position
from queue_server.domain.refusals import NoHall
from queue_server.engine.redis_hall import RedisHall

KEPT = 4096


@dataclass(slots=True)
class Press:
    """Events as frames of JSON; the latest are kept, since everybody wants the same ones."""

    most: int = KEPT
    _printed: OrderedDict[tuple[str, str, int, bool], bytes] = field(default_factory=OrderedDict)

    def made(self, hall: str, event: Event, ratings: bool) -> bytes:
        """One event as one message."""
        key = (hall, event.day, event.seq, ratings)
        found = self._printed.get(key)
        if found is None:
            found = self._printed[key] = frame(to_json(told(event, ratings)))
            if len(self._printed) > self.most:
                self._printed.popitem(last=False)
        return found


class Follow:
    """The route of followers."""

    def __init__(self, state: ServerState, sockets: Sockets, metrics: Metrics) -> None:
        self._state = state
        self._sockets = sockets
        self._metrics = metrics
        self._press = Press()

    def routes(self) -> list[WebSocketRoute]:
        """Where it is."""
        return [WebSocketRoute("/api/v1/halls/{hall}/follow", self.follow)]

    async def follow(self, socket: WebSocket) -> None:
        """A hall's events from a position on."""
        hall = await self._state.hall(socket.path_params["hall"])
        after = socket.query_params.get("after", "")
        open_ones = self._metrics.followers.labels(hall.id if hall else "")
        await self._sockets.serve(socket, Follower(hall, after, self._press, open_ones))


class Follower(Stream):
    """One follower of one hall."""

    def __init__(self, hall: RedisHall | None, after: str, press: Press, open_ones: Gauge) -> None:
        self._hall = hall
        self._asked = after
        self._press = press
        self._open_ones = open_ones
        self._after: Position | None = None
        self._ratings = False

    def admit(self, who: Caller | None) -> None:
        """Whether it may listen; it says where from before it listens."""
        if who is None:
            raise NotSignedIn
        if self._hall is None:
            raise NoHall
        if not who.may(ANYBODY, self._hall.id):
            raise NotAllowed
        self._after = position(self._asked)
        self._ratings = may_see_ratings(who, self._hall.id)

    async def begin(self, line: Line, patience: float) -> None:
        """Begin to tell."""
        await super().begin(line, patience)
        self._open_ones.inc()

    def end(self) -> None:
        """Write no more."""
        if self._writer:
            self._open_ones.dec()
        super().end()

    async def frames(self) -> AsyncIterator[bytes]:
        """Every event, as JSON."""
        assert self._hall is not None
        async for events in self._hall.follow(self._after):
            for event in events:
                yield self._press.made(self._hall.id, event, self._ratings)
