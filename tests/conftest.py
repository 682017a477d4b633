"""What every test may ask for: a redis-server of its own, a small hall, a clock to set."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from queue_server.domain.layout import Kind, Lane, Layout, Service, Window
from queue_server.domain.tickets import Step
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall
from tests.redis_server import RedisServer

# How long an example takes says more about the machine than about the code; and where all examples
# of a test share one hall, that is meant so.
settings.register_profile(
    "jiaohao",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("jiaohao")
_tenants = map("t{}".format, count(1))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One for each worker; each test has a tenant of its own in it."""
    # A unix socket's path is at most 108 bytes: pytest's own folders can be too deep.
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        server = RedisServer(Path(folder)).start()
        yield server
        server.kill()


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


class Clock:
    """A clock that stands still until it is told. Unix ms; starts on 2026-03-02 08:30 in China."""

    def __init__(self, now: int = 1_772_411_400_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_(self, seconds: float = 0, minutes: float = 0) -> None:
        self.now += round((seconds + 60 * minutes) * 1000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def layout() -> Layout:
    """A small hall: general at windows 1 and 2 (which help police too), police at 3, social at 4
    and 5, a green window 9, one-thing visits that go to police and social."""
    services = (
        Service(code="G1", name="综合", lane="general", minutes=10),
        Service(code="P1", name="户口登记", lane="police", minutes=12),
        Service(code="P2", name="居住证", lane="police", minutes=6, quota=3),
        Service(code="S1", name="社保登记", lane="social", minutes=8),
        Service(
            code="T1",
            name="退休一件事",
            lane="general",
            minutes=20,
            steps=(
                Step("general", ("T1",), 5),
                Step("police", ("P1",), 12, (0,)),
                Step("social", ("S1",), 8, (0,)),
            ),
        ),
    )
    return Layout(
        tenant=next(_tenants),
        hall="hall",
        name="测试大厅",
        # These halls have no devices: nobody is to be told about that in every story.
        confirm_within=0,
        lanes=(
            Lane("general", "综合", "A"),
            Lane("police", "公安", "B"),
            Lane("social", "社保", "C"),
        ),
        services=services,
        windows=(
            Window(number="1", name="综合", kinds=(Kind.UNIFIED,), lanes=("general", "police")),
            Window(number="2", name="综合", kinds=(Kind.UNIFIED,), lanes=("general", "police")),
            Window(number="3", name="公安", kinds=(Kind.DOMAIN,), lanes=("police",)),
            Window(number="4", name="社保", kinds=(Kind.DOMAIN,), lanes=("social",)),
            Window(number="5", name="社保", kinds=(Kind.DOMAIN,), lanes=("social",)),
            Window(
                number="9",
                name="绿色通道",
                kinds=(Kind.GREEN,),
                lanes=("general", "police", "social"),
                classes=("green",),
            ),
        ),
    ).checked()


@pytest.fixture
async def connection(redis_url: str) -> AsyncIterator[Connection]:
    connection = Connection(Address.parse(redis_url), prepare=load)
    await connection.open()
    yield connection
    await connection.close()


@pytest.fixture
async def feed(redis_url: str) -> AsyncIterator[Feed]:
    feed = Feed(Address.parse(redis_url))
    await feed.open()
    yield feed
    await feed.close()


@pytest.fixture
async def closed_hall(
    connection: Connection, feed: Feed, layout: Layout, clock: Clock
) -> AsyncIterator[RedisHall]:
    """A hall that has not been opened yet."""

    async def published() -> Layout:
        return layout

    hall = RedisHall(connection, feed, layout.tenant, layout.hall, published, clock)
    yield hall
    await hall.close()


@pytest.fixture
async def hall(closed_hall: RedisHall) -> RedisHall:
    """A hall on an open day."""
    await closed_hall.open_day()
    return closed_hall
