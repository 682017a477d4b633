"""Redis is away for a while: commands say so soon, and work again by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from queue_server.audit.auditor import audit
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import TicketTaken
from queue_server.domain.hall import Events, Position
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Unavailable
from queue_server.engine import redis_hall
from queue_server.engine.connection import Address, Connection
from queue_server.engine.redis_hall import RedisHall
from tests.faults.halls import Cable, own_redis, process
from tests.faults.load import gaps, settled
from tests.installation import PATIENCE, Installation, hall_at, installed
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio

#: A command answers within 2 s; this is only the guard against one that never does.
SOON = 30.0


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with own_redis() as server:
        yield server
        server.freeze(False) if server.process else None


@pytest.fixture
async def hall(redis: RedisServer, layout: Layout) -> AsyncIterator[RedisHall]:
    async with process(redis.url, layout) as found:
        await found.open_day()
        yield found


async def until_taken(hall: RedisHall, command: str = "") -> Events:
    """As soon as the hall works again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await (hall.take("G1", command=command) if command else hall.take("G1"))
            except Unavailable:
                await asyncio.sleep(0.05)


async def stream(hall: RedisHall) -> Events:
    async with asyncio.timeout(SOON):
        return await hall.events(Position((await hall.view()).day, 0), 10_000)


async def given(hall: RedisHall) -> list[str]:
    return [event.ticket for event in await stream(hall) if isinstance(event, TicketTaken)]


async def say_to_redis(redis: RedisServer, *words: str) -> object:
    """Somebody at the machine types this into redis-cli."""
    line = Connection(Address.parse(redis.url))
    await line.open()
    try:
        return await line.call(*words)
    finally:
        await line.close()


async def test_a_stopped_redis_is_unavailable(redis: RedisServer, hall: RedisHall) -> None:
    """While nothing answers at the socket, every command says so; afterwards all is as before."""
    await hall.take("G1")
    redis.kill()

    async with asyncio.timeout(SOON):
        refused = await asyncio.gather(
            *(hall.take("G1") for _ in range(20)), return_exceptions=True
        )
    redis.start()
    await until_taken(hall)

    assert [type(one) for one in refused] == [Unavailable] * 20
    assert await given(hall) == ["A001", "A002"]


async def test_a_frozen_redis_is_unavailable(redis: RedisServer, hall: RedisHall) -> None:
    """It takes the connection and says nothing: that is no better than being away."""
    await hall.take("G1")
    redis.freeze()

    async with asyncio.timeout(SOON):
        with pytest.raises(Unavailable):
            await hall.take("G1", command="button")
        with pytest.raises(Unavailable):
            await hall.view()
    redis.freeze(False)
    events = await until_taken(hall, "button")

    # The first try was heard after all when it thawed, or it was not: it is one ticket.
    assert [event.kind for event in events] == ["ticket.taken"]
    assert await given(hall) == ["A001", "A002"]
    assert gaps(await stream(hall)) == []


