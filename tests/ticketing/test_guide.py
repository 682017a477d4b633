"""The page of the guide desk, as it is served."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from ticketing.guide import pages
from ticketing.kiosk import FOLDER

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(ticketing=FOLDER)


@pytest.fixture
async def http(site: Site, layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    named = replace(layout, name="<示例> & 大厅")

    async def plan(hall: str) -> Layout | None:
        return named if hall == "hall" else None

    transport = httpx.ASGITransport(Starlette(routes=[*site.routes(), *pages(site, plan, 8709)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


def block(answer: httpx.Response, id_: str) -> Any:
    return json.loads(re.findall(rf'id="{id_}">(.*?)</script>', answer.text)[0])


async def test_it_tells_nothing_but_the_plan(http: httpx.AsyncClient) -> None:
    """Anybody may load the frame: what staff may see comes over the line, to staff."""
    answer = await http.get("/hall/guide")
    assert answer.status_code == 200
    told = block(answer, "facts")
    assert set(told) == {"hall", "name", "name_en", "timezone", "languages", "reader"}
    assert (told["hall"], told["timezone"]) == ("hall", "Asia/Shanghai")
    assert "&lt;示例&gt; &amp; 大厅" in answer.text


async def test_it_speaks_chinese_unless_asked_otherwise(http: httpx.AsyncClient) -> None:
    """In the languages of the hall; a language that the hall does not have changes nothing."""
    assert '<html lang="zh-CN"' in (await http.get("/hall/guide")).text
    english = await http.get("/hall/guide?language=en")
    assert '<html lang="en"' in english.text
    assert list(block(english, "words")) == ["en", "zh-CN"]
    assert '<html lang="zh-CN"' in (await http.get("/hall/guide?language=tlh")).text


async def test_it_hears_the_readers_of_its_own_machine_only(http: httpx.AsyncClient) -> None:
    """Nothing else from elsewhere, and nothing inline."""
    answer = await http.get("/hall/guide")
    rules = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' ws://127.0.0.1:8709" in rules
    assert "default-src 'self'" in rules
    assert "unsafe" not in rules
    assert (
        re.findall(r"<script(?! type=\"application/json\"| type=\"module\" src)", answer.text) == []
    )
    assert " style=" not in answer.text


async def test_there_is_no_desk_where_there_is_no_hall(http: httpx.AsyncClient) -> None:
    """Whoever mistyped an address knows what to do."""
    answer = await http.get("/none/guide")
    assert answer.status_code == 404
    assert "没有这个大厅。" in answer.text
