"""差评 work orders over HTTP: who may see and do what, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from queue_server.archive import work_orders
from queue_server.archive.configuration import Configuration
from queue_server.archive.memory import DayRow, RatingRow
from queue_server.archive.principals import Role
from tests.api.serving import Asker, Tokens
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

DAY = 24 * 3_600_000
READERS = (Role.ADMIN, Role.AUDITOR, Role.MANAGER)
LEADERS = (Role.ADMIN, Role.MANAGER)


def rate(configuration: Configuration, at: int, *scores: int, clerk: str = "person:9") -> None:
    """What the archivist writes: visitors of window 3 who thought so."""
    day: dict[str, Any] = {"hall": "hall", "day": "2026-03-02", "date": "2026-03-02"}
    words = day | {"at": at, "reasons": "slow", "window": "3", "clerk": clerk}
    rows = [RatingRow(**words, ticket=f"B{n:03d}", score=one) for n, one in enumerate(scores, 1)]
    with configuration.database.writing() as session:
        session.merge(DayRow(**day, opened=at))
        session.add_all(rows)
        work_orders.opened(session, rows)


async def orders(who: Asker, **query: Any) -> Any:
    answer = await who.get("/work_orders", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def do(who: Asker, order: int | str, verb: str, hall: str = "hall", **words: Any) -> Any:
    path = f"/api/v1/halls/{hall}/work_orders/{order}/{verb}"
    return await who.http.post(path, json=words, headers=who.headers)


async def test_an_order_from_its_rating_to_its_end(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration, clock: Clock
) -> None:
    """Looked into, answered, appealed, decided, closed; the rating then counts in no share."""
    rate(configuration, clock(), 1, 5)
    who = Asker(http, tokens("manager"))
    (one,) = (await orders(who))["orders"]
    assert (one["state"], one["score"], one["reasons"], one["window"]) == ("open", 1, ["slow"], "3")
    assert (one["ticket"], one["overdue"], one["due"]) == ("B001", False, one["due"])
    id_ = one["id"]

    for verb, words, state in (
        ("handle", {}, "open"),
        ("answer", {"text": "  已联系办事人，\n当面说明。 "}, "answered"),
        ("appeal", {"text": "按错了键"}, "appealed"),
        ("decide", {"text": "属实", "outcome": "overturned"}, "answered"),
        ("close", {}, "closed"),
    ):
        clock.pass_(minutes=5)
        answer = await do(who, id_, verb, **words)
        assert answer.status_code == 200, answer.text
        assert answer.json()["order"]["state"] == state

    (one,) = (await orders(who, state="closed"))["orders"]
    assert one["answer"] == "已联系办事人，\n当面说明。"
    assert (one["outcome"], one["late"], one["closed"]) == ("overturned", False, clock())
    told = (await who.get("/ratings", to="2026-03-31")).json()
    assert told["all"]["levels"] == [0, 0, 0, 0, 1]
    assert (told["all"]["overturned"], told["all"]["bad_share"]) == (1, 0)
    assert [group["key"] for group in told["groups"]] == ["3"]


async def test_who_may_see_and_who_may_do(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration, clock: Clock
) -> None:
    """Managers do, auditors look, the rated and everybody else get nothing; nor does any role of
    another hall, where there is no such order."""
    rate(configuration, clock(), 1)
    for role in Role:
        here, stranger = Asker(http, tokens(role)), Asker(http, tokens(role, hall="other"))
        for path in ("/work_orders", "/ratings"):
            assert (await here.get(path)).status_code == (200 if role in READERS else 403)
            assert (await stranger.get(path)).status_code == 403
        answer = await do(here, 1, "handle")
        assert answer.status_code == (200 if role in LEADERS else 403)
        assert (await do(stranger, 1, "handle")).status_code == 403
    assert (await do(Asker(http, ""), 1, "handle")).status_code == 401


async def test_whoever_was_rated_does_not_learn_by_whom(
    http: httpx.AsyncClient, configuration: Configuration, clock: Clock
) -> None:
    """Nor answers his own order, though he manages the hall; he may appeal."""
    for name in ("ann", "bo"):
        configuration.people.add_person(name, "a long enough one", clock())
        configuration.people.grant(name, "manager", hall="hall")
    rate(configuration, clock(), 1, clerk="person:1")

    async def signed_in(name: str) -> Asker:
        credentials = {"name": name, "password": "a long enough one"}
        answer = await http.post("/api/v1/sign-in", json=credentials)
        assert answer.status_code == 200
        asker = Asker(http, "")
        asker.headers = {"Origin": "http://hall.test"}
        return asker

    ann = await signed_in("ann")
    (own,) = (await orders(ann))["orders"]
    assert (own["ticket"], own["opened"], own["mine"], own["score"]) == ("", 0, True, 1)
    answer = await do(ann, own["id"], "answer", text="我没有错")
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")

    bo = await signed_in("bo")
    assert (await orders(bo))["orders"][0]["ticket"] == "B001"
    assert (await do(bo, own["id"], "answer", text="已核查")).status_code == 200
    ann = await signed_in("ann")
    appealed = await do(ann, own["id"], "appeal", text="并非本窗口")
    assert appealed.json()["order"]["appealed_by"] == "person:1"
    assert appealed.json()["order"]["ticket"] == ""
    decided = await do(ann, own["id"], "decide", text="属实", outcome="overturned")
    assert decided.status_code == 403


async def test_lists_are_chosen(admin: Asker, configuration: Configuration, clock: Clock) -> None:
    """By state, by what is overdue, and a page at a time; the counts are of all."""
    rate(configuration, clock(), 1, 2, 2, 5)
    assert (await do(admin, 2, "answer", text="已核查")).status_code == 200
    clock.pass_(minutes=7 * 24 * 60)

    told = await orders(admin)
    assert told["counts"] == {"open": 2, "answered": 1, "appealed": 0, "closed": 0, "overdue": 2}
    assert [one["id"] for one in told["orders"]] == [1, 3, 2]
    assert [one["id"] for one in (await orders(admin, state="answered"))["orders"]] == [2]
    assert [one["id"] for one in (await orders(admin, overdue="true"))["orders"]] == [1, 3]
    assert [one["id"] for one in (await orders(admin, skip=1, limit=1))["orders"]] == [3]


async def test_what_makes_no_sense_is_named(
    admin: Asker, configuration: Configuration, clock: Clock
) -> None:
    """The field, with a sentence; and nothing has changed."""
    rate(configuration, clock(), 1)
    for words, field in (
        ({}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "a\u0000b"}, "text"),
        ({"text": 5}, "text"),
        ({"text": "a", "note": "b"}, "note"),
    ):
        answer = await do(admin, 1, "answer", **words)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    answer = await do(admin, 1, "decide", text="属实", outcome="perhaps")
    assert (answer.status_code, answer.json()["field"]) == (422, "outcome")
    for path, query, field in (
        ("/work_orders", {"state": "lost"}, "state"),
        ("/work_orders", {"overdue": "1"}, "overdue"),
        ("/work_orders", {"limit": "201"}, "limit"),
        ("/work_orders", {"skip": "-1"}, "skip"),
        ("/ratings", {"by": "ticket"}, "by"),
        ("/ratings", {"from": "2026-02-30"}, "from"),
        ("/ratings", {"from": "20260302"}, "from"),
        ("/ratings", {"from": "2026-03-03", "to": "2026-03-02"}, "from"),
        ("/ratings", {"from": "2016-03-03", "to": "2026-03-02"}, "from"),
    ):
        answer = await admin.get(path, **query)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await orders(admin))["orders"][0]["state"] == "open"


async def test_what_cannot_be_done_now_is_refused(
    admin: Asker, configuration: Configuration, clock: Clock
) -> None:
    """With a sentence that says how it stands."""
    rate(configuration, clock(), 1)
    for verb, words in (
        ("close", {}),
        ("appeal", {"text": "不对"}),
        ("decide", {"text": "属实", "outcome": "upheld"}),
    ):
        answer = await do(admin, 1, verb, **words)
        assert (answer.status_code, answer.json()["code"]) == (409, "WRONG_STATE")
        assert "it is open" in answer.json()["message"]
    for order in ("7", "x", "999999999", "1e3"):
        assert (await do(admin, order, "handle")).status_code == 404
