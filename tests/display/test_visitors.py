"""The pages for visitors, as they are served, and what their addresses are not."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from display.pages import FOLDER
from display.visitors import visitors
from queue_server.domain.calling import CallingRule
from queue_server.domain.layout import Class, Layout
from queue_server.domain.layout_problems import RESERVED
from queue_server.domain.links import Links
from queue_server.web.site import Site

pytestmark = pytest.mark.anyio
LINKS = Links(bytes(32))
SITE = Site(display=FOLDER)
LINK = LINKS.path("hall", "2026-03-02", "B006")


def serving(layout: Layout) -> httpx.AsyncClient:
    """The pages of a hall, before those of others."""

    async def plan(hall: str) -> Layout | None:
        return layout if hall == "hall" else None

    async def theirs(_request: Request) -> Response:
        return PlainTextResponse("theirs")

    others = [Route(f"/{name}", theirs) for name in sorted(RESERVED)]
    routes = [*visitors(SITE, plan, LINKS.read), *others, Route("/manage/rules", theirs)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    return httpx.AsyncClient(transport=transport, base_url="http://hall.test")


@pytest.fixture
async def http(layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(replace(layout, name="<示例> & 大厅", name_en="Sample Hall")) as client:
        yield client


def facts(answer: httpx.Response) -> Any:
    return json.loads(re.findall(r'id="facts">(.*?)</script>', answer.text)[0])


async def test_a_link_opens_the_page_of_its_ticket(http: httpx.AsyncClient) -> None:
    """With its number before any script has run; nobody finds it by a search."""
    answer = await http.get(LINK)
    assert answer.status_code == 200
    assert '<b id="number">B006</b>' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    told = facts(answer)
    assert told["picture"] == f"ticket:{told['token']}"
    assert (told["hall"], told["ticket"], told["misses_allowed"]) == ("hall", "B006", 2)


@pytest.mark.parametrize("token", ["x", "hall.2026-03-02.B006.xxx", LINK[3:-2] + "xx"])
async def test_a_made_up_link_opens_nothing(http: httpx.AsyncClient, token: str) -> None:
    """It is said in words, and a number that somebody made up is not repeated."""
    answer = await http.get(f"/t/{token}")
    assert answer.status_code == 404
    assert "此链接没有对应的号票。" in answer.text
    assert "B006" not in answer.text
    assert (await http.get(f"/t/{token}/app.webmanifest")).status_code == 404


async def test_a_phone_may_keep_the_page(http: httpx.AsyncClient) -> None:
    """On its home screen, under its number; and its notifications have a worker."""
    told = (await http.get(f"{LINK}/app.webmanifest")).json()
    assert (told["short_name"], told["start_url"], told["display"]) == ("B006", LINK, "standalone")
    assert told["icons"][0]["src"].endswith("/web/icon.svg")
    worker = await http.get("/t/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "default-src 'self'" in worker.headers["content-security-policy"]


async def test_what_belongs_to_others_stays_theirs(http: httpx.AsyncClient) -> None:
    """No hall is called so, wherever the routes stand."""
    for name in RESERVED - {"t"}:
        assert (await http.get(f"/{name}")).text == "theirs"
    assert (await http.get("/manage/rules")).text == "theirs"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("none", "没有这个大厅。"),
        ("none/rules", "没有这个大厅。"),
        ("none/rate/3", "没有这个大厅。"),
        ("hall/rate/77", "本大厅没有这个窗口。"),
    ],
)
async def test_what_is_not_there_is_said_in_words(
    http: httpx.AsyncClient, path: str, says: str
) -> None:
    answer = await http.get(f"/{path}")
    assert answer.status_code == 404
    assert says in answer.text


async def test_a_page_is_in_the_language_somebody_wants(http: httpx.AsyncClient) -> None:
    """In the hall's first one otherwise, with the way to the others; a name is only a name."""
    chinese = (await http.get("/hall")).text
    assert '<html lang="zh-CN"' in chinese
    assert "&lt;示例&gt; &amp; 大厅" in chinese
    assert 'href="?language=en"' in chinese
    english = (await http.get("/hall?language=en&theme=dark")).text
    assert '<html lang="en"' in english
    assert "Sample Hall" in english
    assert 'href="?theme=dark&amp;language=zh-CN"' in english
    assert '<html lang="zh-CN"' in (await http.get("/hall?language=nonsense")).text


async def test_the_rules_are_said_in_both_languages(http: httpx.AsyncClient) -> None:
    """The sentence on the wall, and what the slip says of missed calls; no script is needed."""
    text = (await http.get("/hall/rules")).text
    for sentence in (
        "按到达先后叫号。",
        "绿色通道按早到 15 分钟计。",
        "比这更晚来的人不会排到您前面。",
        "叫号 2 次且满 60 秒仍未到窗口的，记为过号。",
        "第 1 次：排在后 3 位之后。",
        "第 2 次：排到队尾。",
        "第 3 次：本号作废。",
        "Green channel counts as if it had come 15 minutes earlier.",
        "No one who comes later than that can pass you.",
    ):
        assert sentence in text
    assert '<script type="module"' not in text


@pytest.mark.parametrize("name", [field.name for field in fields(CallingRule)])
async def test_every_setting_of_the_rule_can_be_read(layout: Layout, name: str) -> None:
    """Another number is another sentence, in both languages."""
    other = getattr(layout.rule, name) * 2
    changed = replace(layout, rule=replace(layout.rule, **{name: other})).checked()
    pages = []
    for hall in (layout, changed):
        async with serving(hall) as client:
            text = (await client.get("/hall/rules")).text
        chinese, english = re.findall(r"<article.*?</article>", text, re.DOTALL)
        pages.append((chinese, english))
    assert pages[0][0] != pages[1][0]
    assert pages[0][1] != pages[1][1]


async def test_rules_that_are_switched_off_are_not_said(layout: Layout) -> None:
    """Nothing is promised that does not hold."""
    rule = CallingRule(reserve=0, ceiling=0, green_promise=0, back_behind=0, misses_allowed=0)
    plain = replace(
        layout, rule=rule, classes=(Class("ordinary", "普通"), Class("green", "绿色", 450_000))
    )
    async with serving(plain) as client:
        # All pages have the same block of words.
        text = (await client.get("/hall/rules")).text.partition("<main>")[2]
    assert "绿色按早到 7.5 分钟计。" in text
    assert "过号后本号作废" in text
    for unsaid in ("预约", "优先", "晚到", "排到队尾", " 0 "):
        assert unsaid not in text
