"""Following and looking: who may, what comes, and how a socket ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from queue_server.api.app import create_app
from queue_server.api.limits import Limits
from queue_server.api.sockets import Close
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.domain.layout import Service
from queue_server.domain.links import Links
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import SECRET, Tokens, running
from tests.conftest import Clock
from tests.installation import PATIENCE

pytestmark = pytest.mark.anyio
DAY = "2026-03-02"

Opener = Callable[..., Any]


@pytest.fixture
def line(url: str) -> Opener:
    """Opens `follow?…` or `pictures/…` of the hall."""

    @asynccontextmanager
    async def opened(
        path: str, token: str = "", hall: str = "hall", **more: Any
    ) -> AsyncIterator[ClientConnection]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"ws{url.removeprefix('http')}/api/v1/halls/{hall}/{path}"
        async with connect(
            address, additional_headers=headers | more.pop("headers", {}), proxy=None, **more
        ) as line:
            yield line

    return opened


async def told(line: ClientConnection) -> Any:
    async with asyncio.timeout(PATIENCE):
        return json.loads(await line.recv())


async def ended(line: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(_to_the_end(line), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.reason
    return closed.value.rcvd.code


async def _to_the_end(line: ClientConnection) -> None:
    while True:
        await line.recv()


async def refused(opening: Any) -> int:
    async with opening as line:
        return await ended(line)


# --- follow


async def test_a_follower_hears_everything_after_its_position(
    line: Opener, tokens: Tokens, hall: RedisHall
) -> None:
    await hall.take("P1")
    async with line(f"follow?after={DAY}:1", tokens("voice")) as follower:
        await hall.take("S1")
        first, second = await told(follower), await told(follower)

    assert (first["ticket"], second["ticket"]) == ("B001", "C001")
    assert (first["kind"], first["day"], first["seq"]) == ("ticket.taken", DAY, 2)


async def test_without_a_position_it_hears_what_comes(
    line: Opener, tokens: Tokens, hall: RedisHall
) -> None:
    await hall.take("P1")
    async with line("follow", tokens("screen")) as follower:
        hearing = asyncio.create_task(told(follower))
        while not hearing.done():
            await asyncio.sleep(0.05)
            await hall.take("S1")
        assert (await hearing)["ticket"].startswith("C")


async def test_who_may_follow(line: Opener, tokens: Tokens) -> None:
    for role in Role:
        async with line(f"follow?after={DAY}:0", tokens(role)) as follower:
            assert (await told(follower))["kind"] == "day.opened"
        assert await refused(line("follow", tokens(role, "other"))) == Close.FORBIDDEN
    assert await refused(line("follow")) == Close.SIGNED_OUT
    assert await refused(line("follow", "jh_nonsense")) == Close.SIGNED_OUT
    assert await refused(line("follow", tokens(), hall="nowhere")) == Close.NOWHERE


@pytest.mark.parametrize(
    "after", ["yesterday", "2026-03-02", ":3", "2026-03-02:x", "a:b:3", "x:99999999999999999999"]
)
async def test_a_position_that_makes_no_sense(after: str, line: Opener, tokens: Tokens) -> None:
    assert await refused(line(f"follow?after={after}", tokens())) == Close.NONSENSE


async def test_ratings_are_not_for_clerks(line: Opener, tokens: Tokens, hall: RedisHall) -> None:
    """In the place of a rating a clerk hears only that something was there."""
    await hall.take("P1")
    await hall.open_window("3")
    await hall.call_next("3")
    await hall.start("3")
    rated = (await hall.rate("B001", 1, reasons=["rude"]))[0]
    after = f"follow?after={DAY}:{rated.seq - 1}"

    async with line(after, tokens("clerk")) as clerk, line(after, tokens("auditor")) as auditor:
        hidden, open_ = await told(clerk), await told(auditor)

    assert hidden == {"kind": "hidden", "day": DAY, "seq": rated.seq, "at": rated.at}
    assert (open_["kind"], open_["score"]) == ("ticket.rated", 1)


async def test_a_revoked_token_is_sent_away(
    line: Opener, tokens: Tokens, configuration: Configuration, clock: Clock
) -> None:
    async with line("follow", tokens("screen")) as follower:
        await asyncio.sleep(0.1)
        configuration.tokens.revoke(configuration.tokens.tokens()[-1].id, clock())
        assert await ended(follower) == Close.SIGNED_OUT


async def test_a_browser_may_offer_its_token_as_a_protocol(line: Opener, tokens: Tokens) -> None:
    """A page cannot set headers on a WebSocket; a foreign page has no token."""
    offered = {"subprotocols": ["bearer", tokens("screen")], "origin": "http://evil.test"}
    async with line(f"follow?after={DAY}:0", **offered) as follower:
        assert follower.subprotocol == "bearer"
        assert (await told(follower))["kind"] == "day.opened"


async def test_a_session_follows_only_from_our_own_page(
    line: Opener, url: str, configuration: Configuration, clock: Clock
) -> None:
    configuration.people.add_person("wang", "a long enough one", clock())
    configuration.people.grant("wang", "clerk", hall="hall")
    token = configuration.sessions.sign_in("wang", "a long enough one", clock()).token
    cookie = {"Cookie": f"jiaohao_session={token}"}

    async with line(f"follow?after={DAY}:0", headers=cookie, origin=url) as follower:
        assert (await told(follower))["kind"] == "day.opened"
    for origin in ("http://evil.test", None):
        with pytest.raises(InvalidStatus) as foreign:
            async with line("follow", headers=cookie, origin=origin):
                pass
        assert foreign.value.response.status_code == 403


async def test_an_old_cookie_is_as_good_as_none(line: Opener, url: str) -> None:
    """Whoever was signed in once still sees what everybody sees, and nothing more."""
    old = {"headers": {"Cookie": "jiaohao_session=jh_long_gone"}, "origin": url}
    async with line("pictures/board", **old) as board:
        assert (await told(board))["picture"] == "board"
    assert await refused(line("pictures/window:3", **old)) == Close.SIGNED_OUT


async def test_a_reader_that_stopped_is_not_waited_for(
    url: str, tokens: Tokens, hall: RedisHall, state: ServerState
) -> None:
    """It is sent away with a code that says come back, and nobody else notices."""
    app = create_app(replace(state, patience=0.3))
    async with running(app) as address:
        host = address.removeprefix("http://")
        async with connect(
            f"ws://{host}/api/v1/halls/hall/follow?after={DAY}:0",
            additional_headers={"Authorization": f"Bearer {tokens()}"},
            proxy=None,
            max_queue=1,
        ) as sleeper:
            plan = (await hall.view()).plan
            more = tuple(Service(code=f"X{n}", name="大" * 200, lane="general") for n in range(30))
            long = replace(plan, services=plan.services + more).to_json()
            for _ in range(400):
                # Each of these events is as long as the plan.
                await hall.change_layout(long)
            await asyncio.sleep(0.45)
            code = await ended(sleeper)
    assert code == Close.TOO_SLOW


# --- pictures


async def test_a_board_is_public_and_changes(line: Opener, hall: RedisHall) -> None:
    async with line("pictures/board") as board:
        empty = await told(board)
        await hall.take("P1")
        waiting = await told(board)
        await hall.open_window("3", clerk="person:7")
        await hall.call_next("3")
        called = await told(board)
        while not called["calls"]:
            called = await told(board)

    assert empty["calls"] == []
    assert {lane["lane"]: lane["waiting"] for lane in waiting["lanes"]}["police"] == 1
    assert [(call["ticket"], call["window"]) for call in called["calls"]] == [("B001", "3")]
    assert "person:7" not in json.dumps(called)


async def test_public_pictures_tell_nothing_private(
    line: Opener, hall: RedisHall, clock: Clock
) -> None:
    """No notes, no reasons, nobody's name, on no picture that needs no sign-in."""
    secrets = ("clerkname", "a private note", "sick", "mother", "a tea break")
    await hall.open_window("3", clerk="clerkname")
    await hall.open_window("4", clerk="clerkname")
    await hall.pause("4", "a tea break")
    await hall.take("P1", on_behalf="mother")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.hold("3", reason="sick")
    await hall.call_next("3")
    await hall.transfer("3", lane="social", note="a private note")
    token = Links(SECRET).token("hall", DAY, "B002")

    for name in ("board", "hall", "lane:police", "lane:social", f"ticket:{token}"):
        async with line(f"pictures/{name}") as looking:
            text = json.dumps(await told(looking), ensure_ascii=False)
        assert [secret for secret in secrets if secret in text] == []


