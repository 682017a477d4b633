"""The edges put together: which there are, that one can break alone, and how a machine begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from ops import devices, edges
from ops.devices import Devices
from ops.edges import Edge, Place
from ops.sample_hall import sample_hall
from ops.settings import BadSetting, Settings
from queue_server.domain.events import TicketTaken
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Nobody
from queue_server.engine.redis_hall import RedisHall
from tests.events import only
from tests.machines import until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(*all_: Edge) -> AsyncIterator[None]:
    task = asyncio.create_task(edges.run(list(all_)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Fragile:
    """An edge that counts its starts, and breaks at once the first `breaks` times."""

    def __init__(self, breaks: int = 0, how: Exception | None = None) -> None:
        self.starts = 0
        self.ended = False
        self._breaks, self._how = breaks, how

    async def run(self) -> None:
        self.starts += 1
        if self.starts > self._breaks:
            try:
                await asyncio.Event().wait()
            finally:
                self.ended = True
        elif self._how:
            raise self._how

    async def stands(self) -> bool:
        return self.starts > self._breaks


def device(name: str, run: Callable[[], Awaitable[None]]) -> Edge:
    return Edge(name, run)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An impatient machine."""
    monkeypatch.setattr(edges, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(edges, "LONGEST_PAUSE", 0.05)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "how",
    [None, ZeroDivisionError("a bug"), ExceptionGroup("two", [OSError("a"), ValueError("b")])],
    ids=["it ends", "it raises", "parts of it raise"],
)
async def test_one_that_breaks_is_started_again(
    how: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    """As often as it takes, and told in the log; the other never hears of it."""
    bad, good = Fragile(breaks=5, how=how), Fragile()

    async with running(device("bad", bad.run), device("good", good.run)):
        await until(bad.stands, "it runs at last")

        assert (bad.starts, good.starts, good.ended) == (6, 1, False)
    assert (bad.ended, good.ended) == (True, True)
    assert [r.getMessage() for r in caplog.records if r.name == "ops.edges"] == (
        ["bad broke"] * 5 if how else []
    )


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "how", [Nobody("no more"), ExceptionGroup("one", [Nobody("no more")])], ids=["bare", "wrapped"]
)
async def test_a_refusal_is_told_in_a_sentence(
    how: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """A token that was revoked is nobody's bug; who comes back with a good one is let in."""
    bad = Fragile(breaks=2, how=how)

    async with running(device("strip-1", bad.run)):
        await until(bad.stands, "it runs at last")

    said = [r for r in caplog.records if r.name == "ops.edges"]
    assert [(r.getMessage(), r.exc_info) for r in said] == [("strip-1: no more", None)] * 2


async def test_pauses_grow_and_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as long each time, up to half a minute; whoever worked for a minute begins anew."""
    loop, pauses, sleep = asyncio.get_running_loop(), list[float](), asyncio.sleep
    now = 0.0

    async def wait(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    async def work() -> None:
        nonlocal now
        if len(pauses) >= 8:
            raise asyncio.CancelledError
        now += 61 if len(pauses) == 6 else 1
        raise OSError

    monkeypatch.setattr(asyncio, "sleep", wait)
    monkeypatch.setattr(loop, "time", lambda: now)
    with pytest.raises(asyncio.CancelledError):
        await edges.run([device("bad", work)])

    assert pauses == [2, 4, 8, 16, 30, 30, 1, 2]


def place(hall: RedisHall, folder: Path, text: str) -> Place:
    """A machine with this file."""
    file = folder / "devices.yaml"
    file.write_text(text, "utf-8")
    found = edges.named(Settings(data=folder, devices=str(file)), None)
    return Place(hall, found, folder, "http://127.0.0.1:8000", "https://queue.example")


async def test_a_dead_device_is_no_reason_for_another(hall: RedisHall, tmp_path: Path) -> None:
    """A strip whose port is gone is known to be; the strip beside it says who is called."""
    here = place(
        hall,
        tmp_path,
        """
        panels:
          gone: {url: "text:///nowhere/strip", shows: "window:3"}
          good: {url: "text://{data}/strip", shows: "window:3"}
        """,
    )
    number = only(await hall.take("P1"), TicketTaken).ticket
    await hall.open_window("3")
    await hall.call_next("3")

    async def shown() -> bool:
        known = (await hall.view()).devices
        return (await hall.view()).tickets[number].shown and len(known) == 2

    async with running(*edges.edges(here, "display")):
        await until(shown, "a strip has said so")

    known = (await hall.view()).devices
    assert (known["gone"].state, known["good"].state) == ("failed", "ok")
    assert (tmp_path / "strip").read_text("utf-8") == f"请{number}号到3号窗口\n"


async def test_a_part_has_its_own_devices(hall: RedisHall, tmp_path: Path) -> None:
    """All readers are one edge, as they share the kiosk page's line; the others one each."""
    text = """
        printers: {p1: {url: "preview:///a"}, p2: {url: "preview:///b"}}
        readers: {r1: {url: "keyboard:///dev/null"}, r2: {url: "keyboard:///dev/null"}}
        callers: {c1: {url: "rs485:///dev/null", windows: {1: "1"}}}
        panels: {s1: {url: "text:///tmp/a"}}
        voices: {v1: {speaker: "none:"}}
    """
    here = place(hall, tmp_path, text)

    names = {part: [edge.name for edge in edges.edges(here, part)] for part in edges.PARTS}

    assert names == {"kiosk": ["p1", "p2", "readers", "c1"], "display": ["s1"], "voice": ["v1"]}
    assert edges.edges(place(hall, tmp_path, ""), *edges.PARTS) == []


def test_a_machine_without_devices(tmp_path: Path) -> None:
    """Said so, it has none, and no file is written."""
    found = edges.named(Settings(data=tmp_path, devices="none"), sample_hall())

    assert found == Devices()
    assert list(tmp_path.iterdir()) == []


def test_parts_begin_together_on_one_machine(tmp_path: Path) -> None:
    """Kiosk, display and voice of one folder start at once: each reads the whole file."""
    settings, hall = Settings(data=tmp_path), sample_hall()
    with ThreadPoolExecutor(8) as people:
        for round_ in range(20):
            at = Settings(data=tmp_path / str(round_))
            found = list(people.map(lambda _, at=at: edges.named(at, hall), range(8)))
            assert {len(one.names) for one in found} == {14}
    assert settings.devices_file == tmp_path / "devices.yaml"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """The folder is no folder: a sentence that names the file."""
    (tmp_path / "file").touch()
    file = tmp_path / "file" / "devices.yaml"

    with pytest.raises(BadSetting, match=f"{file} cannot be written"):
        edges.named(Settings(devices=str(file)), sample_hall())


async def test_a_new_machine_waits_for_the_first_day(
    closed_hall: RedisHall, layout: Layout, tmp_path: Path
) -> None:
    """Its previews are of the hall's windows, which nobody knows before; with a file it begins."""
    new = asyncio.create_task(edges.plan_for(Settings(data=tmp_path), closed_hall))
    await asyncio.sleep(0.1)
    assert not new.done()

    (tmp_path / "mine.yaml").touch()
    mine = Settings(data=tmp_path, devices=str(tmp_path / "mine.yaml"))
    assert await edges.plan_for(mine, closed_hall) is None
    await closed_hall.open_day()

    plan = await new
    assert plan
    assert plan.windows == layout.windows
    devices.begin(tmp_path / "devices.yaml", plan)
    assert "strip-9" in devices.read(tmp_path / "devices.yaml", tmp_path).panels
