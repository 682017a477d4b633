"""Everybody's place in the hall: how people come to their pages, and what they press there."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image
from playwright.async_api import WebSocketRoute

from tests.browser.chromium import Opener, Screen
from tests.browser.installed import PASSWORD, Town, against
from tests.console.serving import arrives, signed_in


class Desks:
    """Opens everybody's page, as everybody comes to it."""

    def __init__(self, place: Town, window: Opener) -> None:
        self._place = place
        self._window = window
        self.url = place.url
        self.all: list[Screen] = []

    async def open(self, path: str, *size: int) -> Screen:
        """A page in a browser of its own."""
        self.all.append(await self._window(self.url + path, *size))
        return self.all[-1]

    async def device(self, role: str, path: str, name: str) -> Screen:
        """A page that is registered as a device of the hall."""
        token = self._place.token(role)
        return await self.open(f"{path}#token={token}&device={name}")

    async def person(self, name: str, path: str) -> Screen:
        """Somebody types name and password, and comes to his own page, which is there."""
        page = await self.open("/sign-in")
        await signed_in(page, name, PASSWORD)
        await arrives(page, path)
        await page.page.wait_for_load_state()
        await marked(page)
        return page

    async def clerk(self, name: str = "wang", number: str = "3") -> Screen:
        """A clerk signs in, chooses a window and opens it by key."""
        page = await self.person(name, "/demo/windows")
        await page.page.click(f'#windows [data-window="{number}"]')
        await ready(page)
        await marked(page)
        await page.page.keyboard.press("F4")
        await at(page, "open")
        return page

    async def well(self) -> None:
        """No page was loaded again, and no browser had anything against one."""
        for one in self.all:
            assert against(one) == [], one.page.url
            assert await one.mark() == "first", one.page.url


async def marked(page: Screen) -> None:
    """From here on it is not loaded again."""
    await page.page.evaluate("window.mark = 'first'")


async def ready(console: Screen) -> None:
    await console.until("'state' in document.body.dataset")
    await console.until("/王芳/.test(document.querySelector('#account').textContent)")


async def at(console: Screen, state: str) -> None:
    await console.until("state => document.body.dataset.state === state", state)


async def press(console: Screen, *keys: str) -> None:
    for key in keys:
        await console.until("document.body.dataset.busy === 'false'")
        await console.page.keyboard.press(key)


async def choose(kiosk: Screen, *words: str) -> None:
    for one in words:
        await kiosk.page.locator("main button", has_text=one).first.click()


def link_in(picture: bytes) -> str:
    """What a phone reads in this picture."""
    with Image.open(io.BytesIO(picture)) as image:
        found = zxingcpp.read_barcodes(image.convert("L"))
    return " ".join(one.text for one in found)


class Deaf:
    """Whether pictures come through to a tab."""

    now = False

    def stands_between(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        server.on_message(lambda message: None if self.now else page.send(message))


async def another_tab(console: Screen, deaf: Deaf | None = None) -> Screen:
    """The same console once more, in the same browser."""
    tab = Screen(await console.page.context.new_page())
    if deaf:
        await tab.page.route_web_socket("**/pictures/**", deaf.stands_between)
    await tab.open(console.page.url)
    await ready(tab)
    return tab
