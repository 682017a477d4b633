"""The service of a reader, with a real reader's bytes and a real hall."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict

import pytest

from queue_server.client.device import Device
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.refusals import Duplicate
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import running
from tests.conftest import Clock
from tests.ticketing.card_reader import ADDRESS, NAME, READ, CardReader, answer
from tests.ticketing.page import ORIGIN, Page
from tests.ticketing.people import OLD, YOUNG
from tests.ticketing.pty_line import PtyLine
from ticketing.local_line import LocalLine
from ticketing.readers import reader
from ticketing.reading import Reading

pytestmark = pytest.mark.anyio


@pytest.fixture
async def line() -> AsyncIterator[LocalLine]:
    async with LocalLine(0, [ORIGIN]) as line:
        yield line


def of(hall: RedisHall, machine: CardReader, line: LocalLine, **settings: int) -> Reading:
    device = Device(hall, "reader-1", "reader")
    return Reading(hall, reader(f"sdt://{machine.path}"), device, line, **settings)


@pytest.fixture
async def reading(hall: RedisHall, machine: CardReader, line: LocalLine) -> AsyncIterator[Reading]:
    reading = of(hall, machine, line)
    async with running(reading):
        yield reading


@pytest.fixture
async def page(reading: Reading, line: LocalLine) -> AsyncIterator[Page]:
    async with Page(line.port) as page:
        assert (await page.hear())["kind"] == "ready"
        yield page


async def seen(hall: RedisHall, state: str) -> str:
    """The error with which the hall knows the reader, once it is in this state."""
    while (device := (await hall.view()).devices.get("reader-1")) is None or device.state != state:
        await asyncio.sleep(0.02)
    return device.error


async def test_a_card_becomes_a_key_and_an_offer(page: Page, machine: CardReader) -> None:
    """Who is over sixty is offered the green channel; the next visitor is read like the first."""
    machine.number = OLD
    old = await page.hear()
    await asyncio.to_thread(machine.lift)
    machine.number = YOUNG
    young = await page.hear()

    assert (old["kind"], old["green"], young["green"]) == ("card", True, False)
    assert old["person"] != young["person"]
    assert set(old) == {"kind", "device", "person", "green"}


async def test_the_age_is_the_halls_own(
    hall: RedisHall, machine: CardReader, line: LocalLine
) -> None:
    """A hall may offer the green channel from another age on."""
    machine.number = OLD
    async with running(of(hall, machine, line, green_age=99)), Page(line.port) as page:
        assert not (await page.hear_of("card"))["green"]


async def test_a_person_has_one_live_ticket_for_a_service(
    hall: RedisHall, page: Page, machine: CardReader
) -> None:
    """The same card gives the same key all day, by which the hall knows it again."""
    machine.number = OLD
    first = await page.hear()
    await asyncio.to_thread(machine.lift)
    machine.number = OLD
    second = await page.hear()

    await hall.take("G1", person=first["person"])
    with pytest.raises(Duplicate):
        await hall.take("G1", person=second["person"])


async def test_tomorrow_it_is_another_key(
    hall: RedisHall, clock: Clock, page: Page, machine: CardReader
) -> None:
    """The salt is the day's."""
    machine.number = OLD
    today = await page.hear()
    await hall.close_day("force")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await asyncio.to_thread(machine.lift)
    machine.number = OLD
    tomorrow = await page.hear()

    assert today["person"] != tomorrow["person"]


