"""RemoteHall when things go wrong: lost answers, servers that die, clocks that run fast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette

from queue_server.archive.configuration import Configuration
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import Event
from queue_server.domain.hall import Events, Position
from queue_server.domain.refusals import NoHall, Refused, Unavailable
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens, app, configuration, running, state, tokens, url
from tests.conftest import Clock
from tests.installation import PATIENCE

__all__ = ["app", "configuration", "state", "tokens", "url"]
pytestmark = pytest.mark.anyio
DAY = "2026-03-02"


class Wire:
    """A wire between devices and the server that can be cut, and that can lose answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.lose_answers = False
        self.port = 0

    async def join(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server
        self._server.close()
        for writer in set(self._open):
            writer.transport.abort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        both = {writer, back}
        self._open |= both
        ways = [
            asyncio.create_task(self._pump(reader, back, False)),
            asyncio.create_task(self._pump(there, writer, True)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._open -= both
        for one in both:
            one.transport.abort()

    async def _pump(self, reader: Any, writer: asyncio.StreamWriter, answers: bool) -> None:
        while data := await reader.read(65536):
            if answers and self.lose_answers:
                self.lose_answers = False
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError


@pytest.fixture
async def wire(url: str) -> AsyncIterator[Wire]:
    wire = Wire(int(url.rpartition(":")[2]))
    await wire.join()
    yield wire
    await wire.cut()


@pytest.fixture
async def far(wire: Wire, tokens: Tokens) -> AsyncIterator[RemoteHall]:
    async with RemoteHall(wire.url, "hall", tokens("admin"), patience=PATIENCE) as hall:
        yield hall


async def test_a_lost_answer_prints_no_second_ticket(far: RemoteHall, wire: Wire) -> None:
    """The command was carried out, its answer was lost: the same id brings it back."""
    await far.take("P1")
    wire.lose_answers = True

    second = await far.take("P1")

    assert [event.ticket for event in second if hasattr(event, "ticket")] == ["B002"]
    assert len((await far.view()).tickets) == 2


async def test_a_command_waits_out_a_short_break(far: RemoteHall, wire: Wire) -> None:
    await wire.cut()
    taking = asyncio.create_task(far.take("P1"))
    await asyncio.sleep(0.3)
    await wire.join()

    assert (await taking)[0].kind == "ticket.taken"


async def test_a_long_break_is_unavailable(wire: Wire, tokens: Tokens) -> None:
    await wire.cut()
    async with RemoteHall(wire.url, "hall", tokens(), patience=0.5) as far:
        with pytest.raises(Unavailable):
            await far.take("P1")


async def test_a_follower_comes_back_to_its_position(
    far: RemoteHall, wire: Wire, hall: RedisHall
) -> None:
    """Cut off again and again, it misses nothing and hears nothing twice."""
    heard: list[Event] = []

    async def listen() -> None:
        async for events in far.follow(Position(DAY, 1)):
            heard.extend(events)
            if len(heard) >= 30:
                return

    listening = asyncio.create_task(listen())
    for count in range(30):
        await hall.take("P1")
        if count % 10 == 5:
            await wire.cut()
            await hall.take("S1")
            await wire.join()
        await asyncio.sleep(0.02)
    async with asyncio.timeout(PATIENCE):
        await listening
    assert [event.seq for event in heard[:30]] == list(range(2, 32))


async def test_a_follower_from_now_misses_nothing_before_its_first_event(
    far: RemoteHall, wire: Wire, hall: RedisHall
) -> None:
    async def first() -> Events:
        return await anext(aiter(far.follow()))

    following = asyncio.create_task(first())
    await asyncio.sleep(1)
    await wire.cut()
    await hall.take("P1")
    await wire.join()

    async with asyncio.timeout(PATIENCE):
        assert (await following)[0].seq == 2


async def test_the_view_survives_a_break(far: RemoteHall, wire: Wire, hall: RedisHall) -> None:
    await far.take("P1")
    assert len((await far.view()).tickets) == 1
    await wire.cut()
    await hall.take("P1")
    await wire.join()

    assert len((await far.view()).tickets) == 2


async def test_a_clerk_who_may_not_see_ratings_still_has_a_view(
    url: str, tokens: Tokens, hall: RedisHall
) -> None:
    """What is hidden leaves no hole to wait for."""
    async with RemoteHall(url, "hall", tokens("clerk")) as clerk:
        await hall.take("P1")
        await hall.open_window("3")
        await hall.call_next("3")
        await hall.start("3")
        await hall.rate("B001", 1)

        async with asyncio.timeout(PATIENCE):
            view = await clerk.view()

    assert view.tickets["B001"].state == "serving"
    assert view.tickets["B001"].score == 0


async def test_a_bad_token_ends_a_follower(url: str, tokens: Tokens) -> None:
    """What will not get better is raised, not tried for ever."""
    for token, hall, code in (
        ("jh_nonsense", "hall", "NOT_SIGNED_IN"),
        (tokens("kiosk", "other"), "hall", "NOT_ALLOWED"),
    ):
        async with RemoteHall(url, hall, token) as far:
            with pytest.raises(Refused) as refused:
                await anext(aiter(far.follow(Position(DAY, 0))))
            assert refused.value.code == code
            with pytest.raises(Refused) as refused:
                await far.take("P1")
            assert refused.value.code == code


async def _looks_on(hall: RemoteHall) -> None:
    while True:
        await hall.view()
        await asyncio.sleep(0.05)


async def test_a_revoked_token_ends_a_view(
    url: str, tokens: Tokens, configuration: Configuration, clock: Clock
) -> None:
    async with RemoteHall(url, "hall", tokens("screen")) as far:
        await far.view()
        configuration.tokens.revoke(configuration.tokens.tokens()[-1].id, clock())
        with pytest.raises(Refused):
            await asyncio.wait_for(_looks_on(far), PATIENCE)


async def test_an_unknown_hall(url: str, tokens: Tokens) -> None:
    async with RemoteHall(url, "nowhere", tokens()) as far:
        with pytest.raises(NoHall):
            await far.view()


async def test_a_drill_runs_faster(far: RemoteHall, hall: RedisHall, clock: Clock) -> None:
    """The hall's time, not the clock on the wall."""
    await hall.close_day("force")
    await hall.open_day(speed=60, starts=1_000_000_000_000)
    clock.pass_(seconds=10)

    began = time.monotonic()
    now = await far.now()
    between = time.monotonic()
    await asyncio.sleep(0.5)
    later = await far.now()
    ended = time.monotonic()

    assert -1_000 < now - (1_000_000_000_000 + 600_000) < 60_000 * (between - began) + 1_000
    assert 29_000 < later - now < 60_000 * (ended - began) + 1_000


async def test_a_hall_that_was_never_opened(
    app: Starlette, closed_hall: RedisHall, tokens: Tokens
) -> None:
    async with running(app) as address, RemoteHall(address, "hall", tokens()) as far:
        with pytest.raises(Refused) as refused:
            await far.take("nonsense")
        assert refused.value.status in (409, 422)
