"""Keep a panel showing what the hall is like now, and report which calls people could see.

A level follower: the newest strip wins and nothing is queued. Each panel is shown to in a thread
of its own, never in two, so one that hangs holds up neither the hall nor another panel; it shows
the newest strip when it is back.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from display.panel import Panel
from display.strips import BLANK, Strip, plan, subject
from queue_server.client.device import Device, DeviceError, views
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Unavailable
from queue_server.domain.view import HallView

#: Longer than any driver's own time-outs (s): a panel that takes so long is in trouble.
PATIENCE = 10.0
#: After trouble: the first pause and the longest (s).
PAUSE, LONGEST_PAUSE = 0.5, 8.0
#: What time alone changes (a broadcast runs out) is seen this often (s).
LOOK = 10.0


class Showing:
    """One panel and what it `shows` of the hall (`window:3`, `zone:main` or `board`).

    `device` is this panel to the hall. Raises ValueError for a `shows` of another form.
    """

    def __init__(
        self, hall: Hall, panel: Panel, device: Device, shows: str, patience: float = PATIENCE
    ) -> None:
        subject(shows)
        self._hall = hall
        self._panel = panel
        self._device = device
        self._shows = shows
        self._patience = patience
        self._view: HallView | None = None
        self._now = 0
        self._changed = asyncio.Event()
        self._told: set[tuple[str, str, int]] = set()
        self._pause = PAUSE
        self._work: Future[float] | None = None

    async def run(self) -> None:
        """Follow the hall, show it and report, for ever."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._device.run())
                tasks.create_task(self._follow())
                tasks.create_task(self._keep_showing())
        finally:
            if self._work is None or self._work.done():
                self._panel.close()

    async def _follow(self) -> None:
        async for view, _events in views(self._hall):
            if self._view is None:
                # What somebody reported before this process began is not news.
                seen = (ticket for ticket in view.tickets.values() if ticket.shown)
                self._told = {(view.day, ticket.number, ticket.call_seq) for ticket in seen}
            self._view = view
            self._changed.set()

    async def _keep_showing(self) -> None:
        await self._changed.wait()
        loop = asyncio.get_running_loop()
        look = due = 0.0
        shown: Strip | None = None
        while True:
            if self._changed.is_set() or loop.time() >= look:
                strip, missing, view = await self._planned()
                look = loop.time() + LOOK
            if strip != shown or loop.time() >= due:
                try:
                    due = await self._show(strip) + loop.time()
                except DeviceError as error:
                    shown = None
                    await self._rest(error)
                    continue
                shown = strip
            self._works(missing)
            await self._report(strip, view)
            await self._change_within(min(due, look) - loop.time())

    async def _planned(self) -> tuple[Strip, str, HallView]:
        """The newest strip, what today's plan does not have, and the view of both."""
        self._changed.clear()
        assert self._view is not None
        view = self._view
        try:
            async with asyncio.timeout(1):
                self._now = await self._hall.now()
        except (Unavailable, TimeoutError):
            self._now = max(self._now, view.at)
        try:
            return plan(view, self._shows, self._now), "", view
        except LookupError as missing:
            return BLANK, str(missing), view

    async def _show(self, strip: Strip) -> float:
        """Show it, however long that takes; nothing else is shown to this panel meanwhile."""
        self._work = _in_thread(lambda: self._panel.show(strip))
        shown = asyncio.wrap_future(self._work)
        await asyncio.wait({shown}, timeout=self._patience)
        if not shown.done():
            self._device.has_trouble("The panel hangs.")
        return await shown

    async def _rest(self, error: DeviceError) -> None:
        self._device.has_trouble(error)
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _works(self, missing: str) -> None:
        self._pause = PAUSE
        if missing:
            self._device.has_trouble(missing, "warning")
        else:
            self._device.is_well()

    async def _report(self, strip: Strip, view: HallView) -> None:
        """Say `shown` once for each call that can now be seen."""
        for ticket, call, at in strip.calls:
            if (view.day, ticket, call) in self._told:
                continue
            try:
                delay = await self._device.delay(at, view.speed)
            except Unavailable:
                # The hall is away: it is said the next time this is shown.
                return
            self._told.add((view.day, ticket, call))
            self._device.report("shown", ticket=ticket, call=call, delay=delay)

    async def _change_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


def _in_thread(work: Callable[[], float]) -> Future[float]:
    """Begin this in a thread that a process need not wait for when it ends."""
    told: Future[float] = Future()
    told.set_running_or_notify_cancel()

    def run() -> None:
        try:
            told.set_result(work())
        except BaseException as error:
            told.set_exception(error)

    threading.Thread(target=run, name="panel", daemon=True).start()
    return told