async def test_what_a_card_says_stays_in_the_reader(
    hall: RedisHall, page: Page, machine: CardReader, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither number, name nor address is in a message, a log record or an event."""
    caplog.set_level(logging.DEBUG)
    machine.number = OLD
    told = [await page.hear()]
    machine.faults[READ] = machine.read_answer()[:600]
    await asyncio.to_thread(machine.lift)
    machine.number = OLD
    told.append(await page.hear_of("trouble"))
    await seen(hall, "failed")
    machine.faults.clear()
    told.append(await page.hear_of("card"))
    await hall.take("G1", person=told[0]["person"])

    view = await hall.view()
    said = f"{told} {caplog.text} {[asdict(ticket) for ticket in view.tickets.values()]}"
    said += f" {[asdict(device) for device in view.devices.values()]}"
    assert "cut" in said or "half-way" in said
    assert not any(secret in said for secret in (OLD, OLD[6:14], NAME, ADDRESS))


async def test_a_wrong_card_is_told_and_the_next_one_read(
    hall: RedisHall, page: Page, machine: CardReader
) -> None:
    """The visitor hears what is wrong; the reader itself is well."""
    machine.faults[READ] = answer("00 00 40")
    machine.number = OLD
    trouble = await page.hear()
    await asyncio.to_thread(machine.lift)
    ready = await page.hear()
    machine.faults.clear()
    machine.number = YOUNG
    card = await page.hear()

    assert "不是居民身份证" in trouble["zh"]
    assert "not an ID card" in trouble["en"]
    assert (ready["kind"], card["kind"]) == ("ready", "card")
    assert await seen(hall, "ok") == ""


async def test_a_reader_without_authority_is_seen_by_the_hall(
    hall: RedisHall, line: LocalLine, machine: CardReader
) -> None:
    """The page says so in front, the hall's people see it from afar."""
    machine.faults[b"\x11\xff"] = answer("00 00 66")
    async with running(of(hall, machine, line)), Page(line.port) as page:
        trouble = await page.hear_of("trouble")

        assert "未授权" in trouble["zh"]
        assert "not authorised" in await seen(hall, "failed")


async def test_the_kiosk_goes_on_without_its_reader(
    hall: RedisHall, page: Page, machine: CardReader, line: LocalLine, gun: PtyLine
) -> None:
    """Unplugged: it is said, tickets are taken and the scanner scans; plugged in, it reads."""
    device = Device(hall, "scanner-1", "reader")
    scanning = Reading(hall, reader(f"scanner://{gun.path}"), device, line)
    async with running(scanning):
        await page.hear_of("ready")
        machine.unplug()
        unplugged = await page.hear_of("trouble")
        failed = await seen(hall, "failed")

        gun.says(b"A045\r\n")
        scan = await page.hear_of("scan")
        taken = await hall.take("G1")
        machine.plug()
        machine.number = OLD
        card = await page.hear_of("card")

    assert unplugged["device"] == "reader-1"
    assert "unplugged" in unplugged["en"] or "plugged in" in unplugged["en"]
    assert str(machine.path) in failed
    assert (scan["what"], scan["text"]) == ("ticket", "A045")
    assert taken[0].kind == "ticket.taken"
    assert card["green"]
    assert await seen(hall, "ok") == ""


async def test_scans_are_understood(
    hall: RedisHall, line: LocalLine, gun: PtyLine, caplog: pytest.LogCaptureFixture
) -> None:
    """A link, a number, a booking; a person's number becomes a card; the rest is told as such."""
    caplog.set_level(logging.DEBUG)
    device = Device(hall, "scanner-1", "reader")
    told = []
    async with (
        running(Reading(hall, reader(f"scanner://{gun.path}"), device, line)),
        Page(line.port) as page,
    ):
        await page.hear_of("ready")
        for text in ("https://hall.example/t/x.y.A1.z", "a045", "BK-2026-1", OLD, "a b c"):
            gun.says(text.encode() + b"\r")
            while (one := await page.hear())["kind"] == "ready":
                pass
            told.append(one)

    assert [one.get("what", one["kind"]) for one in told] == [
        "link",
        "ticket",
        "booking",
        "card",
        "trouble",
    ]
    assert told[0]["text"] == "x.y.A1.z"
    assert OLD not in f"{told} {caplog.text}"


async def test_a_hall_that_is_away_is_told_to_the_visitor(
    line: LocalLine, machine: CardReader
) -> None:
    """Without the day's salt a card is nobody's, and nothing of it goes out."""
    machine.number = OLD
    # Port 1 of this machine is nobody's.
    async with RemoteHall("http://127.0.0.1:1", "hall", "token", patience=0.3) as away:
        reading = Reading(away, reader(f"sdt://{machine.path}"), Device(away, "r", "reader"), line)
        async with running(reading), Page(line.port) as page:
            trouble = await page.hear()

    assert trouble["kind"] == "trouble"
    assert "later" in trouble["en"]
