"""The manager's pages, as they are served: to whom, and to whom not."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from display import pages as screens
from ops.manage.pages import BORROWED, CHARTS, FOLDER, pages
from queue_server.archive.principals import Grant, Principal, Role
from queue_server.domain.layout import Layout
from queue_server.web.site import Site

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(BORROWED, manage=FOLDER)


@pytest.fixture
async def http(site: Site, layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever comes is what the header says: a role, in the hall that the test has."""

    async def plan(hall: str) -> Layout | None:
        return layout if hall in ("hall", "other") else None

    async def who(request: Request) -> Principal | None:
        role = request.headers.get("x-role")
        if not role:
            return None
        return Principal("person:1", "林", (Grant(Role(role), frozenset({"hall"})),))

    transport = httpx.ASGITransport(Starlette(routes=[*site.routes(), *pages(site, plan, who)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


async def got(http: httpx.AsyncClient, path: str, role: str = "manager") -> Any:
    return await http.get(path, headers={"x-role": role} if role else {})


def facts(answer: httpx.Response) -> Any:
    return json.loads(re.findall(r'id="facts">(.*?)</script>', answer.text)[0])


OF_HALL = ("", "/layout", "/ratings", "/past", "/reports")
PAGES = ("/manage", *(f"/manage/hall{page}" for page in OF_HALL))


@pytest.mark.parametrize("path", PAGES)
async def test_whoever_has_no_session_signs_in_first(http: httpx.AsyncClient, path: str) -> None:
    """And comes back to the very page."""
    answer = await got(http, f"{path}?language=en", role="")
    assert answer.status_code == 303
    back = path.replace("/", "%2F")
    assert answer.headers["location"] == f"/sign-in?next={back}%3Flanguage%3Den"


@pytest.mark.parametrize("path", PAGES)
async def test_managers_and_auditors_are_let_in(http: httpx.AsyncClient, path: str) -> None:
    """Clerks, guides and devices are not."""
    for role in Role:
        wanted = 200 if role in (Role.ADMIN, Role.MANAGER, Role.AUDITOR) else 403
        assert (await got(http, path, role)).status_code == wanted


async def test_an_auditor_may_look_only(http: httpx.AsyncClient) -> None:
    told = facts(await got(http, "/manage/hall"))
    assert (told["hall"], told["picture"], told["may"]) == ("hall", "manage", True)
    assert facts(await got(http, "/manage/hall", "auditor"))["may"] is False


async def test_another_hall_is_not_shown(http: httpx.AsyncClient) -> None:
    """Not even its frame; one that is not there is said to be so."""
    for path in (f"/manage/other{page}" for page in OF_HALL):
        answer = await got(http, path)
        assert answer.status_code == 403
        assert "您不能管理这个大厅。" in answer.text
        assert 'id="facts">{}' in answer.text
    assert (await got(http, "/manage/none")).status_code == 404


async def test_the_chart_library_comes_from_us(http: httpx.AsyncClient, site: Site) -> None:
    """From the installed package, under our own address, with our own headers."""
    page = await got(http, "/manage/hall")
    assert f'src="/static/{site.version}/{CHARTS}"' in page.text
    script = await http.get(f"/static/{site.version}/{CHARTS}")
    assert script.status_code == 200
    assert b"Chart.js v4" in script.content[:200]
    assert "unsafe" not in page.headers["content-security-policy"]


def loaded(site: Site, page: str) -> set[str]:
    """The files that a page loads, with those that its scripts import."""
    found: set[str] = set()
    asked = re.findall(rf"/static/{site.version}/([\w./-]+)", page)
    while asked:
        name = asked.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js") and name != CHARTS:
            text = site._files[name].content.decode()
            for one in re.findall(r'from "([\w./-]+)"', text):
                asked.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), one)))
    return found - {CHARTS}


async def test_a_page_is_light_without_the_chart_library(
    http: httpx.AsyncClient, site: Site
) -> None:
    """Everything a page loads from its own packages, uncompressed."""
    for path in PAGES:
        page = await got(http, path)
        files = loaded(site, page.text)
        assert {"web/tokens.css", "manage/manage.css"} < files
        size = len(page.content) + sum(len(site._files[name].content) for name in files)
        assert size < 150_000, path


async def test_a_page_knows_the_names_of_its_hall(http: httpx.AsyncClient) -> None:
    """What is rated by its service and lane, and every screen there is, with its page."""
    told = facts(await got(http, "/manage/hall/ratings", "auditor"))
    assert (told["may"], told["services"]["P1"], told["lanes"]["police"]) == (
        *(False, ["户口登记", ""]),
        ["公安", ""],
    )
    screens = facts(await got(http, "/manage/hall/past"))["screens"]
    assert screens[:3] == [
        ["board", "/hall/board"],
        ["zone:main", "/hall/zones/main"],
        ["sign:1", "/hall/signs/1"],
    ]


def test_managers_read_what_visitors_could_say() -> None:
    """The levels and the reasons are those of the rating tablet, in the same words."""
    said = re.compile(r'(?:score: |id: ")?(\w+)\b.*say\("([^"]+)"\)')
    there, here = (
        set(said.findall((folder / "static" / name).read_text("utf-8")))
        for folder, name in ((screens.FOLDER, "levels.js"), (FOLDER, "opinions.js"))
    )
    assert len(here) == 14
    assert here == there
