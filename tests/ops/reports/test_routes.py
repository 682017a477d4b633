"""Reports over HTTP: asked for, watched, fetched, and shown to nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from redis import Redis

from ops.jobs.queue import Jobs, redis_at
from ops.jobs.tasks import TASKS, Task
from ops.jobs.work import Work
from ops.reports import jobs
from ops.reports.routes import MOST, TASK, Reports
from ops.settings import Settings
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Connection
from queue_server.engine.feed import Feed
from queue_server.engine.redis_hall import RedisHall
from tests.ops.reports.conftest import MARKET, NOW, OTHER, TOWN, VILLAGE, fill

pytestmark = pytest.mark.anyio
TASKS.setdefault(TASK, Task(TASK, "ops.reports.jobs:make"))
JANUARY = {"period": "month", "date": "2025-01-10", "format": "csv"}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configuration]:
    """A city whose tokens these tests make."""
    folder = tmp_path_factory.mktemp("known")
    opened = fill(Configuration(f"sqlite:///{folder}/jiaohao.sqlite"), 3)
    yield opened
    opened.close()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Jobs]:
    """An empty one."""
    redis: Redis = redis_at(redis_url)
    for key in redis.scan_iter("jiaohao:rq*"):
        redis.delete(key)
    yield Jobs(redis)
    redis.close()


@pytest.fixture
async def http(
    known: Configuration, queue: Jobs, connection: Connection, feed: Feed, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    halls = {entry.id: entry.tenant for entry in known.halls()}

    async def find(id_: str) -> RedisHall | None:
        async def published() -> Layout:
            return known.layout(id_)

        if id_ not in halls:
            return None
        return RedisHall(connection, feed, halls[id_], id_, published, lambda: NOW)

    async def ready() -> bool:
        return True

    state = ServerState(
        hall=find,
        configuration=known,
        secret=bytes(16),
        redis_ready=ready,
        clock=lambda: NOW,
        remembered=0.0,
    )
    routes = Reports(state, queue, tmp_path / "reports").routes()
    app = create_app(state, routes)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


class Person:
    """Somebody with a token for some hall."""

    def __init__(self, http: httpx.AsyncClient, known: Configuration, role: str, hall: str) -> None:
        self.http = http
        self.token = known.tokens.issue(role, hall, NOW) if role else ""

    async def ask(self, hall: str = TOWN, key: str = "", **words: Any) -> httpx.Response:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        path = f"/api/v1/halls/{hall}/reports/ask"
        return await self.http.post(path, json=JANUARY | words, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path, headers=self._headers)

    async def listed(self, hall: str = TOWN) -> Any:
        return (await self.get(f"/api/v1/halls/{hall}/reports")).json()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def manager(http: httpx.AsyncClient, known: Configuration) -> Person:
    return Person(http, known, "manager", TOWN)


@pytest.fixture
def everybody(http: httpx.AsyncClient, known: Configuration) -> Person:
    """Of all tenants."""
    return Person(http, known, "admin", "")


def do(queue: Jobs, known: Configuration, folder: Path) -> None:
    """Do every job that waits, as a worker would."""
    settings = Settings(data=folder, database=str(known.database.engine.url))
    for job in queue.listed():
        jobs.make(Work(job.id, settings, job.words, lambda *_: None))
        queue.queue.remove(job.id)


async def test_a_report_is_asked_for_watched_and_fetched(
    manager: Person, queue: Jobs, known: Configuration, tmp_path: Path
) -> None:
    """It stands in the hall's list from the beginning, and its file has the hall's name."""
    asked = await manager.ask()
    assert asked.status_code == 200
    report = asked.json()["report"]
    assert (report["state"], report["file"], report["first"]) == ("waiting", "", "2025-01-01")
    assert [one["id"] for one in (await manager.listed())["reports"]] == [report["id"]]
    assert (await manager.get(f"/api/v1/reports/{report['id']}/file")).status_code == 404

    await asyncio.to_thread(do, queue, known, tmp_path)

    told = (await manager.get(f"/api/v1/reports/{report['id']}")).json()["report"]
    assert (told["state"], told["title"]) == ("done", "东镇便民服务中心 月报")
    assert told["made"] > 0
    assert (await manager.listed())["reports"] == [told]
    file = await manager.get(told["file"])
    assert file.status_code == 200
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "东镇便民服务中心 月报 2025-01.csv" in unquote(file.headers["content-disposition"])
    assert file.headers["cache-control"] == "private, no-store"


async def test_the_same_key_is_the_same_report(manager: Person, queue: Jobs) -> None:
    """A double click makes one."""
    ids = [(await manager.ask(key="once")).json()["report"]["id"] for _ in range(2)]
    other = (await manager.ask(key="twice")).json()["report"]["id"]
    assert ids[0] == ids[1] != other
    assert {job.id for job in queue.listed()} == {ids[0], other}


async def test_a_report_can_be_stopped(manager: Person, http: httpx.AsyncClient) -> None:
    """While it waits; then no more."""
    id_ = (await manager.ask()).json()["report"]["id"]
    path, headers = f"/api/v1/reports/{id_}/cancel", manager._headers
    assert (await http.post(path, headers=headers)).json()["report"]["state"] == "cancelled"
    assert (await http.post(path, headers=headers)).status_code == 404


async def test_of_a_place_only_for_who_manages_all_of_it(
    manager: Person, everybody: Person, http: httpx.AsyncClient, known: Configuration
) -> None:
    """The list says of which places; the halls are those of this tenant alone."""
    town = "示例市/示例县/示例镇"
    refused_ = await manager.ask(place=town)
    assert (refused_.status_code, refused_.json()["message"]) == (
        *(403, f"You do not manage every hall of {town}."),
    )
    assert (await manager.listed())["places"] == []
    assert (await everybody.listed())["places"] == ["示例市", "示例市/示例县", town]
    assert (await everybody.listed(OTHER))["places"] == []
    told = (await everybody.ask(VILLAGE, place="示例市")).json()["report"]
    assert (told["home"], told["halls"], told["place"]) == (VILLAGE, 3, "示例市")
    elsewhere = await everybody.ask(MARKET, place=town)
    assert (elsewhere.status_code, elsewhere.json()["field"]) == (422, "place")


async def test_nobody_sees_what_is_not_his(
    http: httpx.AsyncClient,
    known: Configuration,
    everybody: Person,
    queue: Jobs,
    tmp_path: Path,
) -> None:
    """Another hall's manager, another tenant's, a clerk, a stranger: neither report nor file."""
    mine = (await everybody.ask(TOWN)).json()["report"]["id"]
    whole = (await everybody.ask(TOWN, place="示例市")).json()["report"]["id"]
    making = (await everybody.ask(TOWN, format="xlsx")).json()["report"]["id"]
    queue.queue.remove(making)
    await asyncio.to_thread(do, queue, known, tmp_path)
    for role, hall, status in (
        *(("manager", OTHER, 404), ("manager", VILLAGE, 404)),
        *(("clerk", TOWN, 404), ("kiosk", TOWN, 404), ("", "", 401)),
    ):
        person = Person(http, known, role, hall)
        for path in (mine, f"{mine}/file", whole, f"{whole}/file", making):
            answer = await person.get(f"/api/v1/reports/{path}")
            assert answer.status_code == status, (role, hall, path)
            assert "东镇" not in answer.text
        assert (await person.ask(TOWN)).status_code in (401, 403)
        assert (await person.get(f"/api/v1/halls/{TOWN}/reports")).status_code in (401, 403)
    # Of his own hall he sees that one, and not the city's, which stands on the same page.
    town = Person(http, known, "auditor", TOWN)
    assert [one["id"] for one in (await town.listed())["reports"]] == [mine]
    assert (await town.get(f"/api/v1/reports/{mine}/file")).status_code == 200
    assert (await town.get(f"/api/v1/reports/{whole}/file")).status_code == 404


async def test_a_page_of_others_may_not_ask(
    http: httpx.AsyncClient, known: Configuration, manager: Person
) -> None:
    """With the session of somebody who is signed in."""
    headers = {"Cookie": "jiaohao_session=x", "Origin": "https://elsewhere.test"}
    path = f"/api/v1/halls/{TOWN}/reports/ask"
    assert (await http.post(path, json=JANUARY, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"period": "year"}, "period"),
        ({"date": "2025-13-01"}, "date"),
        ({"date": 20250110}, "date"),
        ({"period": "free", "date": "", "first": "2025-02-01", "last": "2025-01-01"}, "last"),
        ({"period": "free", "date": "", "first": "2015-01-01", "last": "2025-01-01"}, "last"),
        ({"format": "docx"}, "format"),
        ({"language": "fr"}, "language"),
        ({"place": "示例市/别处"}, "place"),
        ({"halls": ["other"]}, "halls"),
    ],
)
async def test_what_makes_no_sense_is_told(
    manager: Person, queue: Jobs, words: dict[str, Any], field: str
) -> None:
    """With the word that is wrong; no job is asked for."""
    answer = await manager.ask(**words)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
    assert answer.json()["field"] == field
    assert queue.listed() == []


async def test_what_there_is_not(manager: Person, everybody: Person, queue: Jobs) -> None:
    """Halls, reports, and jobs that are no reports."""
    assert (await everybody.ask("nowhere")).status_code == 404
    id_ = queue.ask("tidy_letters", id_=f"{TOWN}-{'0' * 16}")
    for one in (id_, "x", f"{TOWN}-{'a' * 16}"):
        assert (await everybody.get(f"/api/v1/reports/{one}")).status_code == 404
    assert (await manager.listed())["reports"] == []


async def test_nobody_keeps_the_worker_to_himself(manager: Person, everybody: Person) -> None:
    """So many reports at a time; whoever else asks is served."""
    for _ in range(MOST):
        assert (await manager.ask()).status_code == 200
    late = await manager.ask()
    assert (late.status_code, late.headers["retry-after"]) == (429, "30")
    assert (await everybody.ask()).status_code == 200


async def test_without_a_date_it_is_this_month(manager: Person) -> None:
    """By the hall's own clock."""
    told = (await manager.ask(date="")).json()["report"]
    assert (told["first"], told["last"]) == ("2025-02-01", "2025-02-28")
