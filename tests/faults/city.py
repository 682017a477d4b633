"""A city whose devices hang on machines of their own: its server, its halls and a day's work there.

Stories of what goes wrong are told in `test_edges.py`; here is what they have in common.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from queue_server.archive.configuration import Configuration
from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import (
    TicketAnnounced,
    TicketShown,
    TicketTaken,
    TicketUndelivered,
)
from queue_server.domain.hall import Events
from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.domain.refusals import Nobody
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import wall_clock
from tests.faults.load import Load, settled, the_day
from tests.installation import PATIENCE, Installation, hall_at
from tests.machines import Json, Machine, Wire, deliveries, until
from tests.ticketing.paper_printer import PaperPrinter, Piece

#: part of `jiaohao run` → the role of its token
ROLES = {"kiosk": "kiosk", "display": "screen", "voice": "voice"}
#: After so long (s) a call is not worth saying any more.
STALE = 9

#: Of each part, the devices that are at work all day.
PARTS = {"kiosk": ("printer-1",), "display": ("strip-1", "strip-2"), "voice": ("voice-1",)}
DEVICES = ("printer-1", "strip-1", "strip-2", "strip-3", "voice-1")
FILES = {
    "kiosk": """
        printers:
          printer-1: {url: "%s?width=58&mode=text", sources: [kiosk]}
    """,
    "display": """
        panels:
          strip-1: {url: "text://{data}/1", shows: "window:1"}
          strip-2: {url: "text://{data}/2", shows: "window:2"}
          strip-3: {url: "text://{data}/3", shows: "window:3"}
    """,
    "voice": f"""
        voices:
          voice-1: {{speaker: "file://{{data}}/said?pace=0", synthesizer: "espeak:", repeats: 1,
                    stale_after: {STALE}}}
    """,
}


def plan(hall: str) -> Layout:
    """One lane and two windows, and one upstairs."""
    windows = (("1", "main"), ("2", "main"), ("3", "upstairs"))
    return Layout(
        tenant="city",
        hall=hall,
        name="大厅",
        languages=("zh-CN",),
        lanes=(Lane("general", "综合", "A"),),
        services=(Service(code="G1", name="综合", lane="general"),),
        windows=tuple(
            Window(number=n, name="综合", kinds=(Kind.UNIFIED,), lanes=("general",), zone=zone)
            for n, zone in windows
        ),
    )


@dataclass
class City:
    """A server with some halls; the devices of `edges` hang on machines of their own."""

    server: Installation
    configuration: Configuration
    wire: Wire
    paper: PaperPrinter
    machines: dict[str, Machine] = field(default_factory=dict)

    def token(self, role: str, hall: str = "edges") -> str:
        return self.configuration.tokens.issue(role, hall, wall_clock())

    @asynccontextmanager
    async def hall(self, id_: str = "edges") -> AsyncIterator[RemoteHall]:
        """A hall as it is at its own server's."""
        async with hall_at(self.server.url, self.token("admin", id_), id_) as hall:
            async with asyncio.timeout(PATIENCE):
                await settled(hall)
            yield hall

    def start(self, part: str) -> None:
        """Whatever starts a machine's processes when they have died."""
        self.machines[part].start(self.wire.url, "edges", self.token(ROLES[part]))

    async def devices(self, hall: str = "edges") -> Json:
        return await deliveries(self.server.url, hall, self.token("admin", hall))

    async def all_well(self) -> bool:
        """Whether every device is there and well, and every slip is out."""
        told = await self.devices()
        states = {id_: device["state"] for id_, device in told["devices"].items()}
        return states == dict.fromkeys(DEVICES, "ok") and not told["unprinted"]

    def strip(self, window: str) -> str:
        """What can be read above a window."""
        return (self.machines["display"].data / window).read_text("utf-8").strip()

    def said(self) -> dict[tuple[str, int], int]:
        """When each announcement was written, by ticket and call."""
        wavs = (self.machines["voice"].data / "said").rglob("*.wav")
        names = ((path.stem.split("-"), path.stat().st_mtime_ns) for path in wavs)
        return {(name[1], int(name[0])): at for name, at in names}


# --- a day's work


