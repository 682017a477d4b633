"""Today's tickets as a table, and what a usual day is."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from queue_server.api.exports import COLUMNS
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Asker
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


async def table(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_ticket_is_a_row_without_anything_about_a_person(
    admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Times stand as the hall's own clock says them; waits in seconds."""
    await hall.open_window("3")
    await hall.take("P1", source="kiosk-1", on_behalf="王", person="ab12")
    clock.pass_(minutes=5)
    await hall.call_next("3")
    await hall.start("3")
    clock.pass_(minutes=2)
    await hall.finish("3", outcome="受理", note="电话 123")
    await hall.take("S1")

    answer = await admin.get("/tickets.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="hall-2026-03-02.csv"' in answer.headers["content-disposition"]
    served, waiting = await table(answer)
    assert tuple(served) == COLUMNS
    assert (served["ticket"], served["state"], served["taken"]) == (
        "B001",
        "served",
        "2026-03-02 08:30:00",
    )
    assert (served["wait_s"], served["service_s"], served["outcome"]) == ("300", "120", "受理")
    assert (waiting["ticket"], waiting["called"], waiting["wait_s"]) == ("C001", "", "")
    for secret in ("王", "ab12", "123"):
        assert secret not in answer.text


async def test_a_wait_stays_when_the_visitor_was_held(
    admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Called back to the window, nobody has waited for less, nor for more."""
    await hall.open_window("3")
    number = getattr((await hall.take("P1"))[0], "ticket", "")
    clock.pass_(minutes=5)
    await hall.call_next("3")
    await hall.start("3")
    clock.pass_(minutes=2)
    await hall.hold("3")
    await hall.call("3", number)

    (row,) = await table(await admin.get("/tickets.csv"))

    assert row["wait_s"] == "300"


async def test_a_cell_is_no_formula(admin: Asker, hall: RedisHall) -> None:
    """Whatever somebody wrote as an outcome, a spreadsheet shows it and does nothing."""
    await hall.open_window("3")
    await hall.take("P1")
    await hall.call_next("3")
    await hall.finish("3", outcome='=HYPERLINK("http://evil.test")')
    (row,) = await table(await admin.get("/tickets.csv"))
    assert row["outcome"].startswith("'=")


async def test_a_usual_day_is_made_of_earlier_days(
    admin: Asker, hall: RedisHall, clock: Clock
) -> None:
    """Not of today, and not of days on which nothing happened."""
    assert (await admin.get("/usual")).json() == {"days": 0, "hours": []}
    for _ in range(4):
        await hall.take("P1")
    await hall.close_day("force")
    clock.pass_(minutes=24 * 60)
    await hall.open_day()
    await hall.take("P1")
    await hall.take("P1")
    await hall.close_day("force")
    clock.pass_(minutes=2 * 24 * 60)
    await hall.open_day()
    await hall.take("S1")

    told = (await admin.get("/usual")).json()

    assert told == {"days": 2, "hours": [{"hour": 8, "taken": 3, "called": 0, "wait": None}]}
