"""The kiosk's page and its codes, as they are served."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from xml.etree import ElementTree

import httpx
import pytest
import qrcode
from starlette.applications import Starlette

from queue_server.domain.layout import Layout
from queue_server.web.site import Site
from ticketing.kiosk import FOLDER, Settings, code, pages

pytestmark = pytest.mark.anyio

TOKEN = "hall.2026-03-02.A001.abcdefghijklmnopqrstuv"
ONLINE = "https://hall.example/items/G1?a=1&b=2"


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(ticketing=FOLDER)


@pytest.fixture
async def http(site: Site, layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    first, *others = layout.services
    services = (replace(first, online=ONLINE), *others)
    named = replace(layout, name="<示例> & 大厅", services=services)

    async def plan(hall: str) -> Layout | None:
        return named if hall == "hall" else None

    settings = Settings(reader_port=9999, address="https://phones.example/")
    app = Starlette(routes=[*site.routes(), *pages(site, plan, settings)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        yield client


async def test_the_page_hears_the_readers_of_its_own_machine_and_nothing_else(
    http: httpx.AsyncClient,
) -> None:
    """Nothing inline, nothing from elsewhere; one port of loopback."""
    answer = await http.get("/hall/kiosk")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ws://127.0.0.1:9999" in policy
    assert "unsafe" not in policy
    told = json.loads(re.findall(r'id="facts">(.*?)</script>', answer.text)[0])
    assert (told["hall"], told["reader"]) == ("hall", "ws://127.0.0.1:9999")
    assert "&lt;示例&gt; &amp; 大厅" in answer.text


def drawn(svg: bytes) -> set[tuple[int, int]]:
    """The dark modules of a code, by the corners at which they are drawn."""
    path = ElementTree.fromstring(svg).findall(".//{*}path")[0].attrib["d"]
    return {(int(x), int(y)) for x, y in re.findall(r"M(\d+),(\d+)", path)}


def dark(text: str) -> set[tuple[int, int]]:
    """The modules of the same code, as the library itself has them."""
    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    made.add_data(text)
    return {
        (x, y) for y, row in enumerate(made.get_matrix()) for x, module in enumerate(row) if module
    }


async def test_codes_lead_to_the_ticket_and_to_the_online_service(http: httpx.AsyncClient) -> None:
    """At the address that phones can reach."""
    answer = await http.get(f"/hall/kiosk/tickets/{TOKEN}.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert drawn(answer.content) == dark(f"https://phones.example/t/{TOKEN}")
    assert drawn((await http.get("/hall/kiosk/services/G1.svg")).content) == dark(ONLINE)


def test_a_code_has_a_light_ground_in_every_theme() -> None:
    """And four modules of margin, as ISO/IEC 18004 wants it."""
    svg = code("https://hall.example")
    assert b'fill="white"' in svg
    assert min(drawn(svg)) == (4, 4)


@pytest.mark.parametrize(
    "path",
    [
        "hall/kiosk/services/P1.svg",
        "hall/kiosk/services/none.svg",
        "none/kiosk/services/G1.svg",
        "hall/kiosk/tickets/https:%2F%2Fevil.example.svg",
        "hall/kiosk/tickets/a%20b.svg",
        "none/kiosk",
    ],
)
async def test_no_code_for_what_is_not_ours(http: httpx.AsyncClient, path: str) -> None:
    """Nobody makes a government's kiosk draw a code to somewhere else."""
    assert (await http.get(f"/{path}")).status_code == 404


async def test_without_an_address_codes_lead_to_where_the_page_came_from(
    site: Site, layout: Layout
) -> None:
    """A kiosk on the hall's own network is opened by the name that phones use, too."""

    async def plan(_hall: str) -> Layout | None:
        return layout

    transport = httpx.ASGITransport(Starlette(routes=pages(site, plan)))
    async with httpx.AsyncClient(transport=transport, base_url="http://hall.test") as client:
        answer = await client.get(f"/hall/kiosk/tickets/{TOKEN}.svg")
    assert drawn(answer.content) == dark(f"http://hall.test/t/{TOKEN}")
