"""What a hall answers when it is asked."""

from __future__ import annotations

from statistics import quantiles

import httpx
import pytest

from queue_server.api.summary import percentiles
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio
MINUTE = 60_000


async def test_the_hall_now(admin: Asker, hall: RedisHall, clock: Clock) -> None:
    """Who waits how long, what today's waits were, and what a newcomer should expect."""
    await hall.open_window("3", clerk="person:1")
    for _ in range(4):
        await hall.take("P1")
        clock.pass_(minutes=2)
    await hall.call_next("3")

    told = (await admin.get()).json()

    police = next(lane for lane in told["lanes"] if lane["lane"] == "police")
    social = next(lane for lane in told["lanes"] if lane["lane"] == "social")
    window = next(window for window in told["windows"] if window["window"] == "3")
    assert (told["day"], told["state"], told["now"]) == ("2026-03-02", "open", clock())
    assert (police["waiting"], police["oldest_wait"], police["p50"]) == (3, 6 * MINUTE, 8 * MINUTE)
    assert police["expected"]["low"] < police["expected"]["high"]
    assert social["expected"] is None
    assert (window["state"], window["ticket"], window["ticket_state"]) == ("open", "B001", "called")
    assert (told["totals"]["taken"], told["totals"]["waiting"]) == (4, 3)
    assert told["layout"]["name"] == "测试大厅"


async def test_a_window_tells_who_comes_next_and_why(
    admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """The order of the answer is the order in which Lua then calls."""
    await hall.open_window("3")
    await hall.open_window("1")
    await hall.take("P1")
    clock.pass_(minutes=1)
    await hall.take("G1")
    await hall.take("G1", class_="green")

    queue = (await admin.get("/windows/1")).json()["queue"]
    called = [(await hall.call_next("1"))[0] for _ in range(3) if await _free(hall, "1")]

    assert [entry["ticket"] for entry in queue] == ["A002", "A001", "B001"]
    assert [getattr(event, "ticket", "") for event in called] == ["A002", "A001", "B001"]
    green, _, police = (entry["reason"] for entry in queue)
    assert green["counts_from"] == green["entered"] - 15 * MINUTE
    assert (green["head_start"], green["handicap"]) == (15 * MINUTE, 0)
    assert police["handicap"] == 10 * MINUTE
    assert "10 min later here" in police["words"]


async def _free(hall: RedisHall, window: str) -> bool:
    if (await hall.view()).windows[window].ticket:
        await hall.finish(window)
    return True


async def test_a_ticket_tells_how_long(http: httpx.AsyncClient, tokens: Tokens) -> None:
    """People ahead, the range, and, for who prints it, the visitor's link."""
    kiosk, screen = Asker(http, tokens("kiosk")), Asker(http, tokens("screen"))
    link = (await kiosk.say("take", service="P1")).json()["link"]
    await kiosk.say("take", service="P1")

    first, second = (await kiosk.get("/tickets/B001")).json(), (await screen.get("/tickets/B002"))

    assert (first["ahead"], first["link"], first["expected"]) == (0, link, None)
    assert second.json()["ahead"] == 1
    assert "link" not in second.json()
    assert "score" not in second.json()


async def test_devices_and_what_did_not_reach_people(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall, clock: Clock
) -> None:
    """A screen with its last delivery, a slip that is not on paper; for the hall's people only."""
    await hall.open_window("3")
    await hall.take("P1", source="kiosk")
    await hall.print_failed("B001", "printer-1", "缺纸")
    call = (await hall.call_next("3"))[0].seq
    await hall.device_seen("board", sort="screen")
    await hall.shown("B001", call, "board", 80)

    told = (await Asker(http, tokens("guide")).get("/devices")).json()

    (board,) = (one for one in told["devices"] if one["id"] == "board")
    assert (board["state"], board["delivered"], board["delay"]) == ("ok", clock(), 80)
    assert [(slip["ticket"], slip["error"]) for slip in told["unprinted"]] == [("B001", "缺纸")]
    assert told["undelivered"] == []
    assert (await Asker(http, tokens("kiosk")).get("/devices")).status_code == 403


async def test_the_salt_is_for_desks(http: httpx.AsyncClient, tokens: Tokens) -> None:
    """A kiosk hashes with it; whoever takes no tickets has no use for it."""
    told = (await Asker(http, tokens("kiosk")).get("/salt")).json()

    assert len(bytes.fromhex(told["salt"])) == 32
    assert (await Asker(http, tokens("clerk")).get("/salt")).status_code == 403


async def test_a_ticket_is_explained(admin: Asker, hall: RedisHall) -> None:
    await hall.take("P1")
    await hall.open_window("3")
    await hall.call_next("3")

    told = (await admin.get("/tickets/B001/explain")).json()
    chinese = (await admin.get("/tickets/B001/explain", language="zh-CN")).json()

    assert any("called to window 3" in sentence for sentence in told["sentences"])
    assert told["sentences"] != chinese["sentences"]


async def test_events_come_in_pieces(admin: Asker, hall: RedisHall) -> None:
    for _ in range(5):
        await hall.take("P1")

    whole = (await admin.get("/events")).json()["events"]
    piece = (await admin.get("/events", after="2026-03-02:2", limit=2)).json()["events"]

    assert [event["seq"] for event in whole] == [1, 2, 3, 4, 5, 6]
    assert piece == whole[2:4]
    assert (await admin.get("/events", after="1999-01-01:0")).json() == {"events": []}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"after": "yesterday"}, "after"),
        ({"after": "2026-03-02:99999999999999999999"}, "after"),
        ({"after": "x y:1"}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
    ],
)
async def test_bad_questions(query: dict[str, str], field: str, admin: Asker) -> None:
    answer = await admin.get("/events", **query)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_clerk_does_not_read_ratings(
    http: httpx.AsyncClient, tokens: Tokens, hall: RedisHall
) -> None:
    await hall.take("P1")
    await hall.open_window("3")
    await hall.call_next("3")
    await hall.start("3")
    await hall.rate("B001", 1, reasons=["rude"])

    for role, sees in (("clerk", False), ("auditor", True), ("manager", True)):
        asker = Asker(http, tokens(role))
        events = (await asker.get("/events")).json()["events"]
        ticket = (await asker.get("/tickets/B001")).json()
        assert ("ticket.rated" in [event["kind"] for event in events]) is sees
        assert [event["seq"] for event in events] == list(range(1, 7))
        assert ("score" in ticket) is sees


def test_quantiles_are_those_of_the_statistics_module() -> None:
    waits = [100, 200, 400, 800]

    cut = quantiles(waits, n=100, method="inclusive")

    assert percentiles(waits) == {
        "p50": round(cut[49]),
        "p90": round(cut[89]),
        "p95": round(cut[94]),
    }
    assert percentiles([7]) == {"p50": 7, "p90": 7, "p95": 7}
    assert percentiles([]) == {"p50": None, "p90": None, "p95": None}