async def test_a_phone_sees_its_own_ticket(line: Opener, hall: RedisHall) -> None:
    await hall.open_window("3")
    await hall.take("P1")
    await hall.take("P1")
    token = Links(SECRET).token("hall", DAY, "B002")

    async with line(f"pictures/ticket:{token}") as phone:
        first = await told(phone)
        await hall.call_next("3")
        second = await told(phone)

    assert (first["ticket"], first["state"], first["ahead"]) == ("B002", "waiting", 1)
    assert first["expected"]["low"] < first["expected"]["high"]
    assert second["ahead"] == 0


async def test_a_link_that_nobody_made(line: Opener) -> None:
    links = Links(SECRET)
    good = links.token("hall", DAY, "B001")
    forged = good.replace("B001", "B002")
    elsewhere = links.token("other", DAY, "B001")
    for token in (forged, elsewhere, good[:-1], "nonsense"):
        assert await refused(line(f"pictures/ticket:{token}")) == Close.NOWHERE


async def test_a_link_of_another_day_is_over(line: Opener, hall: RedisHall) -> None:
    await hall.take("P1")
    token = Links(SECRET).token("hall", "2026-03-01", "B001")

    assert await refused(line(f"pictures/ticket:{token}")) == Close.OVER


async def test_window_pictures_are_for_the_people_of_the_hall(
    line: Opener, tokens: Tokens, hall: RedisHall
) -> None:
    """A screen sees the queue, the clerk the note as well, a kiosk nothing."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.transfer(ticket="B001", to_window="3", note="bring the form")
    await hall.call_next("3")

    async with line("pictures/window:3", tokens("clerk")) as clerk:
        inside = await told(clerk)
    async with line("pictures/window:3", tokens("screen")) as screen:
        outside = await told(screen)

    assert inside["serving"]["note"] == "bring the form"
    assert "note" not in outside["serving"]
    assert await refused(line("pictures/window:3")) == Close.SIGNED_OUT
    for role in ("kiosk", "voice", "printer"):
        assert await refused(line("pictures/window:3", tokens(role))) == Close.FORBIDDEN
    other = tokens("clerk", window="4")
    assert await refused(line("pictures/window:3", other)) == Close.FORBIDDEN


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nonsense", Close.NONSENSE),
        ("board:3", Close.NONSENSE),
        ("lane", Close.NONSENSE),
        ("lane:nowhere", Close.NOWHERE),
    ],
)
async def test_pictures_of_nothing(name: str, code: Close, line: Opener) -> None:
    assert await refused(line(f"pictures/{name}")) == code


async def test_a_slow_reader_skips_to_the_newest(line: Opener, hall: RedisHall) -> None:
    """At most ten pictures a second, and the last one is how it is."""
    async with line("pictures/lane:social") as looking:
        await told(looking)
        for _ in range(50):
            await hall.take("S1")
        pictures = [await told(looking)]
        while pictures[-1]["waiting"] < 50:
            pictures.append(await told(looking))

    assert len(pictures) <= 10


async def test_an_address_has_only_so_many_seats(state: ServerState) -> None:
    app = create_app(replace(state, limits=Limits(seats=2)))
    async with running(app) as address:
        board = f"ws{address.removeprefix('http')}/api/v1/halls/hall/pictures/board"

        async def look() -> ClientConnection:
            return await connect(board, proxy=None)

        first, second = await look(), await look()
        assert await ended(await look()) == Close.TOO_MANY
        await first.close()
        await _soon(look)
        await second.close()


async def _soon(look: Callable[[], Awaitable[ClientConnection]]) -> None:
    for _ in range(20):
        line = await look()
        try:
            await told(line)
        except ConnectionClosed:
            await asyncio.sleep(0.05)
            continue
        await line.close()
        return
    raise AssertionError("the seat is not given back")


def test_codes_say_what_to_do() -> None:
    """4000–4499 come back, 4500–4999 do not; nothing else is used."""
    come_back = {Close.GOING, Close.TOO_SLOW, Close.TOO_MANY, Close.AWAY, Close.BUG}
    assert {code for code in Close if code < 4500} == come_back
    assert all(4000 <= code <= 4999 for code in Close)
