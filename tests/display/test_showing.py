"""A panel and its hall: the right text is there after whatever happened, and it is said once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from display.panels import panel
from display.panels.text import Text
from display.showing import Showing
from queue_server.client.device import Device
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens
from tests.conftest import Clock
from tests.display.card import Card, SerialCard, TcpCard
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


async def test_a_call_is_on_the_card_and_said_so_once(
    hall: RedisHall, net: TcpCard, clock: Clock
) -> None:
    """Idle, called, served: the card follows, and `shown` is told once with its delay."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    service, _ = strip_of_3(hall, net)
    async with running(service):
        await until(lambda: "3号窗口" in net.card.text)
        event = (await hall.call_next("3"))[0]
        await until(lambda: net.card.text == number)
        await reported(hall, number)
        await hall.start("3")
        await hall.finish("3")
        await until(lambda: "3号窗口" in net.card.text)

    assert await shown(hall) == [(number, event.seq, 0)]
    device = (await hall.view()).devices["strip-3"]
    assert (device.sort, device.window, device.state) == ("screen", "3", "ok")


async def test_a_recall_is_shown_and_told_again(hall: RedisHall, net: TcpCard) -> None:
    """The same words, a new call: it goes to the card again and is a `shown` of its own."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    service, _ = strip_of_3(hall, net)
    async with running(service):
        first = (await hall.call_next("3"))[0]
        await reported(hall, number)
        second = (await hall.recall("3"))[0]
        await reported(hall, number)

    assert [call for _, call, _ in await shown(hall)] == [first.seq, second.seq]


async def test_a_strip_far_from_the_server(
    hall: RedisHall, net: TcpCard, url: str, tokens: Tokens
) -> None:
    """The same service over HTTP, with a screen's token: shown, and said so."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    async with RemoteHall(url, "hall", tokens("screen")) as remote:
        device = Device(remote, "strip-3", "screen", window="3")
        card = panel(f"onbon+tcp://127.0.0.1:{net.port}")
        async with running(Showing(remote, card, device, "window:3")):
            await until(lambda: "3号窗口" in net.card.text)
            await called(hall, "3")
            await until(lambda: net.card.text == number)
            await reported(hall, number)

    assert len(await shown(hall)) == 1


async def test_a_serial_card_follows_too(hall: RedisHall) -> None:
    """The same over a bus, by URL; a line that is pulled out is trouble."""
    card = Card(address=3)
    bus = SerialCard(card)
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    device = Device(hall, "strip-3", "screen", window="3")
    url = f"onbon+serial://{bus.path}?address=3&card=5k"
    async with running(Showing(hall, panel(url), device, "window:3")):
        await called(hall, "3")
        await until(lambda: card.text == number)
        await reported(hall, number)
        bus.unplug()
        await hall.finish("3")
        await until(lambda: device.state == "failed")

    assert "serial line" in device.error


async def test_a_zone_tells_of_every_call_it_shows(hall: RedisHall, tmp_path: Path) -> None:
    """Three windows call at once: one strip, three reports."""
    await open_windows(hall, "1", "3", "4")
    numbers = [await take(hall, service) for service in ("G1", "P1", "S1")]
    device = Device(hall, "strip-main", "screen")
    async with running(Showing(hall, Text(tmp_path / "strip.txt"), device, "zone:main")):
        await asyncio.gather(*(hall.call_next(window) for window in ("1", "3", "4")))
        for number in numbers:
            await reported(hall, number)

    assert sorted(ticket for ticket, _, _ in await shown(hall)) == sorted(numbers)
    assert len((tmp_path / "strip.txt").read_text().splitlines()) == 3


async def test_a_restarted_service_does_not_tell_again(hall: RedisHall, tmp_path: Path) -> None:
    """The number still stands; that it was seen is known already."""
    await open_windows(hall, "3")
    number = await take(hall, "P1")
    file = tmp_path / "strip.txt"
    async with running(Showing(hall, Text(file), Device(hall, "strip", "screen"), "window:3")):
        await called(hall, "3")
        await reported(hall, number)
    file.unlink()
    device = Device(hall, "strip", "screen")
    async with running(Showing(hall, Text(file), device, "window:3")):
        await until(file.exists)
        await hall.recall("3")
        async with asyncio.timeout(30):
            while len(await shown(hall)) < 2:
                await asyncio.sleep(0.02)

    assert number in file.read_text()
    assert len({call for _, call, _ in await shown(hall)}) == 2


async def test_a_window_that_a_new_plan_left_out(
    hall: RedisHall, layout: Layout, tmp_path: Path
) -> None:
    """Its strip goes dark and says so to the hall; when it is back, so is the text."""
    await open_windows(hall, "1")
    file = tmp_path / "strip.txt"
    device = Device(hall, "strip", "screen")
    async with running(Showing(hall, Text(file), device, "window:5")):
        await until(lambda: file.exists() and "5号窗口" in file.read_text())
        await hall.change_layout(
            replace(layout, windows=tuple(w for w in layout.windows if w.number != "5")).to_json()
        )
        await until(lambda: file.read_text() == "\n")
        await until(lambda: (device.state, device.error) == ("warning", "There is no window 5."))
        await hall.change_layout(layout.to_json())
        await until(lambda: "5号窗口" in file.read_text() and device.state == "ok")


async def test_a_hall_that_is_not_open_yet_leaves_the_panel_dark(
    closed_hall: RedisHall, tmp_path: Path
) -> None:
    """Switched on before the hall: dark, then what the hall tells."""
    file = tmp_path / "strip.txt"
    device = Device(closed_hall, "strip", "screen")
    async with running(Showing(closed_hall, Text(file), device, "window:3")):
        await until(file.exists)
        assert file.read_text() == "\n"
        await closed_hall.open_day()
        await until(lambda: "未开放" in file.read_text())


def test_a_strip_of_nothing_known(tmp_path: Path) -> None:
    """What it should show is checked at once."""
    device = Device(None, "strip", "screen")  # type: ignore[arg-type]  # it is not asked
    with pytest.raises(ValueError, match="window:3, zone:main or board"):
        Showing(None, Text(tmp_path / "x"), device, "wall")  # type: ignore[arg-type]  # nor here
