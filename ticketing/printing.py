"""Print a slip for every ticket that was taken, once, and say what became of it.

Follows the hall; how a slip is laid out (`slips.py`) and burnt (`printers/`) is decided elsewhere.
The number holds whatever the printer does: trouble is reported, and printing tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from queue_server.client.device import AGAIN, Device, DeviceError, Offline, present
from queue_server.client.own_thread import OwnThread
from queue_server.domain.hall import Events, Hall, Position
from queue_server.domain.refusals import Refused, Unavailable
from queue_server.domain.view import ON_PAPER, HallView
from ticketing.jobs import Duty, Job, wanted
from ticketing.journal import Journal
from ticketing.printer import Printer, Progress, Status
from ticketing.printers import printer as printer_at
from ticketing.slips import Slip, slip

#: Between two looks at the printer's status (s), and between two tries.
LOOK = 2.0
SOONEST, LATEST = 0.5, 15.0


class Printing:
    """One printer at work, for ever. `printer` is its URL, or makes it (journal: the device's id).

    `sources` are the places (`take(source=…)`) whose tickets it prints, all when empty; `journal`
    is its own small file; `base_url` comes before a ticket's path in the QR code; `languages`
    replaces the hall's. Without `drills`, no paper is spent on those of a drill.
    """

    def __init__(
        self,
        hall: Hall,
        printer: str | Callable[[], Printer],
        device: Device,
        *,
        sources: tuple[str, ...] = ON_PAPER,
        journal: Path,
        base_url: str,
        languages: tuple[str, ...] = (),
        drills: bool = True,
    ) -> None:
        self._hall, self._device = hall, device
        self._printer = printer_at(printer) if isinstance(printer, str) else printer()
        self._journal = Journal(journal, printer if isinstance(printer, str) else device.id)
        self._duty = Duty(device.id, sources, drills)
        self._base_url, self._languages = base_url.rstrip("/"), languages
        self._view = HallView()
        self._queue: dict[Job, None] = {}
        self._told: dict[Job, str] = {}
        self._more = asyncio.Event()
        self._thread: OwnThread

    async def run(self) -> None:
        """Follow, print and report for ever."""
        self._thread = OwnThread(self._device.id)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._device.run())
                tasks.create_task(self._follow())
                tasks.create_task(self._work())
        finally:
            # A printing that comes after this one must not meet it at the printer.
            await self._thread.do(self._printer.close)
            self._thread.end(lambda: None)

    # --- what is owed

    async def _follow(self) -> None:
        while True:
            async for events in self._day():
                self._view = self._view.after(e for e in events if e.seq > self._view.seq)
                self._enqueue(self._duty.asked(self._view, events))

    async def _day(self) -> AsyncIterator[Events]:
        """Batches of one day's events, from the last copy on that was asked for and printed."""
        view = await present(self._hall)
        owed_after = await self._begun(view)
        self._view = view
        self._enqueue(self._duty.owed(view))
        async for events in self._hall.follow(Position(view.day or "unopened", owed_after)):
            if any(event.day != view.day for event in events):
                return
            yield events

    async def _begun(self, view: HallView) -> int:
        while view.day:
            try:
                return await self._thread.do(partial(self._journal.begin, view.day, view.seq))
            except DeviceError as error:
                self._device.has_trouble(error)
                await asyncio.sleep(LOOK)
        return 0

    def _enqueue(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            # Nobody needs a copy of a slip that is still to come.
            if Job(job.day, job.ticket) in self._queue or not wanted(job, self._view):
                continue
            self._queue[job] = None
            if self._device.state == "failed":
                self._say_failed(job)
        self._more.set()

    # --- work

    async def _work(self) -> None:
        pause = SOONEST
        while True:
            try:
                await self._next()
                pause = SOONEST
            except DeviceError as error:
                self._trouble(error)
                # Where it answers, a look costs nothing, and paper should not wait for us.
                latest = LATEST if isinstance(error, Offline) else LOOK
                await asyncio.sleep(min(pause, latest))
                pause = min(pause * 2, LATEST)

    async def _next(self) -> None:
        """Print the first in the queue, or look whether the printer is well."""
        job = next(iter(self._queue), None)
        if job is None:
            self._more.clear()
            self._look(await self._thread.do(self._printer.status))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._more.wait()
        elif wanted(job, self._view):
            await self._print(job)
        else:
            self._forget(job)

    async def _print(self, job: Job) -> None:
        reached, copy = self._journal.reached(job)
        copy = copy or reached is Progress.BLIND
        if reached is not Progress.CUT:
            page = None if reached is Progress.PRINTED else await self._slip(job, copy)
            await self._thread.do(partial(self._put_out, job, page, copy))
        self._device.report("printed", ticket=job.ticket, copy=copy)
        self._forget(job)
        self._look(await self._thread.do(self._printer.status))

    def _put_out(self, job: Job, page: Slip | None, copy: bool) -> None:
        for progress in self._printer.print(page, self._journal.left):
            self._journal.note(job, progress, copy=copy)

    async def _slip(self, job: Job, copy: bool) -> Slip:
        # Of this moment: a new day would not know the ticket.
        view = self._view
        while True:
            try:
                now, link = await self._hall.now(), await self._link(job.ticket)
                break
            except Unavailable:
                await asyncio.sleep(AGAIN)
        return slip(view, job.ticket, link=link, now=now, copy=copy, languages=self._languages)

    async def _link(self, ticket: str) -> str:
        try:
            return self._base_url + await self._hall.link(ticket)
        except Unavailable:
            raise
        except Refused:
            # A slip without its QR code is better than none.
            return ""

    def _forget(self, job: Job) -> None:
        self._queue.pop(job, None)
        self._told.pop(job, None)

    # --- how it is

    def _look(self, status: Status) -> None:
        if status.trouble:
            raise DeviceError(status.trouble)
        if status.warning:
            self._device.has_trouble(status.warning, "warning")
        else:
            self._device.is_well()

    def _trouble(self, error: DeviceError) -> None:
        """Everybody who waits for a slip is told of, once for each thing that is wrong."""
        self._device.has_trouble(error)
        for job in self._queue:
            self._say_failed(job)

    def _say_failed(self, job: Job) -> None:
        if self._told.get(job) != self._device.error and wanted(job, self._view):
            self._told[job] = self._device.error
            self._device.report("print_failed", ticket=job.ticket, error=self._device.error)
