"""The printing service on a real hall, with a printer that everything happens to."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from queue_server.client.device import Device
from queue_server.domain.events import TicketPrinted, TicketPrintFailed, TicketTaken
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.tickets import State, Ticket
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import until
from tests.conftest import Clock
from tests.events import only
from tests.ticketing.escpos_decoder import Qr
from tests.ticketing.paper_printer import PATIENT, PaperPrinter, Piece
from ticketing.printer import PAPERS
from ticketing.printers.lines import Tcp
from ticketing.printers.receipt import ReceiptPrinter
from ticketing.printing import Printing

pytestmark = pytest.mark.anyio
Start = Callable[..., "asyncio.Task[None]"]


@pytest.fixture
def there() -> Iterator[PaperPrinter]:
    with PaperPrinter() as there:
        yield there


@pytest.fixture
async def start(hall: RedisHall, there: PaperPrinter, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a printing service for that printer; all are stopped at the end."""
    tasks: list[asyncio.Task[None]] = []

    def made() -> ReceiptPrinter:
        line = Tcp("127.0.0.1", there.port, patience=PATIENT.status)
        return ReceiptPrinter(line, PAPERS[58], text=True, patience=PATIENT)

    def begin(url: str = "", sources: tuple[str, ...] = ("kiosk",)) -> asyncio.Task[None]:
        service = Printing(
            hall,
            url or made,
            Device(hall, "printer-1", "printer"),
            sources=sources,
            journal=tmp_path / "printer-1.journal",
            base_url="https://queue.example/",
        )
        tasks.append(asyncio.create_task(service.run()))
        return tasks[-1]

    yield begin
    for task in tasks:
        await stopped(task)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled(), task.exception()


async def take(hall: RedisHall, service: str = "P1", source: str = "kiosk") -> str:
    return only(await hall.take(service, source=source), TicketTaken).ticket


async def becomes(hall: RedisHall, number: str, true: Callable[[Ticket], object]) -> Ticket:
    """The ticket, as soon as this is true of it."""
    async with asyncio.timeout(20):
        while not true(ticket := (await hall.view()).tickets[number]):
            await asyncio.sleep(0.01)
    return ticket


async def told(
    hall: RedisHall, kind: type[TicketPrinted | TicketPrintFailed]
) -> list[tuple[str, str]]:
    """The tickets that events of a kind were about, with what went wrong."""
    view = await hall.view()
    events = await hall.events(Position(view.day, 0), 10_000)
    return [(e.ticket, getattr(e, "error", "")) for e in events if isinstance(e, kind)]


def numbers(pieces: list[Piece]) -> list[str]:
    """The number on each slip, with its 补打."""
    return ["".join(t for t in p.texts if t[1:].isdigit() or "补打" in t) for p in pieces]


