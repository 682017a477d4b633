"""A device's side of the hall: what it follows, its signs of life, and what it delivered.

Everything that shows, says, prints or reads is a `Device` to the hall, wherever it runs. A report
never holds up the work: it waits its turn in the background until the hall has heard it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator
from itertools import count
from typing import NamedTuple

from queue_server.domain.hall import Events, Hall, Position, Value
from queue_server.domain.refusals import Refused, Unavailable
from queue_server.domain.view import HallView

#: A sign of life this often (s); the hall counts a device as lost after three of them and some.
PULSE = 8.0
#: How long to wait before the hall is asked again (s).
AGAIN = 0.5
#: Reports that wait for a hall that is away; older ones are dropped, as nobody waits for them.
MOST_REPORTS = 2000

log = logging.getLogger(__name__)


class DeviceError(Exception):
    """What is wrong with a piece of hardware, in a sentence for the hall's people."""


class Offline(DeviceError):
    """The hardware is not there, or does not answer."""


class Report(NamedTuple):
    """Something a device did: a verb of the port with its words, and the command's id."""

    verb: str
    words: dict[str, Value]
    command: str


class Device:
    """One device: `sort` is kiosk, screen, voice, printer, reader or caller.

    `run` reports in the background for as long as the device lives. `state` is ok, warning or
    failed; a change is reported at once.
    """

    def __init__(self, hall: Hall, id_: str, sort: str, window: str = "") -> None:
        self.hall = hall
        self.id = id_
        self.sort = sort
        self.window = window
        self.state = "ok"
        self.error = ""
        self._reports: deque[Report] = deque(maxlen=MOST_REPORTS)
        self._something = asyncio.Event()
        # One id for a report however often it is said.
        self._made_up = map(f"{secrets.token_hex(6)}-{{}}".format, count())

    def is_well(self) -> None:
        """The hardware works (again)."""
        self._is("ok", "")

    def has_trouble(self, error: object, state: str = "failed") -> None:
        """The hardware does not work, or (`warning`) will not for long; and why."""
        self._is(state, str(error) or type(error).__name__)

    def _is(self, state: str, error: str) -> None:
        if (state, error[:500]) != (self.state, self.error):
            self.state, self.error = state, error[:500]
            if error:
                log.warning("%s %s: %s", self.sort, self.id, error)
            self._something.set()

    def report(self, verb: str, **words: Value) -> None:
        """Say `announced`, `shown`, `printed` or `print_failed` of this device, in its turn."""
        self._reports.append(Report(verb, words | {"device": self.id}, next(self._made_up)))
        self._something.set()

    async def run(self) -> None:
        """Report for ever; nothing the hall answers stops it."""
        told, due = ("", ""), 0.0
        loop = asyncio.get_running_loop()
        while True:
            now = (self.state, self.error)
            if (now != told or loop.time() >= due) and await self._said(self._life(*now)):
                told, due = now, loop.time() + PULSE
            while self._reports and await self._said(self._reports[0]):
                self._reports.popleft()
            if self._reports or told != (self.state, self.error):
                await asyncio.sleep(AGAIN if self._reports else 0)
                continue
            self._something.clear()
            try:
                async with asyncio.timeout(max(due - loop.time(), 0)):
                    await self._something.wait()
            except TimeoutError:
                continue

    def _life(self, state: str, error: str) -> Report:
        words: dict[str, Value] = {"device": self.id, "sort": self.sort, "state": state}
        return Report("device_seen", words | {"error": error, "window": self.window}, "")

    async def _said(self, report: Report) -> bool:
        """Whether it need not be said again: heard, or refused for good."""
        how = {"by": self.id, "command": report.command} if report.command else {"by": self.id}
        try:
            await self.hall.do(report.verb, how, **report.words)  # type: ignore[arg-type]
        except Unavailable:
            await asyncio.sleep(AGAIN)
            return False
        except Refused as refused:
            # A closed hall has no place for a sign of life, and an old call may be forgotten.
            log.debug("%s %s: %s", self.id, report.verb, refused)
        return True

    async def delay(self, at: int, speed: int = 1) -> int:
        """How long ago (real ms) something was told at `at` (hall time); a drill's clock runs
        `speed` times as fast."""
        return min(max((await self.hall.now() - at) // speed, 0), 24 * 3_600_000)


async def views(hall: Hall) -> AsyncIterator[tuple[HallView, Events]]:
    """The hall as it is, with no events; then as it is after each batch of events, with them."""
    view = await present(hall)
    yield view, []
    # Before the first day there is no position; an unknown day means from its start.
    async for events in hall.follow(Position(view.day or "unopened", view.seq)):
        view = view.after(events)
        yield view, events


async def present(hall: Hall) -> HallView:
    """The hall as it is now; waits for a hall that is away."""
    while True:
        try:
            return await hall.view()
        except Unavailable:
            await asyncio.sleep(AGAIN)
