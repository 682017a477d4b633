"""Bookings over HTTP: who writes and who looks, and that one booking gives one number."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from queue_server.archive.bookings import EARLY, LATE
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

DAY = 86_400_000
LOOKERS = (Role.ADMIN, Role.CLERK, Role.GUIDE, Role.KIOSK, Role.MANAGER)
LISTERS = (Role.ADMIN, Role.GUIDE, Role.MANAGER)
WRITERS = (Role.ADMIN, Role.MANAGER)


async def book(who: Asker, code: str, hall: str = "hall", **words: Any) -> Any:
    words = {name.rstrip("_"): value for name, value in words.items()}
    path = f"/api/v1/halls/{hall}/bookings/{code}"
    return await who.http.put(path, json=words, headers=who.headers)


async def unbook(who: Asker, code: str, hall: str = "hall") -> Any:
    return await who.http.delete(f"/api/v1/halls/{hall}/bookings/{code}", headers=who.headers)


@pytest.fixture
def kiosk(http: httpx.AsyncClient, tokens: Tokens) -> Asker:
    return Asker(http, tokens("kiosk"))


async def test_a_code_is_looked_up(
    admin: Asker, kiosk: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Service, time and how it stands as the day goes on; nothing of the person."""
    at = clock() + EARLY + 60_000
    written = await book(admin, "BK-2071", service="P1", appointed=at, person="aGFzaA==")
    assert written.status_code == 200

    states = []
    for seconds in (0, 60, (EARLY + LATE) // 1000 + 1):
        clock.pass_(seconds=seconds)
        answer = await kiosk.get("/bookings/bk-2071")
        states.append(answer.json()["state"])
        assert "aGFzaA" not in answer.text
    assert states == ["early", "due", "late"]
    told = answer.json()
    assert (told["code"], told["service"], told["appointed"]) == ("BK-2071", "P1", at)
    for code in ("BK-2072", "no"):
        unknown = await kiosk.get(f"/bookings/{code}")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "NO_BOOKING")