async def test_a_short_absence_is_not_noticed(
    redis: RedisServer, hall: RedisHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started again at once, as the supervisor does: commands under way wait for it."""
    # However long that takes here.
    monkeypatch.setattr(redis_hall, "PATIENCE", SOON)
    redis.freeze()
    under_way = [asyncio.create_task(hall.take("G1")) for _ in range(10)]
    await asyncio.sleep(0.05)

    redis.kill()
    redis.start()
    async with asyncio.timeout(SOON):
        await asyncio.gather(*under_way)

    assert sorted(await given(hall)) == [f"A{n:03d}" for n in range(1, 11)]


async def test_a_retry_after_thawing_doubles_nothing(redis: RedisServer, hall: RedisHall) -> None:
    """Every command was heard late and said again: each counts once, and the audit is clean."""
    await hall.open_window("1")
    redis.freeze()
    keys = [f"key-{n}" for n in range(30)]
    async with asyncio.timeout(SOON):
        await asyncio.gather(
            *(hall.take("G1", command=key) for key in keys), return_exceptions=True
        )
    redis.freeze(False)

    for key in keys:
        await until_taken(hall, key)
    await hall.call_next("1")

    assert len(await given(hall)) == 30
    verdict = audit(await stream(hall))
    assert verdict.clean, verdict.lines()


async def test_followers_wait_and_go_on(redis: RedisServer, hall: RedisHall) -> None:
    """Frozen and killed meanwhile: a follower hears every event once, in order."""
    await hall.take("G1")
    after, heard = Position((await hall.view()).day, 0), Events()

    async def listen() -> None:
        async for events in hall.follow(after):
            heard.extend(events)

    listening = asyncio.create_task(listen())
    redis.freeze()
    await asyncio.sleep(1.5)
    redis.freeze(False)
    await until_taken(hall)
    redis.kill()
    redis.start()
    await until_taken(hall)
    told = await stream(hall)
    async with asyncio.timeout(PATIENCE):
        while len(heard) < len(told):
            await asyncio.sleep(0.01)
    listening.cancel()

    assert heard == told


async def test_the_library_comes_back_on_a_new_connection(
    redis: RedisServer, hall: RedisHall
) -> None:
    """Redis lost its functions and its clients at once: nobody is told `Function not found`."""
    await hall.take("G1")
    await say_to_redis(redis, "FUNCTION", "FLUSH")
    await say_to_redis(redis, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(until_taken(hall) for _ in range(50)))

    assert len(await given(hall)) == 51


async def test_the_library_comes_back_on_the_same_connection(
    redis: RedisServer, hall: RedisHall
) -> None:
    """Somebody typed FUNCTION FLUSH: the next command loads the library, and is carried out."""
    await hall.take("G1")
    await say_to_redis(redis, "FUNCTION", "FLUSH")

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(until_taken(hall) for _ in range(10)))

    assert len(await given(hall)) == 11


async def test_a_command_connection_that_is_half_open(redis: RedisServer, layout: Layout) -> None:
    """The network forgot the line, and nobody was told: the next command finds a new one."""
    async with Cable(redis).laid() as cable, process(cable.url, layout) as hall:
        await hall.open_day()
        await hall.take("G1")
        cable.cut()

        async with asyncio.timeout(SOON):
            await hall.take("G1")

        numbers = [
            event.ticket
            for event in await hall.events(Position(await _day(hall), 0), 100)
            if isinstance(event, TicketTaken)
        ]
        assert numbers == ["A001", "A002"]


async def _day(hall: RedisHall) -> str:
    opening = await hall.opening()
    assert opening
    return opening.day


async def test_a_reading_connection_that_is_half_open(redis: RedisServer, layout: Layout) -> None:
    """A screen whose line the network forgot hears of the next call all the same."""
    async with Cable(redis).laid() as cable, process(cable.url, layout) as hall:
        await hall.open_day()
        heard: Events = []

        async def listen() -> None:
            async for events in hall.follow(Position(await _day(hall), 0)):
                heard.extend(events)

        listening = asyncio.create_task(listen())
        await hall.take("G1")
        while len(heard) < 2:
            await asyncio.sleep(0.01)
        cable.cut()

        await until_taken(hall)
        async with asyncio.timeout(PATIENCE):
            while len(heard) < 3:
                await asyncio.sleep(0.05)
        listening.cancel()


# --- the same over HTTP, in a server that other people run


@pytest.fixture(scope="module")
def borrowed() -> Iterator[tuple[Installation, RedisServer]]:
    """A server on a Redis that nobody starts again for it."""
    with own_redis() as redis, installed(JIAOHAO_REDIS=redis.url) as server:
        yield server.start("server").ready(), redis


@pytest.fixture(scope="module")
def token(borrowed: tuple[Installation, RedisServer]) -> str:
    return borrowed[0].token()


@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_http_answers_503_and_recovers(
    borrowed: tuple[Installation, RedisServer], token: str, how: str
) -> None:
    """503 with a word, a sentence and Retry-After; /readyz says so too; then it works again."""
    server, redis = borrowed
    kiosk = httpx.AsyncClient(
        base_url=server.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
    )
    async with kiosk, hall_at(server.url, token) as remote:
        await settled(remote)
        before = await tickets(remote)
        redis.kill() if how == "stopped" else redis.freeze()
        async with asyncio.timeout(2 * SOON):
            taken, ready, alive = await asyncio.gather(
                press(kiosk, "button-" + how), kiosk.get("/readyz"), kiosk.get("/healthz")
            )
        redis.start() if how == "stopped" else redis.freeze(False)
        async with asyncio.timeout(PATIENCE):
            while (again := await press(kiosk, "button-" + how)).status_code == 503:
                await asyncio.sleep(0.05)

        assert (taken.status_code, taken.json()["code"]) == (503, "UNAVAILABLE")
        assert taken.headers["retry-after"]
        assert (ready.status_code, alive.status_code) == (503, 200)
        assert again.status_code == 200
        assert await tickets(remote) == before + 1
        assert (await kiosk.get("/readyz")).status_code == 200


async def press(kiosk: httpx.AsyncClient, key: str) -> httpx.Response:
    """The kiosk's button."""
    return await kiosk.post(
        "/api/v1/halls/demo/take",
        json={"service": "512B0003600029"},
        headers={"Idempotency-Key": key},
    )


async def tickets(hall: RemoteHall) -> int:
    return len((await hall.view()).tickets)
