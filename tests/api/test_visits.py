"""A visitor's own link: what it opens, and that nobody can make one up."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.api.app import create_app
from queue_server.api.limits import Limits, Rate
from queue_server.api.state import ServerState
from queue_server.domain.links import Links
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import SECRET
from tests.conftest import Clock

LINKS = Links(SECRET)
anyio = pytest.mark.anyio
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True)


@given(IDS, IDS, st.from_regex(r"[A-Z]{1,3}[0-9]{3,6}", fullmatch=True))
def test_a_link_leads_back_to_its_ticket(hall: str, day: str, ticket: str) -> None:
    assert LINKS.read(LINKS.token(hall, day, ticket)) == (hall, day, ticket)


@given(st.text(max_size=120))
def test_nobody_can_make_one_up(text: str) -> None:
    assert LINKS.read(text) is None


def test_another_secret_makes_other_links() -> None:
    token = LINKS.token("hall", "2026-03-02", "B001")

    assert Links(SECRET[::-1]).read(token) is None
    assert len(token.rpartition(".")[2]) == 22  # 128 bits


@pytest.fixture
async def link(hall: RedisHall) -> str:
    """The link of B001, which waits behind nobody."""
    await hall.take("P1")
    return f"/api/v1/tickets/{LINKS.token('hall', '2026-03-02', 'B001')}"


@anyio
async def test_a_visitor_sees_and_says_what_is_his(
    http: httpx.AsyncClient, link: str, hall: RedisHall
) -> None:
    """See, step out, come back, give up: without signing in, by the link alone."""
    seen = (await http.get(link)).json()
    away = (await http.post(f"{link}/away", json={})).json()
    back = (await http.post(f"{link}/back")).json()
    cancelled = (await http.post(f"{link}/cancel", json={"reason": "tired"})).json()

    assert (seen["ticket"], seen["ahead"], seen["expected"]) == ("B001", 0, None)
    events = [answer["events"][0] for answer in (away, back, cancelled)]
    assert [event["kind"] for event in events] == [
        "ticket.went_away",
        "ticket.came_back",
        "ticket.cancelled",
    ]
    assert {event["by"] for event in events} == {"visitor"}


@anyio
async def test_a_visitor_rates_once(http: httpx.AsyncClient, link: str, hall: RedisHall) -> None:
    await hall.open_window("3")
    await hall.call_next("3")
    await hall.start("3")

    first = await http.post(f"{link}/rate", json={"score": 5}, headers={"Idempotency-Key": "1"})
    same = await http.post(f"{link}/rate", json={"score": 5}, headers={"Idempotency-Key": "1"})
    again = await http.post(f"{link}/rate", json={"score": 1})

    assert first.json()["events"][0]["source"] == "phone"
    assert same.json() == first.json()
    assert (again.status_code, again.json()["code"]) == (409, "RATED")


@anyio
async def test_a_link_speaks_for_no_other_ticket(http: httpx.AsyncClient, link: str) -> None:
    """Naming a ticket in the body is a mistake, and other commands are not there."""
    named = await http.post(f"{link}/cancel", json={"ticket": "B002"})
    other = await http.post(f"{link}/transfer", json={"lane": "social"})

    assert (named.status_code, named.json()["field"]) == (422, "ticket")
    assert other.status_code == 404
    assert (await http.get(link[:-3] + "xxx")).status_code == 404


@anyio
async def test_why_somebody_is_green_is_not_told_to_visitors(
    http: httpx.AsyncClient, hall: RedisHall
) -> None:
    """What the guide wrote down is for colleagues; whoever has the link is not always alone."""
    await hall.take("P1", class_="green", reason="重病")
    path = f"/api/v1/tickets/{LINKS.token('hall', '2026-03-02', 'B001')}"
    for page in (path, f"{path}/story"):
        answer = await http.get(page)
        assert answer.status_code == 200
        assert "重病" not in answer.text


@anyio
async def test_a_link_ends_with_its_day(
    http: httpx.AsyncClient, link: str, hall: RedisHall, clock: Clock
) -> None:
    """Tomorrow's B001 is somebody else."""
    await hall.close_day("force")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await hall.take("P1")

    assert (await http.get(link)).status_code == 404
    assert (await http.post(f"{link}/cancel", json={})).status_code == 404
    assert (await hall.view()).tickets["B001"].state == "waiting"


@anyio
async def test_an_address_may_not_ask_for_ever(state: ServerState, link: str) -> None:
    app = create_app(replace(state, limits=Limits(link=Rate(3, 1))))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://hall.test"
    ) as http:
        statuses = [(await http.get(link)).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


async def story(http: httpx.AsyncClient, link: str, language: str = "en") -> list[str]:
    told = await http.get(f"{link}/story", params={"language": language})
    assert told.status_code == 200
    return list(told.json()["sentences"])


@anyio
async def test_a_visitor_hears_who_was_called_first_and_why(
    http: httpx.AsyncClient, link: str, hall: RedisHall, clock: Clock
) -> None:
    """By numbers only, in his language; what was before and after his visit is not in it."""
    clock.pass_(minutes=1)
    await hall.take("P1", class_="green")
    await hall.open_window("3")
    await hall.call_next("3")
    await hall.finish("3")
    clock.pass_(minutes=4)
    await hall.call_next("3")
    await hall.finish("3")
    clock.pass_(minutes=1)
    await hall.take("P1")
    await hall.call_next("3")

    assert await story(http, link) == [
        "08:30:00 B001 was taken for 公安; it counts from 08:30:00.",
        "08:31:00 B002, which came later, was called to window 3 before B001: it counts from "
        "08:16:00 (Green channel), and it counted as having come first.",
        "08:35:00 B001 was called to window 3, because it counted as having come first; the wait "
        "was 5 min 0 s.",
        "08:35:00 done at window 3.",
    ]
    assert (await story(http, link, "zh-CN"))[1].startswith("08:31:00 后到的 B002 号先于 B001 号")


@anyio
async def test_a_story_keeps_opinions_and_clerks_words_back(
    http: httpx.AsyncClient, link: str, hall: RedisHall
) -> None:
    """A link may be passed on; nobody's reasons or ratings go with it."""
    await hall.open_window("3")
    await hall.call_next("3")
    await hall.hold("3", reason="papers look odd")
    await hall.unhold("B001", window="3")
    await hall.start("3")
    await hall.finish("3")
    await hall.rate("B001", 1, reasons=["manner"])

    said = " ".join(await story(http, link))
    assert "window 3 put B001 on hold" in said
    assert "odd" not in said
    assert "rated" not in said
    assert (await http.get(f"{link[:-3]}xxx/story")).status_code == 404


@anyio
async def test_a_story_begins_with_its_visit(
    http: httpx.AsyncClient, hall: RedisHall, clock: Clock
) -> None:
    """Also late in a long day, of which it reads no more than it needs."""
    await hall.open_window("3")
    for _ in range(5):
        await hall.take("P1")
        await hall.call_next("3")
        await hall.finish("3")
        clock.pass_(minutes=1)
    await hall.take("P1")

    link = f"/api/v1/tickets/{LINKS.token('hall', '2026-03-02', 'B006')}"
    assert await story(http, link) == ["08:35:00 B006 was taken for 公安; it counts from 08:35:00."]