async def test_a_booking_gives_its_own_number(
    admin: Asker, kiosk: Asker, hall: RedisHall, clock: Clock, configuration: Configuration
) -> None:
    """Service, time and class are the registry's, whatever was said; then it is used."""
    at = clock() + 600_000
    await book(admin, "BK-2071", service="P1", appointed=at, class_="green")

    said: dict[str, Any] = {"service": "S1", "booking": "bk-2071", "appointed": 1}
    said["class"] = "ordinary"
    taken = (await kiosk.say("take", **said)).json()["events"][0]

    assert (taken["ticket"], taken["services"], taken["class"]) == ("B001", ["P1"], "green")
    assert (taken["booking"], taken["entered"]) == ("BK-2071", at)
    told = (await kiosk.get("/bookings/BK-2071")).json()
    assert (told["state"], told["ticket"]) == ("used", "B001")
    kept = configuration.bookings.find("hall", "BK-2071")
    assert kept is not None
    assert (kept.ticket, kept.day) == ("B001", "2026-03-02")
    for answer in (
        await book(admin, "BK-2071", service="P1", appointed=at),
        await unbook(admin, "BK-2071"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "BOOKING_USED")


async def test_one_booking_is_one_number(
    admin: Asker, kiosk: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Ten kiosks at once; the same press again has its answer again, another is told which."""
    await book(admin, "BK-2071", service="P1", appointed=clock())
    answers = await asyncio.gather(
        *(kiosk.say("take", key=f"{n}", service="P1", booking="BK-2071") for n in range(10))
    )
    (first,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert list((await hall.view()).tickets) == ["B001"]

    same = await kiosk.say("take", key=f"{first}", service="P1", booking="BK-2071")
    again = await kiosk.say("take", key="later", service="P1", booking="BK-2071")
    assert same.json() == answers[first].json()
    assert (again.status_code, again.json()["code"]) == (409, "DUPLICATE")
    assert "B001" in again.json()["message"]


async def test_what_else_the_visitor_came_for(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """One more service comes along with the booked one; the quota is counted as ever."""
    await book(admin, "BK-2071", service="P2", appointed=clock())
    taken = await admin.say("take", services=["S1", "P2"], booking="BK-2071")
    assert taken.json()["events"][0]["services"] == ["P2", "S1"]

    await hall.take("P2")
    await hall.take("P2")
    await book(admin, "BK-2072", service="P2", appointed=clock())
    refused = await admin.say("take", service="P2", booking="BK-2072")
    assert refused.json()["code"] == "QUOTA"


async def test_a_booking_that_does_not_hold_gives_no_number(
    admin: Asker, kiosk: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Cancelled, for another day, or nobody's: refused, and a time of its own is no booking."""
    await book(admin, "CANCELLED", service="P1", appointed=clock())
    assert (await unbook(admin, "CANCELLED")).status_code == 200
    assert (await unbook(admin, "cancelled")).status_code == 200
    await book(admin, "TOMORROW", service="P1", appointed=clock() + DAY)

    async def told(**words: Any) -> str:
        return str((await kiosk.say("take", service="P1", **words)).json()["code"])

    assert await told(booking="CANCELLED") == "BOOKING_CANCELLED"
    assert await told(booking="TOMORROW") == "NOT_TODAY"
    assert await told(booking="NOBODYS") == "NO_BOOKING"
    assert await told(booking="BK/7@1772413200000") == "NO_BOOKING"
    assert await told(appointed=clock()) == "INVALID"
    assert (await unbook(admin, "NOBODYS")).json()["code"] == "NO_BOOKING"
    assert (await hall.view()).tickets == {}
    # The guide has the letter of a platform that we don't know in her hand.
    assert (await admin.say("take", service="P1", booking="LETTER-7")).status_code == 200


async def test_the_hall_knows_what_was_not_written_down(
    admin: Asker, kiosk: Asker, hall: RedisHall, clock: Clock
) -> None:
    """The database was away when the number was given: the booking is used all the same."""
    await book(admin, "BK-2071", service="P1", appointed=clock())
    await hall.take("P1", booking="BK-2071")
    told = (await kiosk.get("/bookings/BK-2071")).json()
    assert (told["state"], told["ticket"]) == ("used", "B001")


async def test_the_bookings_of_a_day(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """By the hall's own clock, in order; another day has its own."""
    for code, at in (("LATER", clock() + 9), ("SOONER", clock()), ("TOMORROW", clock() + DAY)):
        await book(admin, code, service="P1", appointed=at, person="aGFzaA==")

    today = await admin.get("/bookings")
    assert [one["code"] for one in today.json()["bookings"]] == ["SOONER", "LATER"]
    assert today.json()["date"] == "2026-03-02"
    assert "aGFzaA" not in today.text
    tomorrow = await admin.get("/bookings", date="2026-03-03")
    assert [one["code"] for one in tomorrow.json()["bookings"]] == ["TOMORROW"]
    for wrong in ("today", "2026-02-30", "0001-01-01", "9999-12-31", "2026-3-2"):
        answer = await admin.get("/bookings", date=wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, "date")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"appointed": 1}, "service"),
        ({"service": "none", "appointed": 1}, "service"),
        ({"service": "P1"}, "appointed"),
        ({"service": "P1", "appointed": "soon"}, "appointed"),
        ({"service": "P1", "appointed": 2**60}, "appointed"),
        ({"service": "P1", "appointed": 1, "class": "none"}, "class"),
        ({"service": "P1", "appointed": 1, "person": "张三"}, "person"),
        ({"service": "P1", "appointed": 1, "name": "张三"}, "name"),
    ],
)
async def test_what_is_wrong_is_named(
    admin: Asker, hall: RedisHall, words: dict[str, Any], field: str
) -> None:
    answer = await book(admin, "BK-2071", **words)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await book(admin, "no", service="P1", appointed=1)).json()["field"] == "code"


async def test_who_may_look_and_who_may_write(
    http: httpx.AsyncClient, tokens: Tokens, admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Each role in its own hall; nobody in another's."""
    words: dict[str, Any] = {"service": "P1", "appointed": clock()}
    await book(admin, "BK-2071", **words)
    for role in Role:
        here, stranger = Asker(http, tokens(role)), Asker(http, tokens(role, hall="other"))
        assert (await here.get("/bookings/BK-2071")).status_code == (
            200 if role in LOOKERS else 403
        )
        assert (await here.get("/bookings")).status_code == (200 if role in LISTERS else 403)
        wanted = 200 if role in WRITERS else 403
        assert (await book(here, "BK-3000", **words)).status_code == wanted
        assert (await unbook(here, "BK-3000")).status_code == wanted
        assert (await stranger.get("/bookings/BK-2071")).status_code == 403
        assert (await stranger.get("/bookings")).status_code == 403
        assert (await book(stranger, "BK-3000", **words)).status_code == 403
        assert (await unbook(stranger, "BK-3000")).status_code == 403
    assert (await Asker(http, "").get("/bookings/BK-2071")).status_code == 401
