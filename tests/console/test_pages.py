"""The frames of the pages of the hall's people, as they are served."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from queue_server.console.pages import FOLDER, HallName, pages
from queue_server.domain.layout import Layout
from queue_server.web.site import Site

pytestmark = pytest.mark.anyio
#: What a page may weigh over the wire, all that it loads included (bytes).
MOST = 150_000


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(console=FOLDER)


@pytest.fixture
async def http(site: Site, layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    named = replace(layout, name="<示例> & 大厅", name_en="Sample <Hall>")

    async def plan(hall: str) -> Layout | None:
        return named if hall == "hall" else None

    async def halls() -> Sequence[HallName]:
        return [HallName("hall", named.name, named.name_en)]

    transport = httpx.ASGITransport(Starlette(routes=[*site.routes(), *pages(site, plan, halls)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


def facts(answer: httpx.Response) -> Any:
    return json.loads(re.findall(r'id="facts">(.*?)</script>', answer.text)[0])


async def test_a_console_knows_its_window_and_the_names_of_the_hall(
    http: httpx.AsyncClient, layout: Layout
) -> None:
    """Pictures need not carry them; the digest says of which plan they are."""
    told = facts(await http.get("/hall/windows/3"))
    assert (told["hall"], told["window"], told["picture"]) == ("hall", "3", "window:3")
    assert [lane["lane"] for lane in told["lanes"]] == ["general", "police", "social"]
    assert {"window": "3", "name": "公安", "name_en": "", "lanes": ["police"]} in told["windows"]
    assert told["plan"] == replace(layout, name="<示例> & 大厅", name_en="Sample <Hall>").digest


async def test_a_page_speaks_the_language_that_was_chosen(http: httpx.AsyncClient) -> None:
    """By the address, then by the cookie of this browser, then Chinese."""
    assert '<html lang="zh-CN"' in (await http.get("/sign-in")).text
    english = {"Cookie": "jiaohao_language=en; jiaohao_theme=dark"}
    answer = await http.get("/sign-in", headers=english)
    assert '<html lang="en" data-theme="dark"' in answer.text
    assert "Sign in" in answer.text
    assert 'lang="zh-CN"' in (await http.get("/sign-in?language=zh-CN", headers=english)).text
    odd = {"Cookie": 'jiaohao_language="><b>; jiaohao_theme="><b>'}
    assert '<html lang="zh-CN" data-theme="auto"' in (await http.get("/", headers=odd)).text


async def test_the_door_lists_the_halls(http: httpx.AsyncClient) -> None:
    """For whoever has no script, too; a name is only a name."""
    text = (await http.get("/")).text
    assert '<a href="/hall"><b>&lt;示例&gt; &amp; 大厅</b></a>' in text
    assert "Sample &lt;Hall&gt;" in (await http.get("/?language=en")).text


async def test_services_come_when_somebody_asks(http: httpx.AsyncClient) -> None:
    """A hall may have hundreds: no page waits for them."""
    told = (await http.get("/hall/services")).json()["services"]
    assert ["P1", "户口登记", "", "police"] in told
    assert (await http.get("/none/services")).status_code == 404
    assert "户口登记" not in (await http.get("/hall/windows/3")).text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("none/windows", "没有这个大厅。"),
        ("none/windows/3", "没有这个大厅。"),
        ("hall/windows/77", "本大厅没有这个窗口。"),
    ],
)
async def test_what_is_not_there_is_said_in_words(
    http: httpx.AsyncClient, path: str, says: str
) -> None:
    answer = await http.get(f"/{path}")
    assert answer.status_code == 404
    assert says in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/hall/windows", "/hall/windows/1"])
async def test_nothing_is_inline_and_a_page_is_light(http: httpx.AsyncClient, path: str) -> None:
    """Its own files and all that they import, uncompressed."""
    page = await http.get(path)
    assert not re.search(r"<style|style=|\son\w+=|https?://", page.text)
    assert "unsafe" not in page.headers["content-security-policy"]
    found = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    weight, wanted = len(page.content), list(found)
    while wanted:
        file = await http.get(where := wanted.pop())
        assert file.status_code == 200
        weight += len(file.content)
        for name in re.findall(r'from "(\.[^"]+)"', file.text if where.endswith(".js") else ""):
            further = str(httpx.URL(f"http://hall.test{where}").join(name).path)
            if further not in found:
                found.add(further)
                wanted.append(further)
    assert weight < MOST
