"""Devices far from the server when things break: nothing is said, shown or printed twice or lost.

Kiosk, display and voice are processes of their own, on a network that can freeze; the printer has
a roll of paper, and every slip on it is counted.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ops import edges
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.calendar import Calendar
from queue_server.domain.events import TicketCalled
from queue_server.domain.refusals import Refused
from queue_server.engine.redis_hall import wall_clock
from tests.client.programs import program
from tests.faults.city import (
    FILES,
    PARTS,
    ROLES,
    STALE,
    City,
    announced,
    at_work,
    called,
    free,
    has,
    holds,
    plan,
    slips,
    taken,
    undelivered,
    works,
)
from tests.faults.load import settled, the_day
from tests.installation import Installation, hall_at, installed, wait_until
from tests.machines import Machine, Wire, deliveries, until
from tests.ticketing.paper_printer import PaperPrinter
from voice import sound

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Installation, Configuration]]:
    """A server with three halls."""
    with installed() as made:
        configuration = Configuration(f"sqlite:///{made.data}/jiaohao.sqlite")
        # Published later, they might not be known yet to a server whose devices are quick.
        for hall in ("edges", "quiet", "hanging"):
            configuration.publish(plan(hall), Calendar.always(), "test", wall_clock())
        made.start("server").ready()
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
