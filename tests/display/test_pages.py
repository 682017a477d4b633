"""The pages of screens, as they are served."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from display.pages import FOLDER, pages
from queue_server.domain.layout import Layout
from queue_server.web.site import Site

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(display=FOLDER)


@pytest.fixture
async def http(site: Site, layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    named = replace(layout, name="<示例> & 大厅")

    async def plan(hall: str) -> Layout | None:
        return named if hall == "hall" else None

    transport = httpx.ASGITransport(Starlette(routes=[*site.routes(), *pages(site, plan)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


def facts(answer: httpx.Response) -> Any:
    return json.loads(re.findall(r'id="facts">(.*?)</script>', answer.text)[0])


@pytest.mark.parametrize(
    ("path", "picture", "device"),
    [
        ("board", "board", "board"),
        ("zones/main", "zone:main", "zone-main"),
        ("signs/3", "sign:3", "sign-3"),
    ],
)
async def test_a_screen_knows_what_it_shows(
    http: httpx.AsyncClient, path: str, picture: str, device: str
) -> None:
    """Its hall and picture, whose time it keeps, and what it is called as a device."""
    answer = await http.get(f"/hall/{path}")
    assert answer.status_code == 200
    told = facts(answer)
    assert (told["hall"], told["picture"], told["device"]) == ("hall", picture, device)
    assert told["timezone"] == "Asia/Shanghai"
    assert told["languages"] == ["zh-CN", "en"]


async def test_a_screen_is_dark_unless_somebody_wants_otherwise(http: httpx.AsyncClient) -> None:
    """Boards and signs hang in bright halls."""
    assert 'data-theme="dark"' in (await http.get("/hall/board")).text
    assert 'data-theme="light"' in (await http.get("/hall/board?theme=light")).text


async def test_a_name_is_only_a_name(http: httpx.AsyncClient) -> None:
    """Whatever somebody called the hall."""
    assert "&lt;示例&gt; &amp; 大厅" in (await http.get("/hall/board")).text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("none/board", "没有这个大厅。"),
        ("none/signs/1", "没有这个大厅。"),
        ("none/zones/main", "没有这个大厅。"),
        ("hall/signs/77", "本大厅没有这个窗口。"),
        ("hall/zones/west", "本大厅没有这个分区。"),
    ],
)
async def test_what_is_not_there_is_said_in_words(
    http: httpx.AsyncClient, path: str, says: str
) -> None:
    """Whoever mistyped an address knows what to do."""
    answer = await http.get(f"/{path}")
    assert answer.status_code == 404
    assert says in answer.text
    assert "请检查网址" in answer.text
