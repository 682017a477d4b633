"""`WS …/pictures/{name}`: a whole picture whenever it changed; a slow reader gets the newest.

`hall`, `lane:police` and what screens exhibit (`board`, `zone:main`, `sign:3`) are public;
`ticket:TOKEN` is for who has the link; `window:3` is for the hall's people and screens, `desk` for
those of the guide desk, `manage` for its managers. While a picture stays the same, a word every
ten seconds says so: a browser cannot see that a line is dead, only that it is silent.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Gauge
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.api.alarms import MANAGERS, Alarms
from queue_server.api.auth import Caller
from queue_server.api.commands import GUIDES
from queue_server.api.desk import desk
from queue_server.api.exhibition import Easel, Exhibition
from queue_server.api.line import Line
from queue_server.api.metrics import Metrics
from queue_server.api.pictures import KINDS, ONE_EACH, Subject
from queue_server.api.problems import NotAllowed, NotFound, NotSignedIn
from queue_server.api.reads import WINDOW_READERS, current
from queue_server.api.sockets import Close, Closed, Sockets
from queue_server.api.state import Painter, ServerState
from queue_server.archive.principals import Role
from queue_server.domain.links import Links, Visit
from queue_server.domain.refusals import NoHall
from queue_server.engine.redis_hall import RedisHall

WATCHERS = WINDOW_READERS | {Role.SCREEN}
DESK_READERS = GUIDES | {Role.AUDITOR}


class Gallery:
    """The route of pictures."""

    def __init__(
        self,
        state: ServerState,
        sockets: Sockets,
        links: Links,
        metrics: Metrics,
        alarms: Alarms,
    ) -> None:
        self._state = state
        self._sockets = sockets
        self._links = links
        self._metrics = metrics
        self._prepared = {"manage": alarms.refresh}
        self._exhibits: Mapping[str, Painter] = {
            **state.exhibits,
            "desk": desk,
            "manage": alarms.paint,
        }
        self.kinds = frozenset({*KINDS, *self._exhibits})
        self._exhibitions: dict[str, Exhibition] = {}

    def routes(self) -> list[WebSocketRoute]:
        """Where it is."""
        return [WebSocketRoute("/api/v1/halls/{hall}/pictures/{name}", self.look)]

    async def look(self, socket: WebSocket) -> None:
        """A picture, whenever it changes."""
        hall = await self._state.hall(socket.path_params["hall"])
        kind, _, name = socket.path_params["name"].partition(":")
        viewer = Viewer(self, hall, Subject(kind, name), self._links.read(name))
        await self._sockets.serve(socket, viewer)

    def exhibition(self, hall: RedisHall) -> Exhibition:
        """The pictures of a hall."""
        if hall.id not in self._exhibitions:
            self._exhibitions[hall.id] = Exhibition(
                hall, self._exhibits, self._prepared, self._state.patience
            )
        return self._exhibitions[hall.id]

    def looking(self, kind: str) -> Gauge:
        """How many look at a kind of picture."""
        return self._metrics.pictures.labels(kind)


class Viewer:
    """One who looks at one picture."""

    __slots__ = ("_easel", "_gallery", "_hall", "_line", "_subject", "_visit")

    def __init__(
        self, gallery: Gallery, hall: RedisHall | None, subject: Subject, visit: Visit | None
    ) -> None:
        self._gallery = gallery
        self._hall = hall
        self._subject = subject
        self._visit = visit
        self._easel: Easel | None = None
        self._line: Line | None = None

    def admit(self, who: Caller | None) -> None:
        """Whether the picture may be seen."""
        if self._hall is None:
            raise NoHall
        kind, name, inside = self._subject
        kinds = self._gallery.kinds
        if kind not in kinds or bool(name) == (kind in ONE_EACH):
            raise Closed(Close.NONSENSE, f"there is {', '.join(sorted(kinds))}")
        if kind == "ticket" and (self._visit is None or self._visit.hall != self._hall.id):
            raise NotFound("This link leads to no ticket.")
        if kind == "window" and _staff(who, self._hall.id, name) != inside:
            if self._easel is not None:
                raise Closed(Close.GOING, "your roles have changed; come back")
            self._subject = Subject(kind, name, not inside)
        elif kind == "desk":
            _let_in(who, DESK_READERS, self._hall.id)
        elif kind == "manage":
            _let_in(who, MANAGERS, self._hall.id)

    async def begin(self, line: Line, patience: float) -> None:  # noqa: ARG002, the exhibition knows
        """Begin to show it; raises `NotFound` when the plan of the day has no such thing."""
        assert self._hall is not None
        view, day, subject = await current(self._hall), "", self._subject
        if self._visit is not None and subject.kind == "ticket":
            day, subject = self._visit.day, Subject("ticket", self._visit.ticket)
            if day != view.day:
                raise Closed(Close.OVER, "the day of this ticket is over")
        exhibition = self._gallery.exhibition(self._hall)
        self._line = line
        self._easel = await exhibition.look(line, subject, day, view)
        self._gallery.looking(subject.kind).inc()

    def room(self) -> None:
        """The reader has caught up."""
        if self._easel and self._line:
            self._easel.room(self._line)

    def end(self) -> None:
        """The line is gone."""
        if self._easel and self._line and self._hall:
            self._gallery.exhibition(self._hall).leave(self._easel, self._line)
            self._gallery.looking(self._subject.kind).dec()


def _staff(who: Caller | None, hall: str, window: str) -> bool:
    return _let_in(who, WATCHERS, hall, window).may(WINDOW_READERS, hall, window)


def _let_in(who: Caller | None, roles: frozenset[Role], hall: str, window: str = "") -> Caller:
    if who is None:
        raise NotSignedIn
    if not who.may(roles, hall, window):
        raise NotAllowed
    return who
