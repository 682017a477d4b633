"""The shipped nginx configuration, in front of two real server processes."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.events import TicketTaken
from queue_server.domain.refusals import Refused
from tests.installation import PATIENCE, hall_at, wait_until
from tests.ops.deploy.proxied import Front, Nginx, fronted

pytestmark = pytest.mark.anyio

SERVICE = "511F09014002"
PASSWORD = "a long enough password 1"


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with fronted() as made:
        yield made


@pytest.fixture(scope="module")
def token(front: Front) -> str:
    return front.servers[0].token()


@pytest.fixture
async def hall(
    front: Front, token: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RemoteHall]:
    """An open hall, as a device on another machine finds it, which trusts the house's authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(front.nginx.folder / "jiaohao.crt"))
    async with hall_at(front.nginx.url, token) as remote:
        with suppress(Refused):
            await remote.open_day()
        yield remote


@pytest.fixture
async def http(front: Front) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of the house."""
    async with httpx.AsyncClient(
        base_url=front.nginx.url, verify=front.nginx.trust, trust_env=False, timeout=PATIENCE
    ) as client:
        yield client


async def ticket(hall: RemoteHall) -> TicketTaken:
    """One more ticket."""
    taken = (await hall.take(SERVICE, source="guide"))[0]
    assert isinstance(taken, TicketTaken)
    return taken


class Screen:
    """A board that comes back whenever it is cut off, as the page does; `seq` is the newest event
    that it has shown."""

    def __init__(self, nginx: Nginx) -> None:
        self._nginx = nginx
        self.seq = -1
        self.coming = 0

    async def look(self) -> None:
        """For ever."""
        address = f"wss://{self._nginx.host}/api/v1/halls/demo/pictures/board"
        while True:
            with suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                async with connect(address, ssl=self._nginx.trust, proxy=None) as line:
                    self.coming += 1
                    async for message in line:
                        told: dict[str, Any] = json.loads(message)
                        self.seq = told.get("seq", self.seq)
            await asyncio.sleep(0.1)

    async def shows(self, seq: int) -> None:
        """Until it has shown this event."""
        async with asyncio.timeout(PATIENCE):
            while self.seq < seq:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def screens(front: Front, count: int = 8) -> AsyncIterator[list[Screen]]:
    """So many boards, all of which show something."""
    made = [Screen(front.nginx) for _ in range(count)]
    looking = [asyncio.create_task(screen.look()) for screen in made]
    try:
        await asyncio.gather(*(screen.shows(0) for screen in made))
        yield made
    finally:
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)


class Kiosks:
    """Kiosks that give out one ticket after the other until they are told to stop."""

    def __init__(self, hall: RemoteHall) -> None:
        self._hall = hall
        self.taken: list[TicketTaken] = []
        self.stop = False

    async def work(self) -> None:
        """One kiosk; whatever it was not told, it asks for again with the same key."""
        while not self.stop:
            self.taken.append(await ticket(self._hall))

    async def have_given(self, more: int) -> None:
        """Until that many more have been given out."""
        goal = len(self.taken) + more
        async with asyncio.timeout(PATIENCE):
            while len(self.taken) < goal:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def busy(hall: RemoteHall) -> AsyncIterator[Kiosks]:
    """Four kiosks at work; at the end every number was given once, and all stand in the log."""
    kiosks, before = Kiosks(hall), set((await hall.view()).tickets)
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(kiosks.work())
        try:
            yield kiosks
        finally:
            kiosks.stop = True
    numbers = [event.ticket for event in kiosks.taken]
    assert len(set(numbers)) == len(numbers)
    # Nobody got a second one because the first answer was lost on its way.
    assert set((await hall.view()).tickets) - before == set(numbers)


async def test_nginx_finds_nothing_to_complain_about(front: Front) -> None:
    """Not a warning either."""
    told = front.nginx.check().splitlines()
    assert [
        line for line in told if "syntax is ok" not in line and "is successful" not in line
    ] == []


async def test_a_ticket_is_on_the_board_at_once(front: Front, hall: RemoteHall) -> None:
    """HTTPS in, a WebSocket out, whichever process either goes to."""
    async with screens(front) as boards:
        taken = await ticket(hall)
        for board in boards:
            await board.shows(taken.seq)


async def test_both_processes_are_used(front: Front, hall: RemoteHall) -> None:
    """Screens are shared out by how many each process has."""
    async with screens(front, 8):
        watching = [open_pictures(server.url) for server in front.servers]
        assert sorted(watching) == [4, 4]


def open_pictures(url: str) -> int:
    """How many pictures of the board a process shows, by what it tells Prometheus."""
    figures = httpx.get(f"{url}/metrics", trust_env=False).text
    found = figures.partition('jiaohao_pictures{kind="board"} ')[2].partition("\n")[0]
    return int(float(found or 0))


async def test_plain_http_is_sent_on(front: Front) -> None:
    """To the same page, and a POST stays a POST."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{front.nginx.plain}/demo/board?theme=dark")
    assert answer.status_code == 308
    assert answer.headers["location"].endswith("/demo/board?theme=dark")
    assert answer.headers["location"].startswith("https://")


