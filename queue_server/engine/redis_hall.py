"""RedisHall: each verb is one FCALL, through one private doorway."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

from queue_server.domain.civil import date_of
from queue_server.domain.hall import Events, Hall, How, Position, Value
from queue_server.domain.layout import Layout
from queue_server.domain.links import Links
from queue_server.domain.refusals import (
    DayIsClosed,
    Invalid,
    NoTicket,
    Refused,
    Unavailable,
    refusal,
)
from queue_server.domain.view import HallView
from queue_server.engine import keys
from queue_server.engine.connection import Away, Connection, RedisError
from queue_server.engine.feed import Feed, answered, decoded, told
from queue_server.engine.library import load
from queue_server.engine.opening import Opening, counts
from queue_server.engine.watch import Watch

PATIENCE = 1.8
SILENCE_MS = 30_000
# More events than a Redis that syncs once a second can lose.
GAP = 100_000
_REFUSAL = re.compile(r"([A-Z_]+) (.*)", re.DOTALL)
# Redis's own words for "not now"; a refusal of ours may share the first word.
_NOT_NOW = ("LOADING", "BUSY Redis", "MASTERDOWN", "READONLY", "MISCONF", "OOM", "CLUSTERDOWN")
#: A day, and what a command answered with on it (`feed.answered` reads it).
Answer = tuple[str, list[str]]
_NO_LIBRARY = "ERR Function not found"


def wall_clock() -> int:
    """Now, in Unix ms."""
    return time.time_ns() // 1_000_000


class RedisHall(Hall):
    """A hall whose state and stream are in Redis.

    `published` gives the layout that a day opens with when the command brings none; `secret`
    signs its ticket links.
    """

    def __init__(
        self,
        connection: Connection,
        feed: Feed,
        tenant: str,
        hall: str,
        published: Callable[[], Awaitable[Layout]],
        clock: Callable[[], int] = wall_clock,
        secret: bytes = b"",
    ) -> None:
        self.id = hall
        #: The lines to where its keys are.
        self.redis = connection
        self.feed = feed
        self.root = keys.hall_root(tenant, hall)
        self._published = published
        self._clock = clock
        # Without the installation's secret its links lead nowhere, and nobody can guess them.
        self._links = Links(secret or secrets.token_bytes(32))
        self._day = ""
        self._run_id = ""
        self._last_run = ""
        self._opened = 0
        self._drill: tuple[int, int, int] | None = None
        self._made_up = map(f"{secrets.token_hex(6)}-{{}}".format, count())
        self._watch = Watch(feed, self.root)

    # --- commands

    async def do(self, verb: str, /, how: How, **words: Value) -> Events:
        """Carry out one command; raises `Refused`."""
        return answered(*await self._done(verb, how, words))

    async def told(self, verb: str, /, how: How, **words: Value) -> list[dict[str, Any]]:
        """The same; the events as JSON's own types, for who only passes them on."""
        return told(*await self._done(verb, how, words))

    async def _done(self, verb: str, how: How, words: dict[str, Any]) -> Answer:
        command = how.get("command") or next(self._made_up)
        by = how.get("by", "")
        if verb == "open_day":
            return await self._open_day(words, by, command)
        if not self._day:
            await self._find_day()
        if verb == "change_layout":
            words["published"] = not words.get("layout")
            layout = await self._layout(words)
            words["layout"] = layout.to_json(date_of(self._opened, layout.zone()))
        try:
            return await self._send(verb, words, by, command)
        except DayIsClosed:
            was = self._day
            if await self._find_day() == was:
                raise
            return await self._send(verb, words, by, command)

    async def tick(self) -> Events:
        """What time itself does to the hall; say it about once a second while it is open."""
        if not self._day and not await self._find_day():
            return []
        try:
            speed = self._drill[0] if self._drill else 1
            words = {"silence": SILENCE_MS, "speed": speed}
            return answered(*await self._send("tick", words, "", ""))
        except DayIsClosed:
            await self._find_day()
            return []

    async def _reopen(self) -> None:
        """Redis is another run of itself: what its log may have lost must not be given again."""
        run_id, durable = self.redis.run_id, self.redis.durable
        root = keys.day_root(self.root, self._day)
        words = ("run_id", run_id, "durable", int(durable), "gap", GAP)
        await self._ask(["FCALL", "jiaohao_reopen_day", 1, root, "now", self._now(), *words])
        self._run_id = self._last_run = run_id

    async def opening(self) -> Opening | None:
        """The newest day: its id, state, when it was opened (hall time), its speed and how many
        visitors are still there; None when the hall was never opened."""
        day = await self._find_day()
        if not day:
            return None
        root = keys.day_root(self.root, day)
        found = await self._ask(["HMGET", root, "published", "state", "starts", "speed", "counts"])
        opened, speed = (int(value or 0) for value in found[2:4])
        live = counts(found[4])[3]
        return Opening(day, found[1] or "closed", opened, speed, live, found[0] or "", self._now())

    async def _send(self, verb: str, words: dict[str, Any], by: str, command: str) -> Answer:
        if not self._day:
            raise DayIsClosed
        if self._run_id != self.redis.run_id:
            await self._reopen()
        root = keys.day_root(self.root, self._day)
        args: list[str | int] = ["FCALL", f"jiaohao_{verb}", 1, root, "now", self._now()]
        if command:
            args += ("command", command)
        if by:
            args += ("by", by)
        for name, value in words.items():
            if value:
                args += (name.rstrip("_"), _text(value))
        return self._day, await self._ask(args, again=True)

    async def _ask(self, args: list[str | int], *, again: bool = False) -> Any:
        # The same command id makes it safe to say a thing again when its answer was lost.
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await self.redis.call(*args)
            except Away as away:
                await self._reconnected(deadline, away)
                if again and self._run_id != self.redis.run_id:
                    # Said again, it must not meet numbers that this Redis may have forgotten.
                    await self._reopen()
            except RedisError as error:
                if str(error).startswith(_NO_LIBRARY) and time.monotonic() < deadline:
                    await load(self.redis.call)
                    continue
                raise _refused(str(error)) from None

    async def _reconnected(self, deadline: float, away: Away) -> None:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await self.redis.wait_ready()
        except TimeoutError:
            raise Unavailable from away

    # --- days

    async def _find_day(self) -> str:
        day = await self._ask(["HGET", self.root, "day"]) or ""
        found: list[str | None] = [None, None, None]
        if day:
            root = keys.day_root(self.root, day)
            found = await self._ask(["HMGET", root, "speed", "starts", "real_at"])
        speed, opened, real_at = (int(value or 0) for value in found)
        # All at once: nobody may meet a drill's day with our clock.
        if day != self._day:
            self._run_id = ""
        self._day, self._opened = day, opened
        self._drill = (speed, opened, real_at) if speed > 1 else None
        return self._day

    async def _open_day(self, words: dict[str, Any], by: str, command: str) -> Answer:
        if words["speed"] < 1 or words["speed"] > 1000:
            raise Invalid("A drill runs 1 to 1000 times as fast.", "speed")
        layout = await self._layout(words)
        await self._find_day()  # Which Redis it is, is known when it has answered.
        real_at = self._clock()
        drill = words["speed"] > 1
        starts = words["starts"] if drill and words["starts"] else real_at
        date = date_of(starts, layout.zone())
        day = words["day"] or date.isoformat()
        if drill and not words["day"]:
            day += f"-drill-{await self._ask(['HINCRBY', self.root, 'drills', 1])}"
        root = keys.day_root(self.root, day)
        args: list[str | int] = ["FCALL", "jiaohao_open_day", 1, root, "now", starts]
        args += ["command", command, "day", day, "layout", layout.to_json(date)]
        args += ["speed", words["speed"], "real_at", real_at]
        # A day that is new to a Redis which was started anew may be one that it has forgotten.
        run_id = self._last_run or self.redis.run_id
        args += ["published", int(not words["layout"]), "run_id", run_id]
        if by:
            args += ["by", by]
        texts = await self._ask(args)
        await self._find_day()
        return day, texts

    async def _layout(self, words: dict[str, Any]) -> Layout:
        text: str = words.get("layout") or ""
        if not text:
            return await self._published()
        try:
            return Layout.from_json(text).checked()
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid(f"The layout cannot be used: {error}", "layout") from error

    def _now(self) -> int:
        if self._drill is None:
            return self._clock()
        speed, starts, real_at = self._drill
        return starts + (self._clock() - real_at) * speed

    async def link(self, ticket: str) -> str:
        """The path of the ticket's own page; raises `NoTicket`."""
        view = await self.view()
        if ticket not in view.tickets:
            raise NoTicket(f"There is no ticket {ticket[:32]} today.")
        return self._links.path(self.id, view.day, ticket)

    async def salt(self) -> bytes:
        """What is mixed into a person's number before it is hashed, another every day."""
        return self._links.salt(self.id, (await self.view()).day)

    async def now(self) -> int:
        """The hall's own time."""
        if not self._day:
            await self._find_day()
        return self._now()

    # --- listening

    def follow(self, after: Position | None = None) -> AsyncIterator[Events]:
        """Events in order, in batches, without end."""
        return self.feed.follow(self.root, after)

    async def events(self, after: Position, limit: int) -> Events:
        """Up to `limit` events of one day after a position, at once."""
        root = keys.day_root(self.root, after.day)
        entries = await self._ask(
            ["XRANGE", keys.events(root), f"({after.seq}-0", "+", "COUNT", limit]
        )
        return decoded(after.day, entries)

    async def view(self) -> HallView:
        """The hall as it is now: every event told so far is in it."""
        if not self._day and not await self._find_day():
            return HallView()
        self._watch.begin(self._day)
        day, seq = await self._last_told()
        while self._watch.view.day != day or self._watch.view.seq < seq:
            await self._watch.change()
            if self._watch.view.day not in ("", day):
                # Another process has opened another day meanwhile.
                await self._find_day()
                day, seq = await self._last_told()
        return self._watch.view

    async def _last_told(self) -> tuple[str, int]:
        root = keys.day_root(self.root, self._day)
        return self._day, counts(await self._ask(["HGET", root, "counts"]))[0]

    async def newer(self, view: HallView, patience: float) -> HallView:
        """The newest view as soon as it is another one; after `patience` seconds, the same."""
        return await self._watch.newer(view, patience)

    async def close(self) -> None:
        """Stop watching."""
        self._watch.end()

    async def state(self) -> dict[str, Any]:
        """What Redis itself keeps of the day; the fold of the events must say the same."""
        root = keys.day_root(self.root, self._day)
        found: dict[str, Any] = json.loads(await self._ask(["FCALL_RO", "jiaohao_state", 1, root]))
        return found


def _text(value: Value) -> str | int:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1"
    if isinstance(value, int):
        return value
    return " ".join(value)


def _refused(said: str) -> Refused:
    if said.startswith(_NOT_NOW):
        return Unavailable(f"The hall's memory cannot take this now: {said}")
    code, message = match.groups() if (match := _REFUSAL.fullmatch(said)) else ("", said)
    if code == "INVALID":
        field, _, message = message.partition(" ")
        return Invalid(message, field)
    if code == "ERR" or not code:
        raise RedisError(said)
    return refusal(code, message)
