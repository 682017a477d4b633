"""What operators ask."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from tests.api.serving import Asker

pytestmark = pytest.mark.anyio


async def test_alive_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).status_code == 200
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "redis": True, "sql": True})


async def test_not_ready_without_redis(state: ServerState) -> None:
    async def away() -> bool:
        raise ConnectionError

    app = create_app(replace(state, redis_ready=away))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://hall.test"
    ) as http:
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["redis"]) == (503, False)
        assert (await http.get("/healthz")).status_code == 200
        assert "jiaohao_redis_up 0.0" in (await http.get("/metrics")).text


async def test_not_ready_without_sql(state: ServerState) -> None:
    nowhere = Configuration("sqlite:////nowhere/at/all.db")
    app = create_app(replace(state, configuration=nowhere))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://hall.test"
    ) as http:
        ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()["sql"]) == (503, False)


async def test_commands_are_counted_by_their_end(admin: Asker) -> None:
    await admin.say("take", service="P1")
    await admin.say("take", service="nonsense")
    await admin.say("call_next", window="3")

    figures = (await admin.http.get("/metrics")).text

    assert 'jiaohao_commands_total{outcome="ok",verb="take"} 1.0' in figures
    assert 'jiaohao_commands_total{outcome="INVALID",verb="take"} 1.0' in figures
    assert 'jiaohao_commands_total{outcome="CLOSED",verb="call_next"} 1.0' in figures
    assert 'jiaohao_command_seconds_count{verb="take"} 2.0' in figures
    assert "jiaohao_redis_up 1.0" in figures
