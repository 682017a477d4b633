"""One call, everywhere: board, sign, strip, slip and speech agree, wherever the devices hang.

`jiaohao run` does all of it in one process; then a server alone, with kiosk, display and voice on
machines of their own. It is one story, told twice.
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from display.panels.bitmap import Bitmap
from display.panels.luma import Emulator
from display.strips import Strip
from display.words import STRIPS
from ops.sample_hall import sample_hall
from queue_server.archive.configuration import Configuration
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import (
    TicketAnnounced,
    TicketCalled,
    TicketPrinted,
    TicketRecalled,
    TicketShown,
    TicketTaken,
)
from queue_server.domain.hall import Events
from queue_server.domain.tickets import Ticket
from queue_server.engine.redis_hall import wall_clock
from tests.faults.load import settled, the_day
from tests.installation import Installation, hall_at, installed
from tests.machines import Machine, deliveries, picture, until
from voice import phrases, sound
from voice.cache import Cache
from voice.languages import LANGUAGES
from voice.mixing import mixed
from voice.synthesizers.engine import Engine
from voice.synthesizers.espeak import ESPEAK

pytestmark = pytest.mark.anyio

#: What visitors come for, its name on the slip, and the window that serves it.
VISITS = (
    ("511F09014002", "户口登记", "3"),
    ("512B0359100011", "城乡居民基本养老保险参保登记", "4"),
)
#: part of `jiaohao run` → the role of its token
ROLES = {"kiosk": "kiosk", "display": "screen", "voice": "voice"}
#: What a new machine has.
DEVICES = {"printer-1", "voice-1", *(f"strip-{window.number}" for window in sample_hall().windows)}
Call = TicketCalled | TicketRecalled


@dataclass(frozen=True)
class Town:
    """A hall at work; `at` is the data folder of each part's machine."""

    server: Installation
    token: str
    at: dict[str, Path]


def tokens(server: Installation) -> dict[str, str]:
    """A token of each role that is needed here."""
    configuration = Configuration(f"sqlite:///{server.data}/jiaohao.sqlite")
    try:
        roles = ("admin", *ROLES.values())
        return {r: configuration.tokens.issue(r, "demo", wall_clock()) for r in roles}
    finally:
        configuration.close()


@asynccontextmanager
async def one_machine() -> AsyncIterator[Town]:
    """A new folder, one command."""
    with installed(JIAOHAO_DEVICES="") as server:
        server.start("all").ready()
        yield Town(server, tokens(server)["admin"], dict.fromkeys(ROLES, server.data))


@asynccontextmanager
async def machines_of_their_own() -> AsyncIterator[Town]:
    """The server here, and each sort of device elsewhere with a token of its own."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(installed()).start("server").ready()
        given = tokens(server)
        machines = {part: Machine(server.data / f"far-{part}", part) for part in ROLES}
        for part, machine in machines.items():
            stack.callback(machine.kill)
            machine.start(server.url, "demo", given[ROLES[part]])
        yield Town(server, given["admin"], {part: m.data for part, m in machines.items()})


@pytest.mark.parametrize(
    "halls", [one_machine, machines_of_their_own], ids=lambda one: str(one.__name__)
)
async def test_everything_agrees(
    halls: Callable[[], AbstractAsyncContextManager[Town]], tmp_path: Path
) -> None:
    """Two visitors take numbers and are called, one of them twice: all that people can see, hear
    or hold says the same, and so do the hall's log, its devices, `check` and `audit`."""
    async with halls() as town, hall_at(town.server.url, town.token) as hall:
        day = await settled(hall)
        await until(lambda: all_well(town), "every device is well")
        calls: list[Call] = [await a_visit(hall, code, window) for code, _, window in VISITS]
        again = await recalled(hall, calls[0])
        events = await the_day(hall, day)

        for (_, service, _), call in zip(VISITS, calls, strict=True):
            on_paper(town, day, call.ticket, service)
            await heard(town, day, call, tmp_path)
        for call in (calls[1], again):
            await seen(town, call, tmp_path)
        assert all(confirmed(events, call) for call in (*calls, again))
        assert await all_well(town)
        assert await delivered_by(town) == {"printer-1", "voice-1", "strip-3", "strip-4"}
        await commands_agree(town)


# --- what happens


async def a_visit(hall: RemoteHall, service: str, window: str) -> TicketCalled:
    """Somebody takes a number at the kiosk, gets a slip, and is called; people hear and see it."""
    (taken,) = await hall.take(service, source="kiosk")
    assert isinstance(taken, TicketTaken)
    await became(hall, taken.ticket, lambda ticket: ticket.printed)
    await hall.open_window(window)
    (called,) = await hall.call_next(window)
    assert isinstance(called, TicketCalled)
    assert (called.ticket, called.window) == (taken.ticket, window)
    await became(hall, called.ticket, lambda ticket: ticket.shown and ticket.announced)
    return called


async def recalled(hall: RemoteHall, call: Call) -> TicketRecalled:
    """The clerk says it once more."""
    (again,) = await hall.recall(call.window)
    assert isinstance(again, TicketRecalled)
    await became(hall, call.ticket, lambda ticket: ticket.shown and ticket.announced)
    return again