async def test_a_ticket_is_printed_and_said_to_be(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    """After the commit; the code leads to the ticket's own page."""
    start()
    number = await take(hall)

    await becomes(hall, number, lambda t: t.printed)

    assert numbers(there.good) == [number]
    link = "https://queue.example" + await hall.link(number)
    assert Qr(link) in there.good[0].deeds
    view = await hall.view()
    assert (view.devices["printer-1"].sort, view.devices["printer-1"].state) == ("printer", "ok")


async def test_many_are_printed_in_their_order(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    before = [await take(hall, "G1") for _ in range(3)]
    start()
    after = [await take(hall, "P1") for _ in range(5)]

    await becomes(hall, after[-1], lambda t: t.printed)

    assert numbers(there.good) == before + after


async def test_tickets_from_phones_are_not_printed(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    start()
    await take(hall, source="phone")
    mine = await take(hall)

    await becomes(hall, mine, lambda t: t.printed)

    assert numbers(there.good) == [mine]


@pytest.mark.parametrize(
    ("trouble", "sentence"), [("paper_out", "缺纸"), ("cover_open", "机盖未关")]
)
async def test_trouble_is_seen_and_the_slip_comes_when_it_is_over(
    hall: RedisHall, there: PaperPrinter, start: Start, trouble: str, sentence: str
) -> None:
    """The number holds, ops and the guide see why, and it prints once."""
    setattr(there, trouble, True)
    start()
    first, second = await take(hall), await take(hall)

    ticket = await becomes(hall, second, lambda t: t.print_error)

    assert sentence in ticket.print_error
    assert ticket.state is State.WAITING
    view = await hall.view()
    assert view.devices["printer-1"].state == "failed"
    assert sentence in view.devices["printer-1"].error
    assert [t.number for t in view.unprinted(await hall.now())] == [first, second]

    there.mend()

    ticket = await becomes(hall, second, lambda t: t.printed)
    assert ticket.print_error == ""
    assert numbers(there.good) == [first, second]


async def test_each_error_is_told_once(hall: RedisHall, there: PaperPrinter, start: Start) -> None:
    """Not at every try; but another error is another matter."""
    there.paper_out = True
    start()
    number = await take(hall)
    await becomes(hall, number, lambda t: "缺纸" in t.print_error)
    asked = there.received
    await until(lambda: there.received > asked + 12)
    there.cover_open = True
    await becomes(hall, number, lambda t: "机盖" in t.print_error)
    there.mend()
    await becomes(hall, number, lambda t: t.printed)

    failed = await told(hall, TicketPrintFailed)

    assert [error.split()[0] for _, error in failed] == ["缺纸", "机盖未关"]


async def test_the_printer_is_looked_at_while_nothing_is_printed(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    start()
    await until(lambda: there.received)
    there.near_end = True

    async def state() -> str:
        device = (await hall.view()).devices.get("printer-1")
        return device.state if device else ""

    async with asyncio.timeout(20):
        while await state() != "warning":
            await asyncio.sleep(0.05)
        there.run_out()
        while await state() != "failed":
            await asyncio.sleep(0.05)


async def test_a_printer_that_is_away_at_the_start(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    there.leave()
    start()
    number = await take(hall)
    await becomes(hall, number, lambda t: "打印机连接不上" in t.print_error)

    there.mend()

    await becomes(hall, number, lambda t: t.printed)
    assert numbers(there.good) == [number]


async def test_a_printer_that_vanishes_again_and_again(
    hall: RedisHall, there: PaperPrinter, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any byte: every ticket comes out once, whole and unmarked, in order."""
    monkeypatch.setattr("ticketing.printing.LATEST", 0.5)
    chance = random.Random(12)
    at = 0
    for _ in range(12):
        at += chance.randrange(50, 4000)
        there.at(at, chance.choice([there.hang_up, there.lose_power]))
    start()
    taken = [await take(hall, "G1") for _ in range(8)]

    await becomes(hall, taken[-1], lambda t: t.printed)

    assert numbers(there.good) == taken
    assert await told(hall, TicketPrinted) == [(number, "") for number in taken]


async def test_paper_that_runs_out_half_way(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    """The torn slip is not taken for a slip; the new roll begins with a whole one."""
    there.roll = 6
    start()
    number = await take(hall)
    await becomes(hall, number, lambda t: "缺纸" in t.print_error)

    there.mend()

    await becomes(hall, number, lambda t: t.printed)
    assert there.pieces[0].torn
    assert numbers(there.good) == [number]


async def test_who_has_left_gets_no_slip(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    there.paper_out = True
    start()
    gone, stays = await take(hall), await take(hall)
    await becomes(hall, stays, lambda t: t.print_error)
    await hall.cancel(gone)

    there.mend()

    await becomes(hall, stays, lambda t: t.printed)
    assert numbers(there.good) == [stays]


async def test_a_copy_is_marked(hall: RedisHall, there: PaperPrinter, start: Start) -> None:
    start()
    number = await take(hall)
    await becomes(hall, number, lambda t: t.printed)

    await hall.reprint(number, reason="lost")
    await hall.reprint(number, device="printer-1")
    await hall.reprint(number, device="printer-2")
    await take(hall)
    await until(lambda: len(there.good) == 4)

    assert numbers(there.good) == [
        number,
        "【补打 Copy】" + number,
        "【补打 Copy】" + number,
        "B002",
    ]


async def test_no_copy_of_a_slip_that_is_still_to_come(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    """The guide asks because the printer had no paper: one slip is enough."""
    there.paper_out = True
    start()
    number = await take(hall)
    await becomes(hall, number, lambda t: t.print_error)
    await hall.reprint(number)
    there.mend()
    last = await take(hall)

    await becomes(hall, last, lambda t: t.printed)

    assert numbers(there.good) == [number, last]


async def test_a_copy_that_was_asked_for_meanwhile(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    """The service was away: it comes back to its position, and prints no old copy again."""
    service = start()
    number = await take(hall)
    await becomes(hall, number, lambda t: t.printed)
    for copies in (1, 2):
        await stopped(service)
        await hall.reprint(number)
        service = start()
        while len(await told(hall, TicketPrinted)) < 1 + copies:
            await asyncio.sleep(0.01)

    last = await take(hall)
    await becomes(hall, last, lambda t: t.printed)
    assert numbers(there.good) == [number, *["【补打 Copy】" + number] * 2, last]


async def test_a_new_day_begins_with_its_own_numbers(
    hall: RedisHall, there: PaperPrinter, start: Start, clock: Clock
) -> None:
    start()
    await becomes(hall, await take(hall), lambda t: t.printed)
    await hall.close_day("force")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    again = await take(hall)

    await becomes(hall, again, lambda t: t.printed)

    assert numbers(there.good) == ["B001", "B001"]
    assert there.good[0].texts != there.good[1].texts


async def test_slips_of_a_preview(hall: RedisHall, start: Start, tmp_path: Path) -> None:
    """By URL, as ops writes it."""
    start(f"preview://{tmp_path}/slips?width=80")
    number = await take(hall)

    await becomes(hall, number, lambda t: t.printed)

    assert (tmp_path / "slips" / "2026-03-02" / f"{number}.png").exists()
    assert number in (tmp_path / "slips" / "2026-03-02" / f"{number}.txt").read_text("utf-8")


async def test_a_service_that_stopped_reports_what_it_had_printed(
    hall: RedisHall, there: PaperPrinter, start: Start
) -> None:
    """It was stopped between the cut and the report: the slip is not printed again."""
    first = start()
    number = await take(hall)
    await until(lambda: there.good)
    await stopped(first)

    start()

    await becomes(hall, number, lambda t: t.printed)
    other = await take(hall)
    await becomes(hall, other, lambda t: t.printed)
    assert numbers(there.good) == [number, other]


async def test_a_killed_service_neither_forgets_nor_prints_twice(
    hall: RedisHall, there: PaperPrinter, tmp_path: Path, redis_url: str, layout: Layout
) -> None:
    """Killed before, in and after the slip, at its cut and after it, and started again each time:
    one whole unmarked slip for each ticket, and each is known to be printed."""
    command = [sys.executable, "-m", "tests.ticketing.printing_process"]
    words = [redis_url, layout.tenant, str(there.port), str(tmp_path / "journal")]
    service = subprocess.Popen([*command, *words])
    taken = [await take(hall)]
    await becomes(hall, taken[-1], lambda t: t.printed)
    # The start, what is on the slip, the answer, the cut and its answer.
    whole = there.deeds
    try:
        for deed in (1, whole // 2, whole - 3, whole - 2, whole - 1, whole):
            there.after(there.deeds + deed, service.kill)
            taken.append(await take(hall))
            await asyncio.to_thread(service.wait, 30)
            service = subprocess.Popen([*command, *words])
            await becomes(hall, taken[-1], lambda t: t.printed)
    finally:
        service.kill()
        service.wait()

    assert numbers(there.good) == taken
