"""A real server for tests: uvicorn on a port of its own, the test's hall behind it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from display.pictures import PAINTERS
from ops.supervisor import server_of
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.passwords import Passwords
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from tests.databases import with_tables
from tests.installation import PATIENCE

SECRET = b"sixteen bytes or more of secret"


@pytest.fixture
def configuration(tmp_path: Path, layout: Layout, clock: Clock) -> Iterator[Configuration]:
    """Two halls: the test's own, and `other`, where nobody of this hall has any business."""
    cheap = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    url = with_tables(f"sqlite:///{tmp_path}/configuration.db")
    opened = Configuration(url, passwords=cheap)
    opened.migrate()
    opened.publish(layout, Calendar.always(), "test", clock())
    opened.publish(replace(layout, hall="other"), Calendar.always(), "test", clock())
    yield opened
    opened.close()


@pytest.fixture
async def state(
    hall: RedisHall, connection: Connection, configuration: Configuration, clock: Clock
) -> ServerState:
    async def find(id_: str) -> RedisHall | None:
        return hall if id_ == hall.id else None

    async def ready() -> bool:
        return connection.connected

    return ServerState(
        hall=find,
        configuration=configuration,
        secret=SECRET,
        redis_ready=ready,
        clock=clock,
        remembered=0.1,
        recheck=0.1,
        patience=1.0,
        exhibits=PAINTERS,
    )


@pytest.fixture
def app(state: ServerState) -> Starlette:
    return create_app(state)


@dataclass
class Tokens:
    """Bearer tokens for any role, made when they are asked for."""

    configuration: Configuration
    now: int

    def __call__(self, role: str = "admin", hall: str = "hall", window: str = "") -> str:
        return self.configuration.tokens.issue(role, hall, self.now, window=window)


@pytest.fixture
def tokens(configuration: Configuration, clock: Clock) -> Tokens:
    return Tokens(configuration, clock())


class Asker:
    """Somebody who speaks HTTP to the hall."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def say(self, verb: str, *, key: str = "", hall: str = "hall", **words: Any) -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        words = {name.rstrip("_"): value for name, value in words.items()}
        path = f"/api/v1/halls/{hall}/{verb}"
        return await self.http.post(path, json=words, headers=headers)

    async def get(self, path: str = "", hall: str = "hall", **query: Any) -> Any:
        path = f"/api/v1/halls/{hall}{path}"
        return await self.http.get(path, headers=self.headers, params=query)


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """The application, spoken to without a network in between."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


@pytest.fixture
def admin(http: httpx.AsyncClient, tokens: Tokens) -> Asker:
    return Asker(http, tokens("admin"))


@contextlib.asynccontextmanager
async def running(app: Any, line: socket.socket | None = None) -> AsyncIterator[str]:
    """The address of a server that runs as long as the block, on this socket if one is given."""
    server = server_of(app)
    server.config.timeout_graceful_shutdown = 1
    serving = asyncio.create_task(server.serve(sockets=[line] if line else None))
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def url(app: Starlette) -> AsyncIterator[str]:
    """The application as a server with an address."""
    async with running(app) as address:
        yield address


@pytest.fixture
async def remote_hall(url: str, tokens: Tokens) -> AsyncIterator[RemoteHall]:
    async with RemoteHall(url, "hall", tokens("admin"), patience=PATIENCE) as remote:
        yield remote
