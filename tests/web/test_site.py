"""Pages and static files: where they are, what they carry, and who may keep them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.web.site import Site

pytestmark = pytest.mark.anyio

PAGE = """{% extends "web/base.html" %}
{% block title %}{{ title }}{% endblock %}
{% block head %}<script type="module" src="{{ static }}/shop/shop.js"></script>{% endblock %}
{% block body %}<h1>{{ say("Window") }}: {{ title }}</h1>{% endblock %}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A package with one page."""
    folder = tmp_path / "shop"
    (folder / "templates").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "templates" / "page.html").write_text(PAGE)
    (folder / "static" / "shop.js").write_text('document.title = say("Number");')
    return folder


@pytest.fixture
def site(shop: Path) -> Site:
    return Site(shop=shop)


@pytest.fixture
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async def page(request: Request) -> Response:
        return site.page(
            request,
            "shop/page.html",
            languages=("zh-CN", "en"),
            facts={"hall": "</script><b>"},
            title="<i>one & only</i>",
        )

    async def problem(request: Request) -> Response:
        return site.problem(
            request, "There is no such hall.", "Please come again.", languages=("zh-CN", "en")
        )

    app = Starlette(routes=[*site.routes(), Route("/", page), Route("/none", problem)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


async def test_a_page_speaks_its_language_and_escapes_what_it_is_given(
    http: httpx.AsyncClient,
) -> None:
    """No value can become markup."""
    answer = await http.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN"' in answer.text
    assert "<h1>窗口: &lt;i&gt;one &amp; only&lt;/i&gt;</h1>" in answer.text


async def test_scripts_get_their_words_and_facts_as_data(http: httpx.AsyncClient) -> None:
    """The words that the page's scripts say, in its languages, in their order."""
    text = (await http.get("/")).text
    words = json.loads(re.findall(r'id="words">(.*?)</script>', text)[0])
    assert list(words) == ["zh-CN", "en"]
    assert words["zh-CN"]["Number"] == "号码"
    assert words["en"]["Number"] == "Number"
    assert "There is no such hall." not in words["en"]
    facts = json.loads(re.findall(r'id="facts">(.*?)</script>', text)[0])
    assert facts == {"hall": "</script><b>"}


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(http: httpx.AsyncClient) -> None:
    """Which the headers tell the browser to insist on."""
    answer = await http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<style|style=|\son\w+=|https?://", answer.text)
    for script in re.findall(r"<script[^>]*>", answer.text):
        assert "src=" in script or "application/json" in script


async def test_static_files_are_kept_for_ever_and_pages_asked_for_again(
    http: httpx.AsyncClient, site: Site
) -> None:
    """An address with a version never means anything else."""
    page = await http.get("/")
    assert page.headers["cache-control"] == "no-cache"
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        file = await http.get(path)
        assert file.status_code == 200, path
        assert path.startswith(f"/static/{site.version}/")
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["x-content-type-options"] == "nosniff"
    script = await http.get(f"/static/{site.version}/shop/shop.js")
    assert script.headers["content-type"].startswith("text/javascript")


async def test_while_versions_change_any_server_has_the_file(http: httpx.AsyncClient) -> None:
    """But nobody keeps it under the other version's name."""
    file = await http.get("/static/0123456789ab/web/hall.js")
    assert file.status_code == 200
    assert file.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["web/none.js", "web/../site.py", "web/%2e%2e/site.py", "shop/page.html", "", "/etc/passwd"],
)
async def test_nothing_else_is_served(http: httpx.AsyncClient, site: Site, path: str) -> None:
    """Only what lay in a static folder when the server started."""
    assert (await http.get(f"/static/{site.version}/{path}")).status_code == 404


async def test_the_version_changes_with_any_file(
    http: httpx.AsyncClient, site: Site, shop: Path
) -> None:
    """Also with a template; and not without a change."""
    assert (await http.get("/static/version")).json() == {"version": site.version}
    assert Site(shop=shop).version == site.version
    for file in ("static/shop.js", "templates/page.html"):
        before = Site(shop=shop).version
        (shop / file).write_text((shop / file).read_text() + "\n/**/")
        assert Site(shop=shop).version != before


async def test_what_is_served_is_what_the_version_was_taken_of(
    http: httpx.AsyncClient, site: Site, shop: Path
) -> None:
    """Files may be replaced under a running server."""
    shutil.rmtree(shop)
    assert (await http.get(f"/static/{site.version}/shop/shop.js")).status_code == 200
    assert (await http.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("query", "media"),
    [
        ("", "(prefers-color-scheme: dark)"),
        ("?theme=dark", "all"),
        ("?theme=light", "not all"),
        ("?theme=%22%3E%3Cb%3E", "(prefers-color-scheme: dark)"),
    ],
)
async def test_the_theme_is_a_setting(http: httpx.AsyncClient, query: str, media: str) -> None:
    """dark.css holds always, never, or as the machine likes it."""
    text = (await http.get(f"/{query}")).text
    assert f'dark.css" media="{media}"' in text


async def test_a_page_that_is_not_there_says_so_in_words(http: httpx.AsyncClient) -> None:
    """In every language asked for, with the right status."""
    answer = await http.get("/none")
    assert answer.status_code == 404
    assert "没有这个大厅。" in answer.text
    assert "There is no such hall." in answer.text
    assert "content-security-policy" in answer.headers
