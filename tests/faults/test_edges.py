"""Devices far from the server when things break: nothing is said, shown or printed twice or lost.

Kiosk, display and voice are processes of their own, on a network that can freeze; the printer has
a roll of paper, and every slip on it is counted.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ops import edges
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.calendar import Calendar
from queue_server.domain.events import (
    TicketAnnounced,
    TicketCalled,
    TicketShown,
    TicketTaken,
    TicketUndelivered,
)
from queue_server.domain.hall import Events
from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.domain.refusals import Nobody, Refused
from queue_server.domain.tickets import State
from queue_server.domain.view import HallView
from queue_server.engine.redis_hall import wall_clock
from tests.client.programs import program
from tests.faults.load import Load, settled, the_day
from tests.installation import PATIENCE, Installation, hall_at, installed, wait_until
from tests.machines import Json, Machine, Wire, deliveries, until
from tests.ticketing.paper_printer import PaperPrinter, Piece
from voice import sound

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("edges")]

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


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Installation, Configuration]]:
    """A server with three halls."""
    with installed() as made:
        made.start("server").ready()
        configuration = Configuration(f"sqlite:///{made.data}/jiaohao.sqlite")
        for hall in ("edges", "quiet", "hanging"):
            configuration.publish(plan(hall), Calendar.always(), "test", wall_clock())
        yield made, configuration
        configuration.close()


@pytest.fixture(scope="module")
def city(
    server: tuple[Installation, Configuration], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """Its devices are at work."""
    folder = tmp_path_factory.mktemp("city")
    with ExitStack() as stack:
        paper = stack.enter_context(PaperPrinter())
        wire = stack.enter_context(Wire(server[0].port).laid())
        made = City(*server, wire, paper)
        for part in ROLES:
            text = FILES[part].replace("%s", paper.url)
            made.machines[part] = Machine(folder / part, part, text)
            stack.callback(made.machines[part].kill)
            made.start(part)
        yield made


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


# --- the stories


async def test_each_is_killed_in_the_middle_of_work(city: City) -> None:
    """Kiosk, voice and display die without a goodbye, and are started again: what they had done is
    not done once more, though a slip was cut off that nobody had been told of, and though at window
    3 the same visitor is called all the time; what was owed is done."""
    async with city.hall() as hall:
        await works(city, hall)
        kiosk = city.machines["kiosk"]
        deeds = await deeds_of_a_slip(city, hall)
        # The last deed is the answer that it is cut off.
        city.paper.after(city.paper.deeds + 12 * deeds - 1, kiosk.kill)
        async with at_work(hall):
            await asyncio.to_thread(wait_until, lambda: not kiosk.alive, "the kiosk is dead")
            await killed_and_back(city, hall, "kiosk")
            await hall.open_window("3")
            standing = await taken(hall)
            await called(hall, "3", standing)
            await has(hall, standing, "shown", "announced")
            city.machines["voice"].kill()
            told = announced(await the_day(hall, (await hall.view()).day))
            said = {call: at for call, at in city.said().items() if call in told}
            for part in ("voice", "display"):
                await killed_and_back(city, hall, part)
        await works(city, hall)

        assert len(said) > 2
        assert {call: city.said()[call] for call in said} == said
        assert city.strip("3") == f"请{standing}号到3号窗口"
        await holds(city, hall)


async def deeds_of_a_slip(city: City, hall: RemoteHall) -> int:
    """How many commands the printer carries out for one."""
    before = city.paper.deeds
    await has(hall, await taken(hall), "printed")
    return city.paper.deeds - before


async def killed_and_back(city: City, hall: RemoteHall, part: str) -> None:
    """Its process is killed, if it lives, and another one's devices are at work."""
    now = await hall.now()
    city.machines[part].kill()
    city.start(part)

    async def delivering() -> bool:
        told = (await city.devices())["devices"]
        return all(told[id_]["delivered"] > now for id_ in PARTS[part])

    await until(delivering, f"{part} is back")


def announced(events: Events) -> set[tuple[str, int]]:
    return {(e.ticket, e.call) for e in events if isinstance(e, TicketAnnounced)}


async def test_the_server_and_redis_die(city: City) -> None:
    """Both at once, then Redis alone, while people come and go: the devices come back without
    being touched; every slip is printed, once, and as nobody died there, none says 补打."""
    async with city.hall() as hall:
        await works(city, hall)
        processes = [machine.process for machine in city.machines.values()]
        before = len(city.paper.good)
        async with at_work(hall) as day:
            await day.more(10)
            await asyncio.to_thread(city.server.signal, signal.SIGKILL)
            await asyncio.to_thread(city.server.kill_redis)
            await asyncio.sleep(0.5)
            city.server.start("server")
            await day.more(10)
            await asyncio.to_thread(city.server.kill_redis)
            await day.more(10)
        await works(city, hall)

        assert [machine.process for machine in city.machines.values()] == processes
        assert all(machine.alive for machine in city.machines.values())
        printed = slips(city.paper.good[before:])
        assert len(printed) > 12
        assert set(printed.values()) == {1}
        assert not any("补打" in text for piece in city.paper.good[before:] for text in piece.texts)
        await holds(city, hall)


