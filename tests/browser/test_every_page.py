"""What holds for every page of an installation: everybody can use it, and it is light and quick.

Whether somebody can work with a page is told by the page's own stories; here is what a page must
be before anybody has touched it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, ViewportSize

from tests.browser.axe import violations
from tests.browser.chromium import Screen
from tests.browser.installed import REGISTER, Town, against, town
from tests.browser.tabbing import tabbed
from tests.browser.wire import Wire

pytestmark = pytest.mark.anyio

#: What a page may weigh over the wire, all that it loads and its first pictures included (bytes).
MOST = 150_000
LANGUAGES = ("zh-CN", "en")
#: 1280 × 1024 at a zoom of 400 %.
ENLARGED = ViewportSize(width=320, height=256)
DESK = ViewportSize(width=1280, height=720)


@dataclass(frozen=True)
class Kind:
    """A page: `there` is what stands on it when it is drawn. `who` sits there: a person by name,
    a device by `role:name`. `first` is what it draws: a `socket`'s picture, a `request`'s answer,
    or `nothing` but itself."""

    path: str
    there: str
    who: str = ""
    first: str = "socket"
    #: Read from afar and touched by nobody.
    screen: bool = False


PAGES = (
    Kind("/", "body[data-ready]", first="request"),
    Kind("/sign-in", "#form", first="request"),
    Kind("/demo", "#fairness div"),
    Kind("/demo/rules", ".wall", first="nothing"),
    Kind("/demo/kiosk", ".tile .queue", "kiosk:kiosk-1"),
    Kind("/demo/guide", "#hall-now .lanes", "zhao"),
    Kind("/demo/windows", '#windows [data-window="3"]', "wang"),
    Kind("/demo/windows/3", "#visitor .number", "wang"),
    Kind("/demo/board", "#calls li[data-call]", "screen:board-1", screen=True),
    Kind("/demo/zones/main", "#calls li[data-call]", "screen:zone-1", screen=True),
    Kind("/demo/signs/3", "#sign.called", "screen:sign-3", screen=True),
    Kind("/demo/rate/3", "#rate .idle", "screen:rate-3"),
    Kind("/t/TOKEN", "#place .ahead"),
    Kind("/manage", '[data-hall="demo"]', "chen"),
    Kind("/manage/demo", '#floor [data-window="3"]', "chen"),
    Kind("/manage/demo/layout", "#services .row", "chen", first="request"),
    Kind("/manage/demo/ratings", "#table tbody td", "chen", first="request"),
    Kind("/manage/demo/reports", "body[data-ready]", "chen", first="request"),
    Kind("/manage/demo/past", "body[data-ready] #steps button:enabled", "chen", first="request"),
)


@pytest.fixture(scope="module", params=PAGES, ids=lambda kind: kind.path)
def kind(request: Any) -> Kind:
    """One after the other: all that is to be seen of a page is seen at one visit."""
    found: Kind = request.param
    return found


@pytest.fixture(scope="module")
async def place(anyio_backend: str) -> AsyncIterator[Town]:
    """A hall at work: somebody is called to window 3, and others wait."""
    async with town(others=("other",)) as made:
        hall = made.hall
        for class_ in ("ordinary", "green", "ordinary"):
            await hall.take(REGISTER, class_=class_, source="kiosk")
        await hall.open_window("3", clerk="person:3")
        await hall.call_next("3")
        await hall.open_window("1")
        await hall.pause("1", "lunch")
        yield made


class Visits:
    """Opens pages, with one browser context for whoever sits there."""

    def __init__(self, place: Town, browser: Browser) -> None:
        self.place = place
        self._browser = browser
        self._contexts: dict[str, Any] = {}

    @asynccontextmanager
    async def page(self, kind: Kind) -> AsyncIterator[Screen]:
        """An empty page of the browser at which somebody sits."""
        if kind.who not in self._contexts:
            made = await self._browser.new_context(viewport=DESK, reduced_motion="reduce")
            if kind.who and ":" not in kind.who:
                await self.place.seat(made, kind.who)
            self._contexts[kind.who] = made
        screen = Screen(await self._contexts[kind.who].new_page())
        try:
            yield screen
        finally:
            await screen.page.close()

    async def address(self, kind: Kind, query: str = "") -> str:
        """Where the page is, with the registration of its device."""
        path = kind.path
        if "TOKEN" in path:
            path = await self.place.hall.link("B003")
        role, _, device = kind.who.partition(":")
        mark = f"#token={self.place.token(role)}&device={device}" if device else ""
        return f"{self.place.url}{path}{query}{mark}"

    async def close(self) -> None:
        for context in self._contexts.values():
            await context.close()


@pytest.fixture(scope="module")
async def visits(place: Town, browser: Browser) -> AsyncIterator[Visits]:
    made = Visits(place, browser)
    yield made
    await made.close()


async def there(page: Screen, kind: Kind) -> None:
    await page.see(kind.there)
    # What a page says of its line comes and goes.
    await page.until("(document.querySelector('#line')?.hidden ?? true)")


@dataclass(frozen=True)
class Visit:
    """A page as somebody finds it, in Chinese and light, and what went over its wire till then."""

    page: Screen
    wire: Wire


@pytest.fixture(scope="module")
async def visit(visits: Visits, kind: Kind) -> AsyncIterator[Visit]:
    async with visits.page(kind) as page:
        wire = Wire()
        async with wire.watched(page):
            await page.open(await visits.address(kind, "?language=zh-CN&theme=light"))
            await there(page, kind)
            await page.page.wait_for_load_state("networkidle")
        yield Visit(page, wire)


async def test_it_is_light_and_quick(visit: Visit, kind: Kind) -> None:
    """Under 150 kB with its first pictures; when its scripts are there it opens its line at once,
    waiting for nothing else, and the first thing it hears is the picture."""
    wire = visit.wire
    heaviest = [*wire.sizes.most_common(5), *wire.pictures.items()]
    assert 0 < wire.weight < MOST, (wire.weight, heaviest)
    assert [one for one in wire.failed if "/api/v1/me" not in one and "8701" not in one] == []
    print(f"{kind.path}: {wire.weight} bytes, {dict(wire.pictures)}, {wire.log}")
    if kind.first == "socket":
        waited_for = wire.log[: wire.log.index("socket")]
        assert waited_for == [], "it asked something first"
        heard = [one for one in wire.log if one in ("picture", "same")]
        assert heard[0] == "picture"
    else:
        assert "socket" not in wire.log
        assert wire.log.count("answer") <= (3 if kind.first == "request" else 0)


async def test_a_keyboard_is_enough(visit: Visit, kind: Kind) -> None:
    """Tab comes to everything that can be pressed, in the order in which it stands there, and
    shows where it is. On a screen that nobody touches there is nothing to press."""
    assert kind.screen or await tabbed(visit.page) == []


async def test_everybody_can_use_it(visit: Visit, visits: Visits, kind: Kind) -> None:
    """In both languages and both themes axe finds nothing and the browser has nothing to say."""
    page, found = visit.page, list[str]()
    await page.page.evaluate("document.activeElement.blur()")
    for language in LANGUAGES:
        if language != "zh-CN":
            await page.page.set_viewport_size(DESK)
            await page.open(await visits.address(kind, f"?language={language}&theme=light"))
            await there(page, kind)
        if kind.path.endswith("kiosk") and language == "en":
            await page.page.locator("#aids button", has_text="English").click()
        found += [f"{language} {one}" for one in await against_its_looks(page)]
        await page.page.set_viewport_size(ENLARGED)
        wide = "[document.documentElement.scrollWidth, innerWidth]"
        width, window = await page.page.evaluate(wide)
        if width > window and not kind.screen:
            found.append(f"{language}: at 400 % it is {width} pixels wide")
    assert found + against(page) == []


async def against_its_looks(page: Screen) -> list[str]:
    """What axe finds in either theme."""
    found: list[str] = []
    for theme, media in (("light", "not all"), ("dark", "all")):
        dark = "media => { document.getElementById('dark').media = media }"
        await page.page.evaluate(dark, media)
        found += [f"{theme}: {one}" for one in await violations(page.page)]
    return found


async def test_its_headers_let_nothing_else_in(visits: Visits, kind: Kind) -> None:
    """No script and no style but ours, none inline, in no frame of a stranger; also where there
    is no such page."""
    address = (await visits.address(kind)).partition("#")[0]
    session = visits.place.session(kind.who) if kind.who and ":" not in kind.who else ""
    cookies = {"jiaohao_session": session} if session else {}
    async with httpx.AsyncClient(trust_env=False, cookies=cookies) as http:
        page, missing = await http.get(address), await http.get(f"{address.rstrip('/')}/no/such")

    assert page.status_code == 200
    rules = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert rules["default-src"] == "'self'"
    assert (rules["object-src"], rules["base-uri"]) == ("'none'", "'none'")
    assert (rules["form-action"], rules["frame-ancestors"]) == ("'self'", "'self'")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert set(rules) <= {
        *("default-src", "img-src", "object-src", "base-uri", "form-action", "frame-ancestors"),
        "connect-src",
    }
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert missing.status_code == 404
    assert "Traceback" not in missing.text