class Day(Load):
    """Visitors at the kiosk and clerks at two windows, who are slower than printers are."""

    async def visitors(self) -> None:
        while True:
            await self.say(lambda id_: self.hall.take("G1", source="kiosk", command=id_))
            await asyncio.sleep(0.4)

    async def clerk(self, window: str) -> None:
        hall = self.hall
        while True:
            try:
                await self.say(lambda id_: hall.call_next(window, command=id_))
                await asyncio.sleep(1)
                await self.say(lambda id_: hall.start(window, command=id_))
                await self.say(lambda id_: hall.finish(window, command=id_))
            except Nobody:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def at_work(hall: RemoteHall) -> AsyncIterator[Day]:
    """As long as the block lasts; the windows are free afterwards."""
    await free(hall)
    for _ in range(12):
        await taken(hall)
    day = Day(hall, "G1", ("1", "2"))
    tasks = [asyncio.create_task(one) for one in (day.visitors(), *map(day.clerk, day.windows))]
    try:
        yield day
        assert not any(task.done() for task in tasks), "somebody gave up"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def free(hall: RemoteHall) -> None:
    """Windows 1 and 2 are open, and nobody is at them."""
    for window in ("1", "2"):
        seen = (await hall.view()).windows.get(window)
        if seen is None or seen.state == "closed":
            await hall.open_window(window)
        elif seen.ticket:
            if (await hall.view()).tickets[seen.ticket].state is State.CALLED:
                await hall.start(window)
            await hall.finish(window)


async def taken(hall: RemoteHall, source: str = "kiosk") -> str:
    """One more visitor."""
    (event,) = await hall.take("G1", source=source)
    assert isinstance(event, TicketTaken)
    return event.ticket


async def called(hall: RemoteHall, window: str, ticket: str) -> int:
    """The seq of the call."""
    (event,) = await hall.call(window, ticket)
    return event.seq


async def works(city: City, hall: RemoteHall) -> None:
    """A visitor for each window: slip, strip and speech come as they should."""
    await until(city.all_well, "every device is well")
    await free(hall)
    for window in ("1", "2"):
        ticket = await taken(hall)
        await has(hall, ticket, "printed")
        await called(hall, window, ticket)
        await has(hall, ticket, "shown", "announced")
        assert city.strip(window) == f"请{ticket}号到{window}号窗口"


async def has(hall: RemoteHall, number: str, *facts: str) -> None:
    """Wait until the hall knows that it is printed, shown, announced."""

    async def look() -> bool:
        ticket = (await hall.view()).tickets[number]
        return all(getattr(ticket, fact) for fact in facts)

    await until(look, f"{number} is {' and '.join(facts)}")


# --- what must hold


def slips(pieces: list[Piece]) -> Counter[str]:
    """How often each number is on a slip that does not say 补打."""
    unmarked = (piece.texts for piece in pieces if not any("补打" in t for t in piece.texts))
    return Counter(text for texts in unmarked for text in texts if text[1:].isdigit())


def without_slip(view: HallView, pieces: list[Piece]) -> list[str]:
    """Kiosk visitors who hold no slip though they are still there, or though it is said so."""
    lines = {text for piece in pieces for text in piece.texts}
    owed = (t for t in view.tickets.values() if t.source == "kiosk" and (t.state.live or t.printed))
    return [ticket.number for ticket in owed if ticket.number not in lines]


def twice(events: Events) -> list[tuple[str, str, int]]:
    """Calls that a device has told of more than once."""
    told = Counter(
        (e.kind, e.device, e.call) for e in events if isinstance(e, TicketAnnounced | TicketShown)
    )
    return [what for what, count in told.items() if count > 1]


async def holds(city: City, hall: RemoteHall) -> None:
    """Nothing was said, shown or printed twice, and nobody is without a slip."""
    view = await hall.view()
    events = await the_day(hall, view.day)

    assert [number for number, count in slips(city.paper.good).items() if count > 1] == []
    assert without_slip(view, city.paper.good) == []
    assert twice(events) == []
    verdict = audit(events)
    assert verdict.clean, verdict.lines()


def announced(events: Events) -> set[tuple[str, int]]:
    return {(e.ticket, e.call) for e in events if isinstance(e, TicketAnnounced)}


async def undelivered(hall: RemoteHall, day: str, count: int) -> set[tuple[str, int, str]]:
    """What the log says did not reach people, once there is so much of it."""
    found: set[tuple[str, int, str]] = set()

    async def look() -> bool:
        events = await the_day(hall, day)
        alerts = (event for event in events if isinstance(event, TicketUndelivered))
        found.update((event.ticket, event.call, event.sort) for event in alerts)
        return len(found) >= count

    await until(look, "the hall tells of it")
    return found