async def test_the_network_is_silent_for_a_while(city: City) -> None:
    """Calls made meanwhile: the one that is too late is shown and not said, the other is both;
    who came meanwhile gets a slip."""
    async with city.hall() as hall:
        await works(city, hall)
        await free(hall)
        early, late = await taken(hall), await taken(hall)
        await has(hall, late, "printed")
        city.wire.freeze()
        await called(hall, "1", early)
        newcomer = await taken(hall)
        await asyncio.sleep(STALE + 0.5)
        await called(hall, "2", late)
        assert city.strip("1") != f"请{early}号到1号窗口"
        city.wire.thaw()

        await has(hall, late, "shown", "announced")
        await has(hall, early, "shown")
        await has(hall, newcomer, "printed")
        assert city.strip("1") == f"请{early}号到1号窗口"
        assert city.strip("2") == f"请{late}号到2号窗口"
        missed = (await city.devices())["undelivered"]
        assert [(one["ticket"], one["missing"]) for one in missed] == [(early, ["voice"])]
        await works(city, hall)
        assert not (await hall.view()).tickets[early].announced
        assert slips(city.paper.good)[newcomer] == 1
        await holds(city, hall)


async def test_the_paper_runs_out(city: City) -> None:
    """The tickets hold, the guide sees who has no slip and why, and each gets one when there is
    paper again."""
    async with city.hall() as hall:
        await works(city, hall)
        await free(hall)
        city.paper.run_out()
        first = await taken(hall)

        async def seen() -> bool:
            told = await city.devices()
            without = {one["ticket"]: one["error"] for one in told["unprinted"]}
            printer = told["devices"]["printer-1"]
            return printer["state"] == "failed" and without == {first: printer["error"]}

        await until(seen, "the guide sees it")
        second = await taken(hall)
        await called(hall, "1", first)
        await has(hall, first, "shown", "announced")
        assert not (await hall.view()).tickets[first].printed

        city.paper.mend()
        await has(hall, first, "printed")
        await has(hall, second, "printed")
        await works(city, hall)
        assert (slips(city.paper.good)[first], slips(city.paper.good)[second]) == (1, 1)
        await holds(city, hall)


async def test_a_hall_without_devices(server: tuple[Installation, Configuration]) -> None:
    """Nobody confirms a call: the log tells of screen and voice, and the list says which call."""
    made, configuration = server
    token = configuration.tokens.issue("admin", "quiet", wall_clock())
    async with hall_at(made.url, token, "quiet") as hall:
        day = await settled(hall)
        ticket = await taken(hall)
        await hall.open_window("1")
        seq = await called(hall, "1", ticket)

        assert await undelivered(hall, day, 2) == {(ticket, seq, "screen"), (ticket, seq, "voice")}
        told = await deliveries(made.url, "quiet", token)
        assert told["undelivered"] == [
            {"ticket": ticket, "window": "1", "call": seq, "missing": ["screen", "voice"]}
        ]
        await hall.start("1")
        assert (await deliveries(made.url, "quiet", token))["undelivered"] != []
        await hall.finish("1")
        assert (await deliveries(made.url, "quiet", token))["undelivered"] == []


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


async def test_a_synthesizer_that_hangs(
    server: tuple[Installation, Configuration], tmp_path: Path
) -> None:
    """The chime sounds all the same, everybody can see what is wrong, the voice upstairs goes on,
    and so does the queue."""
    made, configuration = server
    tokens = {r: configuration.tokens.issue(r, "hanging", wall_clock()) for r in ("admin", "voice")}
    machine = Machine(
        tmp_path / "machine",
        "voice",
        """
        voices:
          voice-1: {speaker: "file://{data}/said?pace=0", synthesizer: "espeak:?limit=1",
                    zones: [main], repeats: 1}
          voice-2: {speaker: "file://{data}/said?pace=0", synthesizer: "chime:", zones: [upstairs]}
        """,
    )
    hangs = program(tmp_path / "programs", "espeak-ng", "sleep 20").parent
    async with hall_at(made.url, tokens["admin"], "hanging") as hall:
        day = await settled(hall)
        machine.start(made.url, "hanging", tokens["voice"], hangs)
        try:
            await until(lambda: voices(made, tokens["admin"], ("ok", "ok")), "both are well")
            downstairs, upstairs = await taken(hall), await taken(hall)
            await hall.open_window("1")
            await hall.open_window("3")
            seq = await called(hall, "1", downstairs)
            await called(hall, "3", upstairs)

            await has(hall, upstairs, "announced")
            await until(lambda: voices(made, tokens["admin"], ("failed", "ok")), "it is known")
            wav = machine.data / "said" / day / "main" / f"{seq}-{downstairs}.wav"
            await asyncio.to_thread(wait_until, wav.exists, "the chime has sounded")
            heard = sound.read(wav)
            assert heard.duration == sound.chime().duration
            assert heard.loudness == pytest.approx(sound.chime().loudness)
            told = await undelivered(hall, day, 3)
            assert (downstairs, seq, "voice") in told
            assert (upstairs, "voice") not in {(ticket, sort) for ticket, _, sort in told}
            error = (await hall.view()).devices["voice-1"].error
            assert "espeak-ng hung" in error

            await hall.start("1")
            await hall.finish("1")
            newcomer = await taken(hall)
            (next_,) = await hall.call_next("1")
            assert isinstance(next_, TicketCalled)
            assert next_.ticket == newcomer
            assert machine.alive
        finally:
            machine.kill()


async def voices(server: Installation, token: str, states: tuple[str, str]) -> bool:
    told = (await deliveries(server.url, "hanging", token))["devices"]
    return tuple(told.get(id_, {}).get("state") for id_ in ("voice-1", "voice-2")) == states


async def test_a_token_that_is_not_good(
    server: tuple[Installation, Configuration], tmp_path: Path
) -> None:
    """It is said at once, in a sentence, rather than being dark for ever."""
    settings = Settings(data=tmp_path)

    with pytest.raises(Refused, match="bearer token"):
        await edges.far(settings, "display", server[0].url, "edges", "nonsense")

    assert list(tmp_path.iterdir()) == []
