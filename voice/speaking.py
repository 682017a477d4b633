"""The voice of a hall: hears its calls, says them, and reports what people heard.

An edge follower: it acts once for each event, never late. It needs no memory of its own: what it
missed while it was away is either still worth saying, which the hall's view tells, or it is not.
Deciding is the announcer's job, saying is `saying.py`'s; this brings the two together.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from queue_server.client.device import Device, views
from queue_server.domain.events import Broadcast, Event, TicketCalled, TicketRecalled
from queue_server.domain.hall import Events, Hall
from queue_server.domain.refusals import Unavailable
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from voice.announcer import Announcer, Heard, Settings, Stats, Utterance
from voice.saying import Saying
from voice.speaker import Speaker
from voice.synthesizer import Synthesizer
from voice.troubles import Troubles

#: The zone of windows that stand in no plan.
MAIN = "main"

log = logging.getLogger(__name__)


class Speaking:
    """Says the calls of `zones` (none: of all) with one synthesizer.

    `speakers` is one speaker for everything, or speakers by zone, `""` for those not named.
    """

    def __init__(
        self,
        hall: Hall,
        device: Device,
        synthesizer: Synthesizer,
        speakers: Speaker | Mapping[str, Speaker],
        zones: tuple[str, ...] = (),
        settings: Settings | None = None,
    ) -> None:
        self.hall = hall
        self.device = device
        self.settings = settings or Settings()
        self.view = HallView()
        self._synthesizer = synthesizer
        self._speakers = speakers if isinstance(speakers, Mapping) else {"": speakers}
        self._zones = zones
        self._announcer = Announcer(self.settings)
        self._something: dict[str, asyncio.Event] = {}

    @property
    def stats(self) -> Stats:
        """What became of everything so far, for metrics."""
        return self._announcer.stats

    async def run(self) -> None:
        """Follow the hall and speak, for ever."""
        with TemporaryDirectory(prefix="jiaohao-voice-") as folder:
            troubles = Troubles(self.device)
            self._saying = Saying(self._synthesizer, self._speakers, troubles, Path(folder))
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self.device.run(), name=f"health of {self.device.id}")
                async for view, events in views(self.hall):
                    await self._after(view, events)

    async def _after(self, view: HallView, events: Events) -> None:
        if view.day != self.view.day:
            self._announcer.new_day()
        self.view = view
        if not events:
            await self._missed(view)
        for event in events:
            if event.day == view.day:
                await self._hear(event, view)

    async def _missed(self, view: HallView) -> None:
        """Calls made while nobody listened that are still worth saying."""
        called = (ticket for ticket in view.tickets.values() if ticket.state is State.CALLED)
        for ticket in sorted(called, key=lambda ticket: ticket.call_seq):
            at = await self._when(ticket.called)
            if not ticket.announced and self._now() - at <= self.settings.stale_after:
                again = ticket.calls > 1
                self._call(ticket.number, ticket.window, ticket.call_seq, at, again)

    async def _hear(self, event: Event, view: HallView) -> None:
        match event:
            case TicketCalled() | TicketRecalled():
                again = isinstance(event, TicketRecalled)
                at = await self._when(event.at)
                self._call(event.ticket, event.window, event.seq, at, again)
            case Broadcast():
                at = await self._when(event.at)
                until = at + (event.due - event.at) // view.speed if event.due else 0
                for zone in (event.zone,) if event.zone else self._all_zones():
                    if self._serves(zone):
                        self._announcer.notice(zone, event.text, event.seq, at, until)
                        self._wake(zone)

    def _call(self, ticket: str, window: str, seq: int, at: int, again: bool) -> None:
        zone = self._zone_of(window)
        if self._serves(zone):
            self._report(self._announcer.call(zone, ticket, window, seq, at, again))
            self._wake(zone)

    def _zone_of(self, window: str) -> str:
        planned = self.view.layout.window.get(window) if self.view.layout else None
        return planned.zone if planned else MAIN

    def _all_zones(self) -> list[str]:
        windows = self.view.layout.windows if self.view.layout else ()
        return list(dict.fromkeys(window.zone for window in windows))

    def _serves(self, zone: str) -> bool:
        return not self._zones or zone in self._zones

    def _wake(self, zone: str) -> None:
        if zone not in self._something:
            self._something[zone] = asyncio.Event()
            self._tasks.create_task(self._speak(zone), name=f"voice of {zone}")
        self._something[zone].set()
        self._prepare(zone)

    async def _speak(self, zone: str) -> None:
        """Say whatever is due in a zone, one after the other, for ever."""
        while True:
            await self._something[zone].wait()
            async with self._saying.turn(zone):
                utterance = self._announcer.due(zone, self._now(), self.view)
                if utterance is None:
                    self._something[zone].clear()
                    continue
                self._prepare(zone)
                try:
                    await self._say(utterance)
                finally:
                    self._announcer.done(zone)

    async def _say(self, utterance: Utterance) -> None:
        zone = utterance.zone
        volume = self.settings.timetable.at(await self._minute())
        log.info("%s: %s", zone, utterance.caption)
        if not volume:
            self._announcer.unsaid(zone, "quiet")
            return
        failed = await self._saying.say(
            utterance,
            (self.view.day, zone, f"{utterance.seq}-{utterance.ticket or 'broadcast'}"),
            volume,
            self.settings.pause,
            begun=lambda ago: self._report(self._announcer.heard(zone, self._now() - ago)),
            once_more=lambda: self._announcer.once_more(zone, self._now(), self.view),
        )
        if failed:
            self._announcer.unsaid(zone, failed)

    def _prepare(self, zone: str) -> None:
        """While one thing is said, the next is made."""
        following = self._announcer.next(zone, self._now(), self.view)
        if following:
            self._tasks.create_task(self._saying.prepare(following))

    def _report(self, heard: tuple[Heard, ...]) -> None:
        for one in heard:
            self.device.report("announced", ticket=one.ticket, call=one.seq, delay=one.delay)

    def _now(self) -> int:
        """Our own time (ms): a hall's clock may run fast, or be away."""
        return round(asyncio.get_running_loop().time() * 1000)

    async def _when(self, at: int) -> int:
        """When something was told, in our own time."""
        try:
            return self._now() - await self.device.delay(at, self.view.speed)
        except Unavailable:
            return self._now()

    async def _minute(self) -> int:
        """The minute of the day on the hall's wall clock."""
        try:
            now = await self.hall.now()
        except Unavailable:
            now = self.view.at
        offset = self.view.layout.offset(now) if self.view.layout else 0
        return (now + offset) // 60_000 % 1440
