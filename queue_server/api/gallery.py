"""`WS …/pictures/{name}`: a whole picture whenever it changed; a slow reader gets the newest.

`hall`, `lane:police` and what screens exhibit (`board`, `zone:main`, `sign:3`) are public;
`ticket:TOKEN` is for who has the link; `window:3` is for the hall's people and screens, `desk` for
those of the guide desk, `manage` for its managers. A picture is painted once for all who look at
it. While it stays the same, a word every ten seconds says so: a browser cannot see that a line is
dead, only that it is silent.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import to_json
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.api.alarms import MANAGERS, Alarms
from queue_server.api.auth import Caller
from queue_server.api.commands import GUIDES
from queue_server.api.desk import desk
from queue_server.api.metrics import Metrics
from queue_server.api.pictures import Subject, picture
from queue_server.api.problems import NotAllowed, NotFound, NotSignedIn
from queue_server.api.reads import WINDOW_READERS, current
from queue_server.api.sockets import Close, Closed, Sockets
from queue_server.api.state import Painter, ServerState
from queue_server.archive.principals import Role
from queue_server.domain.links import Links, Visit
from queue_server.domain.refusals import NoHall
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

#: The least time between two pictures (s); a phone in a pocket needs fewer than a screen.
PACE = {"ticket": 0.5, "desk": 0.5, "manage": 1.0, "fairness": 5.0}
FASTEST = 0.1
#: Time itself changes pictures too: expectations, ceilings.
AGAIN = 5.0
#: After so long without a picture, a word that it is still the same (s).
STILL = 10.0
MOST_KEPT = 5000
WATCHERS = WINDOW_READERS | {Role.SCREEN}
DESK_READERS = GUIDES | {Role.AUDITOR}


class Painted(NamedTuple):
    """A picture, of which view and which moment, and its text."""

    view: HallView
    moment: int
    content: bytes
    text: str


class Studio:
    """Paints each picture once, and again only when it would look different."""

    def __init__(self, exhibits: Mapping[str, Painter]) -> None:
        self.kinds = frozenset({*KINDS, *exhibits})
        self._exhibits = exhibits
        self._kept: OrderedDict[tuple[str, Subject], Painted] = OrderedDict()

    def text(self, hall: str, subject: Subject, view: HallView, now: int) -> str:
        """The picture as JSON: the very same text while nothing changed."""
        key, moment = (hall, subject), int(time.monotonic() / AGAIN)
        before = self._kept.get(key)
        if before and before.view is view and before.moment == moment:
            return before.text
        content = to_json(painted(self._exhibits, hall, subject, view, now))
        if before and before.content == content:
            text = before.text
        else:
            text = _told(view.seq, now, content)
        self._kept[key] = Painted(view, moment, content, text)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return text

    def anew(self, hall: str, subject: Subject, now: int) -> str:
        """The picture that was painted last, with the time that it is now, for a newcomer."""
        painted = self._kept[(hall, subject)]
        return _told(painted.view.seq, now, painted.content)


def painted(
    exhibits: Mapping[str, Painter], hall: str, subject: Subject, view: HallView, now: int
) -> dict[str, Any]:
    """A picture, by whoever paints its kind; raises `NotFound` when there is no such thing."""
    painter = exhibits.get(subject.kind)
    if painter is None:
        return picture(view, hall, subject, now)
    try:
        content = painter(view, subject.name, now)
    except LookupError as unknown:
        raise NotFound(str(unknown.args[0])) from None
    return {"picture": subject.kind, "hall": hall, **content}


def _told(seq: int, now: int, content: bytes) -> str:
    """A picture (a JSON object, never an empty one) with its place in the log and the time."""
    return f'{{"seq":{seq},"now":{now},{content[1:].decode()}'


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
        self._alarms = alarms
        self._studio = Studio({**state.exhibits, "desk": desk, "manage": alarms.paint})

    def routes(self) -> list[WebSocketRoute]:
        """Where it is."""
        return [WebSocketRoute("/api/v1/halls/{hall}/pictures/{name}", self.look)]

    async def look(self, socket: WebSocket) -> None:
        """A picture, whenever it changes."""
        hall = await self._state.hall(socket.path_params["hall"])
        kind, _, name = socket.path_params["name"].partition(":")
        visit = self._links.read(name)
        viewer = Viewer(hall, kind, name, visit, self._studio, self._alarms)
        known = kind if kind in self._studio.kinds else ""
        with self._metrics.pictures.labels(known).track_inprogress():
            await self._sockets.serve(socket, viewer)


KINDS = frozenset({"hall", "lane", "window", "ticket"})
#: Kinds of which a hall has one; all others are of something, and say of what.
ONE_EACH = ("board", "catalogue", "desk", "hall", "kiosk", "manage")


class Viewer:
    """One who looks at one picture."""

    def __init__(
        self,
        hall: RedisHall | None,
        kind: str,
        name: str,
        visit: Visit | None,
        studio: Studio,
        alarms: Alarms,
    ) -> None:
        self._hall = hall
        self._subject = Subject(kind, name)
        self._visit = visit
        self._studio = studio
        self._alarms = alarms

    async def check(self, who: Caller | None) -> None:
        """Whether the picture is there and may be seen."""
        if self._hall is None:
            raise NoHall
        kind, name, _ = self._subject
        if kind not in self._studio.kinds or bool(name) == (kind in ONE_EACH):
            raise Closed(Close.NONSENSE, f"there is {', '.join(sorted(self._studio.kinds))}")
        if kind == "ticket":
            self._subject = Subject("ticket", self._ticket(self._hall.id))
        elif kind == "window":
            self._subject = Subject("window", name, _staff(who, self._hall.id, name))
        elif kind == "desk":
            _let_in(who, DESK_READERS, self._hall.id)
        elif kind == "manage":
            _let_in(who, MANAGERS, self._hall.id)
        view = await current(self._hall)
        if kind == "manage":
            await self._alarms.refresh(self._hall.id, view.day)
        # Raises when the plan of the day has no such thing.
        self._studio.text(self._hall.id, self._subject, view, await self._hall.now())

    def _ticket(self, hall: str) -> str:
        if self._visit is None or self._visit.hall != hall:
            raise NotFound("This link leads to no ticket.")
        return self._visit.ticket

    async def messages(self) -> AsyncIterator[str]:
        """The picture now, and whenever it has changed."""
        assert self._hall is not None
        last, sent, pace = "", 0.0, PACE.get(self._subject.kind, FASTEST)
        async for view in views(self._hall, AGAIN):
            if self._visit and self._visit.day != view.day:
                raise Closed(Close.OVER, "the day of this ticket is over")
            now = await self._hall.now()
            text = self._studio.text(self._hall.id, self._subject, view, now)
            if text is not last:
                yield text if last else self._studio.anew(self._hall.id, self._subject, now)
                last, sent = text, time.monotonic()
                await asyncio.sleep(pace)
            elif time.monotonic() - sent >= STILL:
                yield to_json({"same": view.seq, "now": now}).decode()
                sent = time.monotonic()


def _staff(who: Caller | None, hall: str, window: str) -> bool:
    return _let_in(who, WATCHERS, hall, window).may(WINDOW_READERS, hall, window)


def _let_in(who: Caller | None, roles: frozenset[Role], hall: str, window: str = "") -> Caller:
    if who is None:
        raise NotSignedIn
    if not who.may(roles, hall, window):
        raise NotAllowed
    return who


async def views(hall: RedisHall, again: float) -> AsyncIterator[HallView]:
    """The newest view whenever it changed, and after `again` seconds without a change."""
    view = await hall.view()
    while True:
        yield view
        view = await hall.newer(view, again)
