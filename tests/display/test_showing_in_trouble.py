"""A panel in trouble: the right text is there in the end, and nobody else is held up."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from display.panels.onbon import Onbon
from display.panels.onbon_lines import Tcp
from display.panels.text import Text
from display.showing import Showing
from display.strips import Strip
from queue_server.client.device import Device
from queue_server.domain.events import DeviceSeen
from queue_server.domain.hall import Position
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.display.card import TcpCard
from tests.display.stories import (
    called,
    open_windows,
    reported,
    running,
    shown,
    strip_of_3,
    take,
    until,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "tricks",
    [["drop"], ["late"], ["garble"], ["cut"], ["refuse"], ["hang_up"], ["drop", "garble", "late"]],
)
async def test_whatever_the_card_does_the_right_text_is_there_in_the_end(
    hall: RedisHall, net: TcpCard, clock: Clock, tricks: list[str]
) -> None:
    """Trouble with a call: the hall hears of it, the text comes, and it is told once."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    service, device = strip_of_3(hall, net)
    troubles = []
    async with running(service):
        await until(lambda: "3号窗口" in net.card.text)
        net.card.tricks.extend(tricks)
        event = (await hall.call_next("3"))[0]
        await until(lambda: device.state == "failed")
        troubles.append(device.error)
        clock.pass_(seconds=2)
        await until(lambda: net.card.text == number and device.state == "ok")
        await reported(hall, number)

    assert await shown(hall) == [(number, event.seq, 2000)]
    assert "card" in troubles[0]


async def test_a_card_that_lost_its_power_gets_the_whole_text_back(
    hall: RedisHall, net: TcpCard
) -> None:
    """Off and on again while a number stands: it stands again, and is not told again."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    service, device = strip_of_3(hall, net)
    async with running(service):
        await called(hall, "3")
        await until(lambda: net.card.text == number)
        await reported(hall, number)
        net.switch_off()
        await hall.start("3")
        await until(lambda: device.state == "failed")
        net.switch_on()
        await until(lambda: net.card.text == number and device.state == "ok")

    assert len(await shown(hall)) == 1
    view = await hall.view()
    events = await hall.events(Position(view.day, 0), 1000)
    assert [e.state for e in events if isinstance(e, DeviceSeen)] == ["ok", "failed", "ok"]


async def test_only_the_newest_text_comes_after_an_outage(
    hall: RedisHall, net: TcpCard, clock: Clock
) -> None:
    """What was called and served meanwhile is never shown late."""
    await open_windows(hall, "3")
    service, device = strip_of_3(hall, net)
    async with running(service):
        await until(lambda: "3号窗口" in net.card.text)
        net.switch_off()
        old = await take(hall, "P1")
        await called(hall, "3")
        await until(lambda: device.state == "failed")
        await hall.finish("3")
        new = await take(hall, "P1")
        await called(hall, "3")
        net.card.heard.clear()
        net.switch_on()
        await until(lambda: net.card.text == new)
        await reported(hall, new)

    assert [ticket for ticket, _, _ in await shown(hall)] == [new]
    assert not any(old.encode() in frame for frame in net.card.heard)


async def test_a_text_is_said_again_before_the_card_forgets_it(
    hall: RedisHall, net: TcpCard
) -> None:
    """Nothing changes, and still the card hears of it: its areas die of silence."""
    await open_windows(hall, "3")

    class Impatient(Onbon):
        """The same card, asked for again after a tenth of a second."""

        def show(self, strip: Strip) -> float:
            return min(super().show(strip), 0.1)

    device = Device(hall, "strip-3", "screen", window="3")
    service = Showing(hall, Impatient(Tcp("127.0.0.1", net.port, 0.3), 64, 16), device, "window:3")
    async with running(service):
        await until(lambda: "3号窗口" in net.card.text)
        net.card.power_cycle()
        await until(lambda: "3号窗口" in net.card.text)

    assert len(net.card.heard) >= 2


class Hanging:
    """A panel whose driver hangs until it is let go."""

    def __init__(self) -> None:
        self.shown: list[Strip] = []
        self.free = threading.Event()
        self.closed = False

    def show(self, strip: Strip) -> float:
        self.shown.append(strip)
        self.free.wait(60)
        return 60

    def close(self) -> None:
        self.closed = True


async def test_a_hanging_panel_holds_up_nobody(hall: RedisHall, tmp_path: Path) -> None:
    """The panel beside it follows, the hall hears of the trouble, and nothing was queued."""
    await open_windows(hall, "3")
    hanging, file = Hanging(), tmp_path / "strip.txt"
    stuck, well = Device(hall, "stuck", "screen"), Device(hall, "well", "screen")
    numbers = [await take(hall, "P1") for _ in range(3)]
    async with running(
        Showing(hall, hanging, stuck, "window:3", patience=0.2),
        Showing(hall, Text(file), well, "window:3"),
    ):
        await until(lambda: stuck.state == "failed" and file.exists())
        for number in numbers:
            await called(hall, "3")
            await reported(hall, number)
            assert number in file.read_text()
            if number != numbers[-1]:
                await hall.finish("3")
        assert len(hanging.shown) == 1
        hanging.free.set()
        await until(lambda: stuck.state == "ok")

    assert len(hanging.shown) == 2
    assert numbers[-1] in hanging.shown[1].wordings[0][0]
    assert (stuck.error, hanging.closed) == ("", True)
