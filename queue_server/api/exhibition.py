"""The pictures of one hall that somebody looks at: painted once, shown to all who look.

Each picture stands on an easel. A call is shown at once; what else changes waits a little for
more of its kind, and nobody gets more than ten pictures a second. Whoever reads too slowly is
passed over, gets the newest picture when he has caught up, and is sent away when he does not.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping

from pydantic_core import to_json

from queue_server.api.line import Line, frame
from queue_server.api.parts import Parts
from queue_server.api.pictures import Subject, painted
from queue_server.api.sockets import Close, farewell
from queue_server.api.state import Painter
from queue_server.domain.refusals import Refused
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import RedisHall

#: The least time between two pictures of a kind while nothing presses (s): a phone in a pocket
#: needs fewer than a screen.
PACE = {"ticket": 0.5, "desk": 0.5, "manage": 1.0, "fairness": 5.0}
CALM = 0.25
#: What presses is shown at once, a few times in a row, and then so often (s). Together at most
#: ten in any second: 1 + (1 + AHEAD) / PRESSING.
PRESSING, AHEAD = 0.15, 0.45
#: Time itself changes pictures too: expectations, ceilings (s).
AGAIN = 5.0
#: After so long without a picture, a word that it is still the same (s).
STILL = 10.0
#: How often a hall that was never opened is looked at (s).
UNOPENED = 0.5
#: So many lines are written to before others have their turn.
AT_ONCE = 256
#: And so long is painted (s).
LONGEST = 0.005

#: Done before a picture of this kind is painted: `(hall, day)`.
Prepared = Mapping[str, Callable[[str, str], Awaitable[None]]]


class Easel:
    """One picture, and the lines on which it is shown. Times are monotonic seconds."""

    def __init__(self, subject: Subject, day: str) -> None:
        self.subject = subject
        #: The day that it is of; empty: whichever it is now.
        self.day = day
        self.lines: dict[Line, None] = {}
        #: Lines that were passed over, and since when.
        self.late: dict[Line, float] = {}
        #: What it was painted from, as JSON, and as a frame.
        self.view = HallView()
        self.content = b""
        self.frame = b""
        #: The view up to which all lines know it, and what they were shown last.
        self.seen = HallView()
        self.shown = b""
        self.sent = 0.0
        self._made_of: tuple[object, ...] | None = None
        self._pace = PACE.get(subject.kind, CALM)
        self._paid = 0.0
        # Not all at the same moment.
        self._again = time.monotonic() + AGAIN * random.uniform(0.8, 1.2)

    def due(self, presses: bool) -> float:
        """When the next picture may be shown."""
        if presses:
            return self._paid - AHEAD
        return max(self.sent + self._pace, self._paid)

    def changes(self) -> float:
        """When time alone may have changed it, or its silence must be broken."""
        return min(self._again, self.sent + STILL)

    def rests(self, parts: Parts, clock: float) -> float | None:
        """When it wants to be looked at again, if there is nothing to be done with it now."""
        view = parts.view
        if self.day and self.day != view.day:
            return None
        if self.seen is not view:
            if self._made_of is None or parts.of(self.subject) != self._made_of:
                due = self.due(parts.presses(self.subject, self.seen))
                return due if due > clock else None
            self.seen = self.view = view
        changes = self.changes()
        return changes if changes > clock else None

    def paint(self, exhibits: Mapping[str, Painter], hall: str, parts: Parts, now: int) -> None:
        """Paint it as it is now; raises `NotFound` when the plan of the day has no such thing."""
        clock, view = time.monotonic(), parts.view
        made_of = parts.of(self.subject)
        same = self.view is view or (made_of is not None and made_of == self._made_of)
        self.view, self._made_of = view, made_of
        if self.content and same and clock < self._again:
            return
        content = to_json(painted(exhibits, hall, self.subject, view, now))
        if clock >= self._again:
            self._again = clock + AGAIN
        if content != self.content:
            self.content = content
            self.frame = frame(told(view.seq, now, content))

    def pay(self, clock: float) -> None:
        """A picture is shown now."""
        self.sent = clock
        self._paid = max(self._paid, clock) + PRESSING

    def show(self, line: Line, made: bytes, clock: float) -> None:
        """Write to one line, unless it is behind."""
        if line.behind:
            self.late.setdefault(line, clock)
        else:
            line.show(made)

    def room(self, line: Line) -> None:
        """A line that was behind has caught up."""
        if self.late.pop(line, None) is not None:
            line.show(self.frame)

    def leave(self, line: Line) -> None:
        """A line is gone."""
        self.lines.pop(line, None)
        self.late.pop(line, None)


def told(seq: int, now: int, content: bytes) -> bytes:
    """A picture (a JSON object, never an empty one) with its place in the log and the time."""
    return b'{"seq":%d,"now":%d,%b' % (seq, now, content[1:])


class Exhibition:
    """All easels of a hall; `prepared` is done before certain kinds are painted."""

    def __init__(
        self, hall: RedisHall, exhibits: Mapping[str, Painter], prepared: Prepared, patience: float
    ) -> None:
        self._hall = hall
        self._exhibits = exhibits
        self._prepared = prepared
        self._patience = patience
        self._easels: dict[tuple[Subject, str], Easel] = {}
        self._painter: asyncio.Task[None] | None = None
        self._parts = Parts(HallView())

    async def look(self, line: Line, subject: Subject, day: str, view: HallView) -> Easel:
        """Show a picture to one more, as it is in this view, and from now on whenever it changes;
        raises `NotFound` when there is no such thing."""
        now = await self._hall.now()
        easel = self._easels.get((subject, day)) or Easel(subject, day)
        if prepare := self._prepared.get(subject.kind):
            await prepare(self._hall.id, view.day)
        if not easel.content or easel.view.day != view.day or easel.view.seq < view.seq:
            easel.paint(self._exhibits, self._hall.id, self._parts_of(view), now)
        clock = time.monotonic()
        if not easel.lines:
            self._easels[subject, day] = easel
            easel.seen, easel.shown, easel.sent = easel.view, easel.content, clock
        easel.lines[line] = None
        easel.show(line, frame(told(easel.view.seq, now, easel.content)), clock)
        if self._painter is None or self._painter.done():
            self._painter = asyncio.create_task(self._paint(), name=f"pictures of {self._hall.id}")
        return easel

    def leave(self, easel: Easel, line: Line) -> None:
        """A line is gone, and with the last one the easel."""
        easel.leave(line)
        if not easel.lines:
            self._easels.pop((easel.subject, easel.day), None)

    def _parts_of(self, view: HallView) -> Parts:
        if self._parts.view is not view:
            self._parts = Parts(view)
        return self._parts

    async def _paint(self) -> None:
        view = await self._view(HallView())
        while self._easels:
            now, parts = await self._hall.now(), self._parts_of(view)
            wake = time.monotonic() + AGAIN
            rested = time.monotonic()
            for easel in tuple(self._easels.values()):
                try:
                    # Of a hall's screens most show what this event has nothing to do with.
                    rests = None if easel.late else easel.rests(parts, time.monotonic())
                    wake = min(wake, rests or await self._turn(easel, parts, now))
                except Exception as error:
                    self._end(easel, *farewell(error))
                if time.monotonic() - rested > LONGEST:
                    await asyncio.sleep(0)
                    rested = time.monotonic()
            # A hall with many pictures is not woken for each of them.
            rest = max(wake - time.monotonic(), 0.01)
            if view.day:
                view = await self._hall.newer(view, rest)
            else:
                # Nobody tells when a hall opens for the first time.
                await asyncio.sleep(min(rest, UNOPENED))
                view = await self._view(view)

    async def _view(self, known: HallView) -> HallView:
        try:
            return await self._hall.view()
        except Refused:
            return known

    async def _turn(self, easel: Easel, parts: Parts, now: int) -> float:
        """Bring one easel up to date; says when it wants to be looked at again."""
        clock, view = time.monotonic(), parts.view
        if easel.day and easel.day != view.day:
            self._end(easel, Close.OVER, "the day of this ticket is over")
            return clock + AGAIN
        self._send_away_the_late(easel, clock)
        if rests := easel.rests(parts, clock):
            return min(rests, *self._deadlines(easel))
        if prepare := self._prepared.get(easel.subject.kind):
            await prepare(self._hall.id, view.day)
        easel.paint(self._exhibits, self._hall.id, parts, now)
        easel.seen = view
        if easel.content is not easel.shown:
            await self._show(easel, easel.frame, clock)
            easel.shown = easel.content
            easel.pay(clock)
        elif clock - easel.sent >= STILL:
            await self._show(easel, frame(to_json({"same": view.seq, "now": now})), clock)
            easel.sent = clock
        return min(easel.changes(), *self._deadlines(easel))

    async def _show(self, easel: Easel, made: bytes, clock: float) -> None:
        lines = tuple(easel.lines)
        for start in range(0, len(lines), AT_ONCE):
            if start:
                await asyncio.sleep(0)
            for line in lines[start : start + AT_ONCE]:
                easel.show(line, made, clock)

    def _deadlines(self, easel: Easel) -> list[float]:
        return [since + self._patience for since in easel.late.values()] or [float("inf")]

    def _send_away_the_late(self, easel: Easel, clock: float) -> None:
        for line, since in tuple(easel.late.items()):
            if clock - since >= self._patience:
                easel.late.pop(line)
                line.hang_up(Close.TOO_SLOW, "too slow")

    def _end(self, easel: Easel, code: int, reason: str) -> None:
        # The easel goes with the last of them.
        for line in tuple(easel.lines):
            line.hang_up(code, reason)
        self._easels.pop((easel.subject, easel.day), None)
