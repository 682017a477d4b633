"""The way in: sign-in, and from the door to everybody's own page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.domain.layout import Layout
from tests.api.serving import running
from tests.browser.axe import violations
from tests.browser.chromium import Opener, Screen
from tests.console.serving import arrives, desks, hired, signed_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def url(state: ServerState, layout: Layout) -> AsyncIterator[str]:
    async with running(desks(state, layout)) as address:
        yield address


async def leaves(page: Screen) -> None:
    """Sign out at the door or wherever there is a button for it."""
    await page.page.click("#out")
    await arrives(page, "/sign-in")


async def sent(page: Screen, url: str) -> Screen:
    """Go to a page that will send one on."""
    await page.page.goto(url, wait_until="commit")
    return page


async def test_everybody_finds_his_own_page(
    url: str, window: Opener, configuration: Configuration
) -> None:
    """A visitor the public page, a clerk his window or the choice, a guide and a manager theirs."""
    hired(configuration, "wang", window="3")
    hired(configuration, "li")
    hired(configuration, "zhao", "guide")
    hired(configuration, "chen", "manager")
    hired(configuration, "wu", full="吴静")
    configuration.people.grant("wu", "guide", hall="hall")

    await arrives(await sent(await window(f"{url}/sign-in"), url), "/hall")
    for name, path in (
        ("wang", "/hall/windows/3"),
        ("li", "/hall/windows"),
        ("zhao", "/hall/guide"),
        ("chen", "/manage"),
    ):
        page = await window(f"{url}/sign-in")
        await signed_in(page, name)
        await arrives(page, path)
    both = await signed_in(await window(f"{url}/sign-in"), "wu")
    await arrives(both, "/")
    await both.reads("#greeting", "吴静，您好")
    ways = both.page.locator("#ways a")
    assert [await way.get_attribute("href") for way in await ways.all()] == [
        "/hall/windows",
        "/hall/guide",
    ]


async def test_several_halls_are_a_list(state: ServerState, layout: Layout, window: Opener) -> None:
    """For visitors; nobody is led to a hall that is not his."""
    other = replace(layout, hall="other", name="另一个大厅")
    async with running(desks(state, layout, other)) as url:
        page = await window(url)
        await page.see("body[data-ready]")
        assert await page.text("#ways") == "测试大厅 另一个大厅"
        assert await page.page.locator("#in").is_visible()


async def test_a_wrong_password_says_so_and_the_right_one_goes_where_one_wanted(
    url: str, window: Opener, configuration: Configuration
) -> None:
    """The way led over a page that needs a name; after too many tries there is a pause."""
    hired(configuration, "wang", full="王芳")
    page = await sent(await window(f"{url}/sign-in"), f"{url}/hall/windows/3?theme=light")
    await arrives(page, "/sign-in?next=%2Fhall%2Fwindows%2F3%3Ftheme%3Dlight")

    await page.page.press("#name", "Enter")
    await page.reads("#trouble", "请输入用户名和密码")
    await signed_in(page, "wang", "not the right one")
    await page.reads("#trouble", "用户名或密码不正确")
    await signed_in(page, "wang")
    await arrives(page, "/hall/windows/3?theme=light")
    await page.reads("#account", "王芳")

    locked = await window(f"{url}/sign-in")
    for _ in range(5):
        await signed_in(locked, "li", "not the right one")
        await locked.reads("#trouble", "用户名或密码不正确")
        await locked.page.fill("#name", "")
        await locked.page.press("#password", "Enter")
        await locked.reads("#trouble", "请输入")
    await signed_in(locked, "li", "not the right one")
    await locked.reads("#trouble", "密码多次错误，请在")


@pytest.mark.parametrize(
    "next_",
    ["https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)", "/sign-in", ""],
)
async def test_it_leads_nowhere_else(
    url: str, window: Opener, configuration: Configuration, next_: str
) -> None:
    """An address that somebody sent around cannot lead to a page that is not ours."""
    hired(configuration, "chen", "manager")
    page = await window(f"{url}/sign-in")
    await page.page.goto(f"{url}/sign-in?next={quote(next_, safe='')}")
    await page.see("#form")
    await signed_in(page, "chen")
    await arrives(page, "/manage")


async def test_who_is_signed_in_may_go_on_or_leave(
    url: str, window: Opener, configuration: Configuration
) -> None:
    """A shared machine says whose it is just now; the back button brings nobody back in."""
    hired(configuration, "wang", full="王芳")
    page = await window(f"{url}/sign-in")
    await signed_in(page, "wang")
    await arrives(page, "/hall/windows")
    await page.see('#windows [data-window="3"]')

    await page.page.goto(f"{url}/sign-in")
    await page.reads("#known", "您已登录为 王芳")
    await page.page.goto(f"{url}/hall/windows")
    await page.see('#windows [data-window="3"]')
    await leaves(page)
    await page.page.go_back()
    await page.see("#form")
    await page.page.go_back(wait_until="commit")
    await arrives(page, "/sign-in?next=%2Fhall%2Fwindows")
    await page.see("#form")
    assert await page.page.locator("#known").is_hidden()


async def test_a_clerk_sees_only_his_windows(
    url: str, window: Opener, configuration: Configuration
) -> None:
    """The others are not offered, and their consoles open for nobody else."""
    hired(configuration, "wang", window="3")
    configuration.people.grant("wang", "clerk", hall="hall", window="4")
    page = await sent(await window(f"{url}/sign-in"), f"{url}/hall/windows")
    await arrives(page, "/sign-in?next=%2Fhall%2Fwindows")
    await signed_in(page, "wang")
    await page.see("#windows a")
    assert await page.page.locator("#windows b").all_inner_texts() == ["3", "4"]

    await page.page.goto(f"{url}/hall/windows/1")
    await page.reads("#visitor", "您无权使用此窗口")
    await page.page.keyboard.press("F4")
    assert "您无权" in await page.text("#visitor")


@pytest.mark.parametrize("path", ["/sign-in", "/", "/hall/windows"])
async def test_everybody_can_use_it(
    state: ServerState,
    layout: Layout,
    window: Opener,
    configuration: Configuration,
    path: str,
) -> None:
    """axe finds nothing, in both languages and themes; the choice is remembered; at 400 % nothing
    has to be scrolled sideways."""
    hired(configuration, "wang")
    async with running(desks(state, layout, replace(layout, hall="other"))) as url:
        page = await window(f"{url}/sign-in", reduced_motion="reduce")
        await signed_in(page, "wang")
        await arrives(page, "/hall/windows")
        if path == "/":
            await page.page.context.clear_cookies()
        await page.page.goto(url + path)
        await page.see("main")
        for language, theme in (("en", "dark"), ("zh-CN", "light")):
            await _chosen(page, language, theme)
            assert await violations(page.page) == []
        await page.page.set_viewport_size({"width": 320, "height": 256})
        assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def _chosen(page: Screen, language: str, theme: str) -> None:
    async with page.page.expect_navigation():
        await page.page.click(f'.choice [value="{language}"]')
    await page.page.click(f'.choice [value="{theme}"]')
    wanted = {"jiaohao_language": language, "jiaohao_theme": theme}
    async with asyncio.timeout(30):
        # What a script keeps is there for the next request a moment later.
        while not wanted.items() <= await _cookies(page):
            await asyncio.sleep(0.02)
    await page.page.reload()
    await page.see(f'html[lang="{language}"][data-theme="{theme}"] .choice')


async def _cookies(page: Screen) -> set[tuple[str, str]]:
    cookies: list[Any] = await page.page.context.cookies()
    return {(one["name"], one["value"]) for one in cookies}
