"""A hall moves to another machine: backed up there, restored here, as people type it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from queue_server.audit.auditor import audit
from queue_server.domain.events import DayReopened, TicketCalled, TicketTaken
from queue_server.domain.hall import Events
from tests.events import only
from tests.faults.load import settled, the_day
from tests.installation import Installation, hall_at, installed, untouched

pytestmark = pytest.mark.anyio

SERVICE = "512B0003600029"
PASSWORD = "a long enough sentence"


def said(town: Installation, *words: str) -> str:
    told = town.do(*words)
    assert told.returncode == 0, told.stderr
    return told.stdout


def numbers(told: list[Events]) -> set[str]:
    return {event.ticket for one in told for event in one if isinstance(event, TicketTaken)}


async def test_a_hall_moves_to_another_machine(tmp_path: Path) -> None:
    """Backed up while it runs, restored into an empty folder: the same halls and people; the day
    goes on with everybody who waits, and no number is given that was given after the backup."""
    file = tmp_path / "hall.tar.gz"
    with installed() as town, untouched() as new:
        town.start().ready()
        token = town.token()
        words = ("--role", "clerk", "--hall", "demo", "--password", PASSWORD)
        said(town, "user", "add", "wang", *words)
        async with hall_at(town.url, token) as hall:
            day = await settled(hall)
            kept = [await hall.take(SERVICE) for _ in range(5)]
            await hall.open_window("1")
            called = only(await hall.call_next("1"), TicketCalled)
            link = await hall.link(called.ticket)
            before = await the_day(hall, day)
            assert "parts, of " in said(town, "backup", str(file))
            lost = [await hall.take(SERVICE) for _ in range(5)]
        town.remove()

        told = said(new, "restore", str(file))
        assert "demo: the next numbers today are 1000 further on" in told
        new.start().ready()
        async with hall_at(new.url, token) as hall:
            after = [await hall.take(SERVICE) for _ in range(5)]
            stream = await the_day(hall, day)
            view = await hall.view()

        credentials = {"name": "wang", "password": PASSWORD}
        async with httpx.AsyncClient(base_url=new.url, trust_env=False) as http:
            assert (await http.post("/api/v1/sign-in", json=credentials)).status_code == 200
            assert (await http.get(link)).status_code == 200
            halls = (await http.get("/api/v1/halls")).json()
        book = said(new, "log")

    assert [one["hall"] for one in halls["halls"]] == ["demo"]
    assert stream[: len(before)] == before
    assert numbers(after).isdisjoint(numbers(kept) | numbers(lost))
    assert numbers(kept) <= set(view.tickets)
    assert [event for event in stream if isinstance(event, DayReopened)]
    verdict = audit(stream)
    assert verdict.clean, verdict.lines()
    assert "backup.restored" in book


async def test_a_backup_from_before_the_day(tmp_path: Path) -> None:
    """The day was opened after the backup: when it is opened anew, its numbers jump as well."""
    file = tmp_path / "night.tar.gz"
    with installed() as town, untouched() as new:
        token = town.token()
        said(town, "backup", str(file))
        town.start().ready()
        async with hall_at(town.url, token) as hall:
            await settled(hall)
            lost = [await hall.take(SERVICE) for _ in range(3)]
        town.remove()

        said(new, "restore", str(file))
        new.start().ready()
        async with hall_at(new.url, token) as hall:
            day = await settled(hall)
            after = [await hall.take(SERVICE) for _ in range(3)]
            verdict = audit(await the_day(hall, day))

    assert len(numbers(lost)) == len(numbers(after)) == 3
    assert numbers(lost).isdisjoint(numbers(after))
    assert verdict.clean, verdict.lines()