async def test_outside_nobody_reads_the_figures(http: httpx.AsyncClient) -> None:
    """Prometheus asks the processes."""
    assert (await http.get("/metrics")).status_code == 404


async def test_no_header_is_said_twice(http: httpx.AsyncClient) -> None:
    """The server's own, and the one that only nginx can know."""
    headers = (await http.get("/demo/board")).headers
    for name in ("content-security-policy", "x-content-type-options", "strict-transport-security"):
        assert len(headers.get_list(name)) == 1, name
    assert headers["server"] == "nginx"


async def test_who_signs_in_is_known_by_the_real_address(
    front: Front, http: httpx.AsyncClient
) -> None:
    """Whatever address somebody claims; and the session's cookie only travels by TLS."""
    said = front.servers[0].say(
        "user", "add", "chen", "--role", "manager", stdin=f"{PASSWORD}\n{PASSWORD}\n"
    )
    assert said.returncode == 0, said.stderr
    forged = {"X-Forwarded-For": "203.0.113.7", "Origin": front.nginx.url}

    answer = await http.post(
        "/api/v1/sign-in", json={"name": "chen", "password": PASSWORD}, headers=forged
    )

    assert answer.status_code == 200, answer.text
    assert "secure" in answer.headers["set-cookie"].lower()
    book = front.servers[0].do("log", "--sign-ins").stdout
    assert "203.0.113.7" not in book
    assert "127.0.0.1" in book


async def test_what_is_too_long_is_refused_by_the_server(
    http: httpx.AsyncClient, token: str
) -> None:
    """In a sentence, up to nginx's own limit."""
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    long = b'{"text": "' + b"x" * 2_500_000 + b'"}'
    answer = await http.post("/api/v1/halls/demo/broadcast", content=long, headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


async def test_no_ticket_s_link_is_in_the_log(
    front: Front, hall: RemoteHall, http: httpx.AsyncClient
) -> None:
    """Who has the link may cancel the ticket."""
    taken = await ticket(hall)
    link = await hall.link(taken.ticket)
    secret = link.rpartition("/")[2]

    assert (await http.get(f"{link}?from=slip")).status_code == 200
    assert (await http.get(f"/api/v1/tickets/{secret}/story")).status_code == 200

    wait_until(lambda: "GET /api/v1/tickets/-/story" in front.nginx.log, "the log is written")
    assert '"GET /t/-" ' in front.nginx.log
    assert secret not in front.nginx.log


async def test_a_process_killed_is_not_missed(front: Front, hall: RemoteHall) -> None:
    """The hall goes on, every screen comes back, and no number is given twice or lost."""
    lost = front.servers[0]
    async with screens(front) as boards, busy(hall) as kiosks:
        await kiosks.have_given(20)
        lost.signal(signal.SIGKILL)
        await kiosks.have_given(50)
        now = (await hall.view()).seq
        for board in boards:
            await board.shows(now)
        assert sum(board.coming > 1 for board in boards) == len(boards) // 2
        await asyncio.to_thread(lost.start("server").ready)
        await kiosks.have_given(20)


async def test_processes_are_started_anew_one_after_the_other(
    front: Front, hall: RemoteHall
) -> None:
    """A new version is put in while people take numbers: told to stop, each says goodbye."""
    async with screens(front) as boards, busy(hall) as kiosks:
        for server in front.servers:
            await asyncio.to_thread(server.signal, signal.SIGTERM)
            await asyncio.to_thread(server.start("server").ready)
            await kiosks.have_given(20)
        now = (await hall.view()).seq
        for board in boards:
            await board.shows(now)


async def test_a_reload_loses_nothing(front: Front, hall: RemoteHall) -> None:
    """nginx reads its files anew in the middle of the morning, three times."""
    processes = [server.port for server in front.servers]
    async with screens(front) as boards, busy(hall) as kiosks:
        for _ in range(3):
            front.nginx.configure(processes)
            front.nginx.reload()
            await kiosks.have_given(50)
        now = (await hall.view()).seq
        for board in boards:
            await board.shows(now)
