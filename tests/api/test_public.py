"""What is public says nothing about anybody, whatever was written down in the hall."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from queue_server.engine.redis_hall import wall_clock
from tests.api.strangers import heard, outside
from tests.browser.installed import PASSWORD, REGISTER, Town, town

pytestmark = pytest.mark.anyio

PERSON = "5ec4e7" * 8
#: What nobody in the hall may read, by where it was written.
SECRETS = {
    "person": PERSON,
    "on_behalf": "外婆李桂花",
    "booking": "BK-77-GEHEIM",
    "green": "视力残疾一级",
    "hold": "情绪激动先等",
    "transfer": "请核对低保证明",
    "finish": "材料存疑待查",
    "outcome": "rejected-fines",
    "cancel": "身体不适回家",
    "pause": "胃痛去医务室",
    "assist": "要求退款吵闹",
    "printer": "切刀卡纸七号",
    "clerk": "仇博远",
    "sign in": "qiu-bo-77",
    "rating": "bad-manner-13",
}
#: Words of a picture that are about a person.
PRIVATE = {
    *("person", "on_behalf", "booking", "note", "reason", "reasons", "clerk", "clerk_name", "by"),
    *("outcome", "score", "rating", "helper", "assist"),
}


@pytest.fixture(scope="module")
async def place(anyio_backend: str) -> AsyncIterator[Town]:
    async with town() as made:
        yield made


@pytest.fixture(scope="module")
async def told(place: Town) -> dict[str, str]:
    """A morning in which every secret was written down somewhere; number → its link."""
    hall, known, now = place.hall, place.parts.configuration, wall_clock()
    qiu = known.people.add_person(SECRETS["sign in"], PASSWORD, now, SECRETS["clerk"])
    known.people.grant(SECRETS["sign in"], "clerk", hall="demo")
    clerk = f"person:{qiu}"
    for window in ("3", "4", "5"):
        await hall.open_window(window, clerk=clerk, by=clerk)
    await hall.pause("5", SECRETS["pause"], by=clerk)
    await hall.take(
        REGISTER, person=PERSON, on_behalf=SECRETS["on_behalf"], source="guide", by=clerk
    )
    await hall.take(REGISTER, booking=SECRETS["booking"], appointed=now, class_="appointment")
    for _ in range(5):
        await hall.take(REGISTER, source="kiosk")
    await hall.reclassify("B004", "green", SECRETS["green"], by=clerk)
    await hall.cancel("B007", SECRETS["cancel"])
    await hall.device_seen("printer-1", sort="printer", state="failed", error=SECRETS["printer"])
    await hall.print_failed("B006", "printer-1", SECRETS["printer"])

    async def called() -> str:
        (event,) = await hall.call_next("3", by=clerk)
        return str(getattr(event, "ticket", ""))

    first = await called()
    await hall.start("3")
    await hall.finish("3", outcome=SECRETS["outcome"], note=SECRETS["finish"], by=clerk)
    await hall.rate(first, 1, reasons=[SECRETS["rating"]], source="tablet")
    await called()
    await hall.hold("3", SECRETS["hold"], by=clerk)
    await called()
    await hall.transfer("3", to_window="4", note=SECRETS["transfer"], by=clerk)
    await hall.call_next("4", by=clerk)
    await called()
    await hall.assist("3", SECRETS["assist"], by=clerk)
    return {number: await hall.link(number) for number in (await hall.view()).tickets}


async def test_public_pictures_leak_nothing(place: Town, told: dict[str, str]) -> None:
    """No secret in any byte, and no word that is about a person but on that person's own page."""
    token = {number: link.rpartition("/")[2] for number, link in told.items()}
    names = ["hall", "board", "zone:main", "kiosk", "catalogue", "fairness:today"]
    names += [f"{kind}:{n}" for kind in ("sign", "rate") for n in ("1", "3", "4", "5")]
    names += [f"lane:{lane}" for lane in ("police", "social", "general")]
    names += [f"ticket:{one}" for one in token.values()]
    for name in names:
        code, text = await heard(place, f"/api/v1/halls/demo/pictures/{name}")
        assert code == 0, name
        assert leaked(text) == [], name
        if not name.startswith("ticket:"):
            assert words_in(json.loads(text)) & PRIVATE == set(), name
            # Whoever has a number's link may give it up.
            assert [one for one in token.values() if one in text] == [], name


async def test_public_pages_leak_nothing(place: Town, told: dict[str, str]) -> None:
    """Frames, rules, a visitor's own story, what machines may ask: nobody signs in to any."""
    paths = ["/", "/sign-in", "/demo", "/demo/rules", "/demo/kiosk", "/demo/guide", "/demo/windows"]
    paths += ["/demo/windows/3", "/demo/board", "/demo/zones/main", "/demo/signs/3", "/demo/rate/3"]
    paths += ["/demo/services", "/openapi.json", "/healthz", "/readyz", "/metrics"]
    for link in told.values():
        own = link.replace("/t/", "/api/v1/tickets/")
        paths += [link, f"{link}/app.webmanifest", own]
        paths += [f"{own}/story?language={one}" for one in ("zh-CN", "en")]
    async with outside(place) as http:
        for path in paths:
            answer = await http.get(path)
            assert answer.status_code == 200, path
            assert leaked(answer.text) == [], path


async def test_the_secrets_are_there(place: Town, told: dict[str, str]) -> None:
    """Whoever may read them finds them: the test above has looked for the right things."""
    async with outside(place, token=place.token("admin")) as http:
        events = (await http.get("/api/v1/halls/demo/events", params={"limit": 1000})).text
    kept = {where for where, text in SECRETS.items() if text in events}
    # Names are in SQL; whose number it is stays in Redis, and no event tells.
    assert kept == set(SECRETS) - {"clerk", "sign in", "person"}


def leaked(text: str) -> list[str]:
    """Secrets in a text, written as they are or as JSON may write them."""
    plain = text + text.encode().decode("unicode_escape", "ignore")
    return [where for where, secret in SECRETS.items() if secret in plain]


def words_in(told: Any) -> set[str]:
    """All keys, however deep."""
    if isinstance(told, dict):
        return set(told) | {word for one in told.values() for word in words_in(one)}
    if isinstance(told, list):
        return {word for one in told for word in words_in(one)}
    return set()
