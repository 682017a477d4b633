"""The jobs over HTTP and on a line, for admins of everything."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from ops.jobs.panel import Panel
from ops.jobs.queue import Jobs, redis_at
from queue_server.api.app import create_app
from queue_server.api.sockets import Close
from queue_server.api.state import ServerState
from tests.api.serving import (  # noqa: F401
    Tokens,
    configuration,
    http,
    state,
    tokens,
    url,
)
from tests.ops.jobs.conftest import Work

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(state: ServerState, work: Work) -> Starlette:  # noqa: F811
    return create_app(state, Panel(state, work.jobs).routes())


@pytest.fixture
def admin(http: httpx.AsyncClient, tokens: Tokens) -> httpx.AsyncClient:  # noqa: F811
    http.headers["Authorization"] = f"Bearer {tokens('admin', hall='')}"
    return http


async def test_an_admin_sees_what_is_going_on(admin: httpx.AsyncClient, work: Work) -> None:
    """Each job with its state, its progress, who asked and what came of it."""
    first = work.jobs.ask("count", {"of": 2}, by="person:7")
    work.start()
    await asyncio.to_thread(work.until, first, "done", "failed")
    second = await asyncio.to_thread(work.jobs.ask, "fail")
    await asyncio.to_thread(work.until, second, "done", "failed")

    told = (await admin.get("/api/v1/jobs")).json()["jobs"]

    assert [one["id"] for one in told] == [second, first]
    assert (told[0]["state"], told[0]["error"]) == ("failed", "RuntimeError: two and two are five")
    assert (told[1]["state"], told[1]["link"], told[1]["by"]) == ("done", "/made", "person:7")
    assert told[1]["started"] <= told[1]["ended"]
    assert (await admin.get(f"/api/v1/jobs/{first}")).json()["job"] == told[1]


async def test_a_job_is_stopped_and_begun_anew(admin: httpx.AsyncClient, work: Work) -> None:
    """Once each: what has ended cannot be stopped, and what waits cannot be begun anew."""
    id_ = work.jobs.ask("count")
    early = await admin.post(f"/api/v1/jobs/{id_}/retry")
    stopped = await admin.post(f"/api/v1/jobs/{id_}/cancel")
    late = await admin.post(f"/api/v1/jobs/{id_}/cancel")
    again = await admin.post(f"/api/v1/jobs/{id_}/retry")
    assert (early.status_code, early.json()["code"]) == (409, "JOB_ENDED")
    assert (stopped.status_code, stopped.json()["job"]["state"]) == (200, "cancelled")
    assert late.status_code == 409
    assert (again.status_code, again.json()["job"]["state"]) == (200, "waiting")
    for path in ("/api/v1/jobs/nothing", "/api/v1/jobs/a:b"):
        assert (await admin.get(path)).status_code == 404
    assert (await admin.post("/api/v1/jobs/nothing/cancel")).status_code == 404


@pytest.mark.parametrize(
    ("role", "hall", "status"),
    [("", "", 401), ("admin", "hall", 403), ("manager", "", 403), ("auditor", "", 403)],
)
async def test_nobody_else_sees_or_touches_them(
    http: httpx.AsyncClient,  # noqa: F811
    tokens: Tokens,  # noqa: F811
    work: Work,
    role: str,
    hall: str,
    status: int,
) -> None:
    """Jobs tell of all halls at once, so an admin of one hall is no admin here."""
    id_ = work.jobs.ask("count")
    if role:
        http.headers["Authorization"] = f"Bearer {tokens(role, hall=hall)}"
    for path in ("", f"/{id_}"):
        assert (await http.get(f"/api/v1/jobs{path}")).status_code == status
    for verb in ("cancel", "retry"):
        assert (await http.post(f"/api/v1/jobs/{id_}/{verb}")).status_code == status
    assert work.jobs.job(id_).state == "waiting"


async def test_without_redis_it_says_so(state: ServerState, tokens: Tokens) -> None:  # noqa: F811
    """503, like everything that needs the hall's memory."""
    nowhere = Jobs(redis_at("unix:///nowhere/redis.sock"))
    app_ = create_app(state, Panel(state, nowhere).routes())
    transport = httpx.ASGITransport(app_, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {tokens('admin', hall='')}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        answer = await client.get("/api/v1/jobs", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")


async def listen(url: str, token: str, until: Any) -> Any:  # noqa: F811
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"ws{url.removeprefix('http')}/api/v1/jobs/follow"
    async with connect(address, additional_headers=headers, proxy=None) as line:
        try:
            async with asyncio.timeout(20):
                while True:
                    told = json.loads(await line.recv())
                    if "jobs" in told and until(told["jobs"]):
                        return told
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


async def test_the_list_is_told_when_it_changes(
    url: str,  # noqa: F811
    tokens: Tokens,  # noqa: F811
    work: Work,
) -> None:
    """Nobody asks again and again; others are sent away."""
    listening = asyncio.create_task(
        listen(url, tokens("admin", hall=""), lambda jobs: jobs and jobs[0]["state"] == "cancelled")
    )
    id_ = await asyncio.to_thread(work.jobs.ask, "count")
    await asyncio.to_thread(work.jobs.cancel, id_)
    told = await listening
    assert (told["picture"], told["jobs"][0]["id"]) == ("jobs", id_)
    assert await listen(url, tokens("manager", hall=""), lambda _: True) == Close.FORBIDDEN
    assert await listen(url, "", lambda _: True) == Close.SIGNED_OUT
