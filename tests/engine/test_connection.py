"""Calls reach Redis together, answers come back in order, and a broken line mends itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from queue_server.engine.connection import Address, Away, Connection, RedisError
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("unix:///run/redis.sock?db=2", Address(path="/run/redis.sock", database=2)),
        ("redis://h:6380/3", Address(host="h", port=6380, database=3)),
        ("rediss://u:p%40@h", Address(host="h", username="u", password="p@", tls=True)),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    """What a URL says is where we go."""
    assert Address.parse(url) == address


def test_an_address_of_another_kind_is_refused() -> None:
    """The sentence says what would be right."""
    with pytest.raises(ValueError, match="redis://"):
        Address.parse("http://somewhere")


async def test_a_thousand_calls_at_once_are_answered_in_order(connection: Connection) -> None:
    """Whoever asked gets his own answer."""
    answers = await asyncio.gather(*(connection.call("ECHO", n) for n in range(1000)))

    assert answers == [str(n) for n in range(1000)]


async def test_an_error_reaches_the_one_who_asked(connection: Connection) -> None:
    """The calls around it are answered as if nothing were."""
    found = await asyncio.gather(
        connection.call("ECHO", "a"),
        connection.call("NONSENSE"),
        connection.call("ECHO", "b"),
        return_exceptions=True,
    )

    assert (found[0], found[2]) == ("a", "b")
    assert isinstance(found[1], RedisError)


async def test_a_caller_who_gave_up_does_not_shift_the_answers(connection: Connection) -> None:
    """A cancelled call still takes its place in the line."""
    lost = connection.call("ECHO", "lost")
    kept = connection.call("ECHO", "kept")
    lost.cancel()

    assert await kept == "kept"


@pytest.fixture
async def own(tmp_path_factory: pytest.TempPathFactory) -> RedisServer:
    return RedisServer(Path(tmp_path_factory.mktemp("own"))).start()


async def test_a_killed_redis_breaks_calls_and_comes_back(own: RedisServer) -> None:
    """Calls under way fail at once; new ones work when Redis is there again."""
    connection = Connection(Address.parse(own.url))
    await connection.open()
    first = connection.run_id
    waiting = connection.call("BLPOP", "never", 0)
    own.kill()
    with pytest.raises(Away):
        await waiting
    with pytest.raises(Away):
        await connection.call("PING")

    own.start()
    async with asyncio.timeout(20):
        await connection.wait_ready()

    assert await connection.call("PING") == "PONG"
    assert connection.run_id != first
    await connection.close()
    own.kill()


async def test_a_silent_redis_counts_as_away(own: RedisServer) -> None:
    """A frozen process answers nothing: whoever waits is told so."""
    connection = Connection(Address.parse(own.url), patience=0.3)
    await connection.open()
    own.freeze()
    with pytest.raises(Away):
        async with asyncio.timeout(20):
            await connection.call("PING")
    own.freeze(False)
    async with asyncio.timeout(20):
        await connection.wait_ready()
    assert await connection.call("PING") == "PONG"
    await connection.close()
    own.kill()


async def test_nobody_there(tmp_path: Path) -> None:
    """Opening says so, unless one is patient."""
    address = Address(path=str(tmp_path / "no.sock"))
    with pytest.raises(Away):
        await Connection(address).open()
    patient = Connection(address)
    await patient.open(patient=True)
    with pytest.raises(Away):
        await patient.call("PING")
    await patient.close()
