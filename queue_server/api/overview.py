"""`WS /api/v1/overview`: all halls that somebody manages, as a tree, the worst first.

Nobody sees a hall of somebody else, not even as a part of a sum. A hall is looked at once a
second for all who watch, and told again only when its line would read differently.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

from pydantic_core import to_json
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.api.alarms import MANAGERS, Alarms
from queue_server.api.auth import Caller
from queue_server.api.line import frame
from queue_server.api.problems import NotAllowed, NotSignedIn
from queue_server.api.reads import current
from queue_server.api.sockets import Sockets, Stream
from queue_server.api.state import ServerState
from queue_server.archive.configuration import HallEntry
from queue_server.domain.refusals import Refused

Json = dict[str, Any]
EVERY = 1.0
#: After so long without news, a word that all is as it was (s).
STILL = 10.0
#: How long the list of halls is believed (s).
FRESH = 5.0
#: Halls asked at once.
TOGETHER = 20
SUMS = ("waiting", "open", "windows", "serving", "taken", "alerts", "unseen", "grave")
AWAY: Json = {"state": "away", "oldest": 0, **dict.fromkeys(SUMS, 0)}


def tree(rows: Iterable[tuple[HallEntry, Json]]) -> Json:
    """The halls below their places, each place with the sum of what is below it; worst first."""
    top: Json = {"name": "", "level": "", "places": {}, "halls": []}
    for entry, row in rows:
        at = top
        for place in entry.place:
            new = {"name": place.name, "level": str(place.level), "places": {}, "halls": []}
            at = at["places"].setdefault(place.name, new)
        named = {"hall": entry.id, "name": entry.name, "name_en": entry.name_en}
        at["halls"].append(named | row)
    return _summed(top)


def _summed(place: Json) -> Json:
    places = sorted(map(_summed, place["places"].values()), key=_worst)
    halls = sorted(place["halls"], key=_worst)
    below = [*places, *halls]
    sums = {name: sum(one[name] for one in below) for name in SUMS}
    oldest = max((one["oldest"] for one in below), default=0)
    count = len(halls) + sum(one["count"] for one in places)
    found = {"places": places, "halls": halls, "count": count, "oldest": oldest}
    return {"name": place["name"], "level": place["level"]} | found | sums


def _worst(row: Json) -> tuple[Any, ...]:
    # A hall that does not answer is the worst there is.
    away = row.get("state") == "away"
    return (not away, -row["grave"], -row["unseen"], -row["oldest"], -row["waiting"], row["name"])


class Overview:
    """The route of the tree."""

    def __init__(self, state: ServerState, sockets: Sockets, alarms: Alarms) -> None:
        self._state = state
        self._sockets = sockets
        self._alarms = alarms
        self._entries: tuple[float, tuple[HallEntry, ...]] = (float("-inf"), ())
        self._rows: dict[str, tuple[float, Json]] = {}
        self._turn = asyncio.Semaphore(TOGETHER)

    def routes(self) -> list[WebSocketRoute]:
        """Where it is."""
        return [WebSocketRoute("/api/v1/overview", self.look)]

    async def look(self, socket: WebSocket) -> None:
        """The tree, whenever it changes."""
        await self._sockets.serve(socket, Looker(self))

    async def tree(self, halls: frozenset[str] | None) -> Json:
        """The tree of these halls (None: of all)."""
        mine = [entry for entry in await self._all() if halls is None or entry.id in halls]
        rows = await asyncio.gather(*(self._row(entry.id) for entry in mine))
        return tree(zip(mine, rows, strict=True))

    def now(self) -> int:
        """The time here (Unix ms): halls may have clocks of their own."""
        return self._state.clock()

    async def _all(self) -> tuple[HallEntry, ...]:
        read, entries = self._entries
        if time.monotonic() - read > FRESH:
            entries = await asyncio.to_thread(self._state.configuration.halls)
            self._entries = (time.monotonic(), entries)
        return tuple(entry for entry in entries if entry.version)

    async def _row(self, id_: str) -> Json:
        async with self._turn:
            read, row = self._rows.get(id_, (float("-inf"), AWAY))
            if time.monotonic() - read < EVERY / 2:
                return row
            row = await self._looked(id_)
            self._rows[id_] = (time.monotonic(), row)
            return row

    async def _looked(self, id_: str) -> Json:
        hall = await self._state.hall(id_)
        # Nobody waits here for a primary that is away, while the halls of others come after it.
        if hall is None or not hall.redis.connected:
            return AWAY
        try:
            view, now = await current(hall), await hall.now()
        except Refused:
            return AWAY
        await self._alarms.refresh(id_, view.day)
        return self._alarms.row(view, now)


class Looker(Stream):
    """One who looks at the tree."""

    def __init__(self, overview: Overview) -> None:
        self._overview = overview
        self._mine: frozenset[str] | None = frozenset()

    def admit(self, who: Caller | None) -> None:
        """Whether there is any hall for this one; asked again now and then, as roles change."""
        if who is None:
            raise NotSignedIn
        self._mine = who.principal.halls(MANAGERS)
        if self._mine is not None and not self._mine:
            raise NotAllowed

    async def frames(self) -> AsyncIterator[bytes]:
        """The tree now, and whenever it has changed."""
        last: Json | None = None
        sent = 0.0
        while True:
            found = await self._overview.tree(self._mine)
            now = self._overview.now()
            if found != last:
                yield frame(to_json({"picture": "overview", "now": now, "tree": found}))
                last, sent = found, time.monotonic()
            elif time.monotonic() - sent >= STILL:
                yield frame(to_json({"same": 0, "now": now}))
                sent = time.monotonic()
            await asyncio.sleep(EVERY)
