"""Take a picture of every page, in both languages and both themes: `make screenshots`.

The hall is the sample hall in the middle of a morning (`scene.py`), on a server of its own. What
the README shows is kept in `docs/`; everything else goes into `screenshots/` to be looked at.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.chromium import chromium
from tests.browser.scene import PASSWORD, told
from tests.installation import Installation, installed

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh-CN", "en")
THEMES = ("light", "dark")
DESK, PHONE, WALL, STAND = (1280, 720), (390, 844), (1920, 1080), (1080, 1920)


@dataclass(frozen=True)
class Shot:
    """One page: its address (`{token}`: of a ticket's link), who looks, on what size of screen."""

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    #: Pressed for the second language, where an address does not choose it.
    button: str = ""


SHOTS = (
    Shot("door", "/"),
    Shot("sign-in", "/sign-in"),
    Shot("kiosk", "/demo/kiosk#token={kiosk}", size=STAND, button="English"),
    Shot("kiosk-wide", "/demo/kiosk#token={kiosk}", size=WALL, button="English"),
    Shot("windows", "/demo/windows", "lin"),
    Shot("console", "/demo/windows/3", "lin"),
    Shot("guide", "/demo/guide", "wu"),
    Shot("board", "/demo/board", size=WALL),
    Shot("zone", "/demo/zones/main", size=STAND),
    Shot("sign", "/demo/signs/3", size=WALL),
    Shot("sign-idle", "/demo/signs/8", size=WALL),
    Shot("rate", "/demo/rate/3#token={screen}"),
    Shot("phone-waiting", "{waiting}", size=PHONE),
    Shot("phone-called", "{called}", size=PHONE),
    Shot("phone-served", "{served}", size=PHONE),
    Shot("hall", "/demo"),
    Shot("hall-phone", "/demo", size=PHONE),
    Shot("rules", "/demo/rules"),
    Shot("manage", "/manage", "zhou"),
    Shot("manage-hall", "/manage/demo", "zhou", (1440, 1100)),
    Shot("manage-layout", "/manage/demo/layout", "zhou", (1440, 1100)),
    Shot("missing", "/nowhere/board"),
)
#: What the README shows: name of the file → name of the shot.
SHOWN = {
    "kiosk": "kiosk-wide-zh-CN-light",
    "console": "console-zh-CN-light",
    "board": "board-zh-CN-dark",
    "manage": "manage-hall-zh-CN-light",
}


@asynccontextmanager
async def context(
    browser: Browser, url: str, shot: Shot, language: str, theme: str
) -> AsyncIterator[BrowserContext]:
    """A browser of somebody's own, signed in if it must be."""
    width, height = shot.size
    opened = await browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
    )
    kept = {"jiaohao_language": language, "jiaohao_theme": theme}
    await opened.add_cookies([{"name": k, "value": v, "url": url} for k, v in kept.items()])
    if shot.who:
        words = {"name": shot.who, "password": PASSWORD}
        await opened.request.post(f"{url}/api/v1/sign-in", data=words, headers={"Origin": url})
    yield opened
    await opened.close()


async def take(page: Page, address: str, button: str, into: Path) -> None:
    """One picture, of the whole page where it scrolls."""
    await page.goto(address)
    await page.wait_for_timeout(900)
    if button:
        await page.locator("button", has_text=button).first.click()
        await page.wait_for_timeout(300)
    await page.screenshot(path=into, full_page=True)


async def links(http: httpx.AsyncClient, installation: Installation) -> dict[str, str]:
    """What addresses need: tokens, and the pages of a few tickets."""
    found = {role: installation.token(role) for role in ("kiosk", "screen", "admin")}
    headers = {"Authorization": f"Bearer {found['admin']}"}
    here = "/api/v1/halls/demo"
    now = (await http.get(f"{here}/windows/3", headers=headers)).json()
    events = (await http.get(f"{here}/events", params={"limit": 1000}, headers=headers)).json()
    done = [e["ticket"] for e in events["events"] if e["kind"] == "ticket.finished"]
    wanted = {"called": now["ticket"], "waiting": now["queue"][0]["ticket"], "served": done[-1]}
    for name, ticket in wanted.items():
        told_ = (await http.get(f"{here}/tickets/{ticket}", headers=headers)).json()
        found[name] = told_["link"]
    return found


async def all_shots(installation: Installation, folder: Path, only: list[str]) -> None:
    """Every page that was asked for, four times."""
    url = installation.url
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        known = await links(http, installation)
    async with chromium() as browser:
        for shot in SHOTS:
            if only and shot.name not in only:
                continue
            for language in LANGUAGES:
                for theme in THEMES:
                    path = shot.path.format(**known)
                    bare, _, fragment = path.partition("#")
                    query = f"{bare}?language={language}&theme={theme}#{fragment}"
                    async with context(browser, url, shot, language, theme) as opened:
                        page = await opened.new_page()
                        into = folder / f"{shot.name}-{language}-{theme}.png"
                        pressed = "" if language == LANGUAGES[0] else shot.button
                        await take(page, url + query, pressed, into)
                        print(into.relative_to(ROOT))


def main() -> None:
    """Names of shots as arguments: only those."""
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with installed() as installation:
        told(installation)
        installation.start("all").ready()
        asyncio.run(all_shots(installation, folder, sys.argv[1:]))
    for name, shot in SHOWN.items():
        if (folder / f"{shot}.png").exists():
            shutil.copy(folder / f"{shot}.png", ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    main()
