"""hall.js in a real browser: when it comes back, when it does not, and what it says meanwhile.

The server here is a small one that does what a test wants of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from queue_server.web.site import Site
from tests.api.serving import running
from tests.browser.chromium import PATIENCE, Opener, Screen

pytestmark = pytest.mark.anyio

LISTEN = """async ([version, wanted]) => {
  const { watch } = await import(`/static/${version}/web/hall.js`);
  window.pictures = [];
  window.states = [];
  window.line = watch({
    hall: "hall",
    picture: "board",
    onPicture: (picture) => window.pictures.push(picture.seq),
    onLine: (line) => window.states.push([line.state, line.code]),
    ...wanted,
  });
}"""
SAY = """async ([version, words, how]) => {
  const { command } = await import(`/static/${version}/web/hall.js`);
  try {
    return await command("hall", "call_next", words, how);
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message };
  }
}"""

Behaviour = Callable[[WebSocket], Awaitable[None]]


class Server:
    """A hall that behaves as it is told; counts who comes, and keeps what it is told."""

    def __init__(self) -> None:
        self.site = Site()
        self.behave: Behaviour = stay
        self.came = 0
        self.shown: list[list[str]] = []
        self.keys: list[str] = []
        self.answers: list[Response] = []

    async def picture(self, socket: WebSocket) -> None:
        self.came += 1
        self.shown.append(list(socket.scope["subprotocols"]))
        protocols = socket.scope["subprotocols"]
        await socket.accept(protocols[0] if protocols else None)
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.behave(socket)

    async def command(self, request: Request) -> Response:
        self.keys.append(request.headers["idempotency-key"])
        return self.answers.pop(0)

    async def page(self, request: Request) -> Response:
        return self.site.problem(request, "There is no such hall.", languages=("en",), status=200)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                *self.site.routes(),
                WebSocketRoute("/api/v1/halls/hall/pictures/board", self.picture),
                Route("/api/v1/halls/hall/call_next", self.command, methods=["POST"]),
                Route("/", self.page),
            ]
        )

    async def listened(self, window: Opener, url: str, **wanted: Any) -> Screen:
        page = await window(url)
        await page.page.evaluate(LISTEN, [self.site.version, wanted])
        return page


def now() -> int:
    return time.time_ns() // 1_000_000


async def tell(socket: WebSocket, seq: int = 1, **more: Any) -> None:
    await socket.send_text(json.dumps({"seq": seq, "now": now(), "today": {"speed": 1}} | more))


async def stay(socket: WebSocket) -> None:
    await tell(socket)
    while True:
        await socket.receive_text()


def ends(code: int, reason: str = "") -> Behaviour:
    async def behave(socket: WebSocket) -> None:
        await tell(socket)
        await socket.close(code, reason)

    return behave


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def url(server: Server) -> AsyncIterator[str]:
    async with running(server.app()) as address:
        yield address


async def came(server: Server, times: int) -> None:
    async with asyncio.timeout(PATIENCE / 1000):
        while server.came < times:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("code", [1001, 1006, 1011, 4000, 4053, 4100])
async def test_it_comes_back(server: Server, url: str, window: Opener, code: int) -> None:
    """When the server goes away, or says that it may."""

    async def first_ends(socket: WebSocket) -> None:
        if server.came == 1:
            await ends(code if code != 1006 else 1000)(socket)
        else:
            await stay(socket)

    server.behave = first_ends
    page = await server.listened(window, url)
    await came(server, 2)
    await page.until("window.pictures.length === 2")
    states = await page.page.evaluate("window.states.map(([state]) => state)")
    assert states == ["opening", "live", "away", "live"]


@pytest.mark.parametrize("code", [4500, 4503, 4504, 4510])
async def test_it_does_not_come_back(server: Server, url: str, window: Opener, code: int) -> None:
    """When the server says that there is nothing to come back to; and the page hears why."""
    server.behave = ends(code, "no such thing")
    page = await window(url)
    await page.page.clock.install()
    await page.page.evaluate(LISTEN, [server.site.version, {}])
    await page.until("window.states.some(([state]) => state === 'stopped')")
    assert await page.page.evaluate("window.states.at(-1)") == ["stopped", code]
    # Whoever tries again does so within five seconds, and is heard before the next question.
    await page.page.clock.fast_forward(6_000)
    assert await page.page.evaluate("fetch('/').then(({ status }) => status)") == 200
    assert server.came == 1


async def test_a_patient_one_asks_again_much_later(
    server: Server, url: str, window: Opener
) -> None:
    """A screen has nobody who could load it again when the plan has changed."""
    server.behave = ends(4504)
    page = await window(url)
    await page.page.clock.install()
    await page.page.evaluate(LISTEN, [server.site.version, {"patient": True}])
    await page.until("window.states.some(([state]) => state === 'stopped')")
    assert server.came == 1

    server.behave = stay
    await page.page.clock.fast_forward(130_000)
    await page.until("window.states.at(-1)[0] === 'live'")


async def test_a_silent_line_is_dead(server: Server, url: str, window: Opener) -> None:
    """22 s without a word, though nothing was closed: it is given up, and opened again."""
    page = await window(url)
    await page.page.clock.install()
    await page.page.evaluate(LISTEN, [server.site.version, {}])
    await page.until("window.pictures.length === 1")

    await page.page.clock.fast_forward(21_000)
    assert await page.page.evaluate("window.states.at(-1)[0]") == "live"
    await page.page.clock.fast_forward(1_500)
    await page.page.clock.fast_forward(300)
    await came(server, 2)


async def test_any_word_is_life(server: Server, url: str, window: Opener) -> None:
    """`same` says that nothing has changed: no picture is drawn, and the line lives on."""
    more = asyncio.Event()

    async def behave(socket: WebSocket) -> None:
        await tell(socket)
        await more.wait()
        await socket.send_text(json.dumps({"same": 1, "now": now() + 60_000}))
        await stay(socket)

    server.behave = behave
    page = await server.listened(window, url)
    await page.until("window.pictures.length === 1")
    early = await page.page.evaluate("window.line.now()")
    more.set()

    await page.until("window.pictures.length === 2")
    assert await page.page.evaluate("window.line.now()") - early >= 60_000
    assert server.came == 1


async def test_the_clock_runs_as_fast_as_the_hall_s(
    server: Server, url: str, window: Opener
) -> None:
    """In a drill a minute takes a second; delays are counted in real time."""

    async def behave(socket: WebSocket) -> None:
        await tell(socket, today={"speed": 60})
        await asyncio.Event().wait()

    server.behave = behave
    page = await window(url)
    await page.page.clock.install()
    await page.page.evaluate(LISTEN, [server.site.version, {}])
    await page.until("window.pictures.length === 1")
    began = await page.page.evaluate("window.line.now()")
    await page.page.clock.fast_forward(10_000)
    gone = await page.page.evaluate("window.line.now()") - began
    assert 600_000 <= gone < 600_000 * 3
    assert await page.page.evaluate("at => window.line.since(at)", began) == pytest.approx(
        gone / 60, rel=0.5
    )


async def test_a_bad_token_is_put_away(server: Server, url: str, window: Opener) -> None:
    """What everybody may see can still be seen."""

    async def behave(socket: WebSocket) -> None:
        await (ends(4501) if socket.scope["subprotocols"] else stay)(socket)

    server.behave = behave
    page = await server.listened(window, url, token="jh_old")
    await page.until("window.states.filter(([state]) => state === 'live').length === 2")
    assert server.shown == [["bearer", "jh_old"], []]


async def test_tries_become_fewer_and_are_never_at_the_same_time(
    server: Server, url: str, window: Opener
) -> None:
    """From 0.2 s to 5 s, each between half of it and all of it."""
    page = await window(url)
    waits = await page.page.evaluate(
        """async (version) => {
          const { backOff } = await import(`/static/${version}/web/hall.js`);
          return [0, 1, 2, 5, 50].map((tries) => Array.from({ length: 200 }, () => backOff(tries)));
        }""",
        server.site.version,
    )
    for tried, longest in zip(waits, [200, 400, 800, 5000, 5000], strict=True):
        assert longest / 2 <= min(tried) < max(tried) <= longest
        assert len(set(tried)) > 100


async def test_a_command_is_said_until_it_is_heard(
    server: Server, url: str, window: Opener
) -> None:
    """With the same key, so that it is carried out once."""
    server.answers = [
        JSONResponse({"code": "UNAVAILABLE"}, 503),
        JSONResponse({"code": "TOO_MANY"}, 429, {"Retry-After": "1"}),
        Response("<h1>Bad gateway</h1>", 502),
        JSONResponse({"events": [{"kind": "ticket.called"}]}),
    ]
    page = await window(url)
    told = await page.page.evaluate(SAY, [server.site.version, {"window": "1"}, {}])
    assert told == [{"kind": "ticket.called"}]
    assert len(server.keys) == 4
    assert len(set(server.keys)) == 1
    assert len(server.keys[0]) == 32


async def test_a_refusal_is_final(server: Server, url: str, window: Opener) -> None:
    """The page hears the word and the sentence."""
    server.answers = [JSONResponse({"code": "NOBODY", "message": "Nobody is waiting."}, 409)]
    page = await window(url)
    told = await page.page.evaluate(SAY, [server.site.version, {}, {}])
    assert told == {"name": "Refused", "code": "NOBODY", "message": "Nobody is waiting."}


async def test_patience_ends(server: Server, url: str, window: Opener) -> None:
    """Whoever waits is told that nobody answered."""
    server.answers = [JSONResponse({"code": "UNAVAILABLE"}, 503)]
    page = await window(url)
    told = await page.page.evaluate(SAY, [server.site.version, {}, {"patience": 0}])
    assert told["name"] == "Unheard"