async def became(hall: RemoteHall, number: str, true: Callable[[Ticket], bool]) -> None:
    """Wait until the hall knows this of a ticket."""

    async def look() -> bool:
        return true((await hall.view()).tickets[number])

    await until(look, f"{number} has come so far")


# --- what the hall knows


async def all_well(town: Town) -> bool:
    """Whether every device that a new machine has is there and well, and nothing is left over."""
    told = await deliveries(town.server.url, "demo", town.token)
    well = {id_ for id_, device in told["devices"].items() if device["state"] == "ok"}
    return well == DEVICES and told["unprinted"] == told["undelivered"] == []


async def delivered_by(town: Town) -> set[str]:
    """The devices that have brought something to people."""
    told = await deliveries(town.server.url, "demo", town.token)
    return {id_ for id_, device in told["devices"].items() if device["delivered"]}


def confirmed(events: Events, call: Call) -> bool:
    """Whether the log has slip, speech and strip of this call, once each, and how late."""
    about = [event for event in events if getattr(event, "ticket", "") == call.ticket]
    said = [e.device for e in about if isinstance(e, TicketAnnounced) and e.call == call.seq]
    shown = [e.device for e in about if isinstance(e, TicketShown) and e.call == call.seq]
    printed = [e.device for e in about if isinstance(e, TicketPrinted)]
    late = [e.delay for e in about if isinstance(e, TicketAnnounced | TicketShown)]
    return (
        (said, shown, printed) == (["voice-1"], [f"strip-{call.window}"], ["printer-1"])
        and all(delay >= 0 for delay in late)
        and any(late)
    )


async def commands_agree(town: Town) -> None:
    """`jiaohao check` names every device, and `jiaohao audit` finds nothing."""
    checked, audited = town.server.do("check"), town.server.do("audit")

    assert checked.returncode == 0, checked.stdout
    assert [name for name in DEVICES if name not in checked.stdout] == []
    assert audited.returncode == 0, audited.stdout
    assert "Everything holds." in audited.stdout


# --- what people see, hear and hold


async def seen(town: Town, call: Call, tmp_path: Path) -> None:
    """The board, the window's sign and its LED strip say who is called, and where."""
    board = await picture(town.server.url, "demo", "board")
    sign = await picture(town.server.url, "demo", f"sign:{call.window}")
    strip = town.at["display"] / "preview" / "strips" / call.window

    on_board = [c for c in board["calls"] if c["ticket"] == call.ticket]
    assert [(c["window"], c["call"]) for c in on_board] == [(call.window, call.seq)]
    assert (sign["window"], sign["call"]["ticket"]) == (call.window, call.ticket)
    assert sign["call"]["call"] == call.seq
    assert pixels(max(strip.glob("[0-9]*.png"))) == pixels(drawn(call, tmp_path / f"{call.seq}"))


def drawn(call: Call, folder: Path) -> Path:
    """What LEDs look like that say this call."""
    words = STRIPS["zh-CN"].called
    said = tuple(tuple(page.format(ticket=call.ticket, window=call.window) for page in wording)
                 for wording in words)  # fmt: skip
    Bitmap(Emulator(folder, 128, 32)).show(Strip(said, flash=True))
    return folder / "000001.png"


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGB").tobytes()


async def heard(town: Town, day: str, call: Call, tmp_path: Path) -> None:
    """What the voice played is the chime and this call in Chinese and English, sample by sample
    as the speech program itself says it."""
    folder = town.at["voice"] / "preview" / "voice" / day / "main"
    played = sound.read(folder / f"{call.seq}-{call.ticket}.wav")
    engine = Engine(ESPEAK, Cache(tmp_path / "cache"))
    said = [
        await engine.render(phrases.call(LANGUAGES[language], call.ticket, call.window))
        for language in ("zh-CN", "en")
    ]

    assert played.samples == mixed(sound.chime(), said, 100).sound.samples
    assert 3_000 < played.duration < 15_000
    assert loudness(played) > 500


def loudness(played: sound.Sound) -> float:
    """The RMS of the second half, where nothing but speech is."""
    return sound.Sound(played.rate, array("h", played.samples[len(played.samples) // 2 :])).loudness


def on_paper(town: Town, day: str, ticket: str, service: str) -> None:
    """The slip has the number and what it is for, and its picture is a slip of black and white."""
    folder = town.at["kiosk"] / "preview" / "slips" / day
    lines = (folder / f"{ticket}.txt").read_text("utf-8").splitlines()

    assert ticket in map(str.strip, lines)
    assert any(service in line for line in lines)
    assert "补打" not in "".join(lines)
    with Image.open(folder / f"{ticket}.png") as slip:
        black = slip.convert("L").histogram()[0]
    assert black > 5_000
    assert sorted(path.name for path in folder.glob(f"{ticket}*")) == [
        f"{ticket}.png", f"{ticket}.txt",
    ]  # fmt: skip
