"""What goes when, and what stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import SQLModel, col, func, select

from queue_server.archive import retention
from queue_server.archive.configuration import Configuration
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid
from queue_server.archive.memory import DayRow, EventRow, RatingRow, VisitRow
from queue_server.archive.retention import DAY, EVENTS, SPOKEN, plan, purge
from queue_server.archive.tables import (
    AcknowledgementRow,
    AuditRow,
    BookingRow,
    HallRow,
    RedactionRow,
    SignInRow,
    TenantRow,
)
from queue_server.archive.terms import LAW, Retention
from queue_server.archive.webhooks import DeliveryRow, HookRow
from queue_server.archive.work_orders import WorkOrderRow

NOW = 1_800_000_000_000
RULES = Retention()
KEEP, PERSONAL = RULES.keep, RULES.personal


@pytest.fixture
def database(configuration: Configuration) -> Database:
    """One hall without a plan."""
    found = configuration.database
    plain: dict[str, Any] = {"languages": [], "rule": {}, "timezone": "Asia/Shanghai"}
    with found.writing() as session:
        session.add(TenantRow(id="city"))
        session.flush()
        session.add(HallRow(id="h", tenant="city", name="h", closing="wait", created=1, **plain))
    return found


def days_ago(days: float) -> int:
    return NOW - round(days * DAY)


TAKEN = {"kind": "ticket.taken", "on_behalf": "王奶奶", "reason": "residence", "lane": "a"}
FINISHED = {"kind": "ticket.finished", "note": "手机号 139…", "outcome": "done"}
CALLED = {"kind": "ticket.called", "rule": "order"}
UNDONE = {
    "kind": "window.undone",
    "restored": json.dumps({"tickets": {"A001": {"note": "x", "state": "called"}}, "windows": []}),
}
DAY_OF = (TAKEN, CALLED, FINISHED, UNDONE)


def a_day(
    database: Database, ago: float, *, sealed: bool = True, events: int = 4, hall: str = "h"
) -> str:
    """A day that was opened so many days ago, with events, a visit and a rating."""
    at, day = days_ago(ago), f"d{ago}"
    with database.writing() as session:
        row = DayRow(hall=hall, day=day, date="2026-01-01", opened=at, closed=at + 1)
        row.count, row.sealed = events, at + 2 if sealed else 0
        session.add(row)
        for seq in range(1, events + 1):
            body = DAY_OF[(seq - 1) % 4]
            kind, text = body["kind"], json.dumps(body)
            session.add(EventRow(hall=hall, day=day, seq=seq, at=at, kind=kind, body=text))
        key: Any = {"hall": hall, "day": day, "ticket": "A001", "date": "2026-01-01"}
        plain: Any = {
            "hour": 9,
            "lane": "a",
            "class_": "ordinary",
            "service": "s",
            "state": "served",
        }
        session.add(VisitRow(taken=at, **key, **plain))
        session.add(RatingRow(at=at, score=5, **key))
        session.add(AcknowledgementRow(hall=hall, day=day, alert="x", by="p", name="李雷", at=at))
    return day


def planned(database: Database, rules: Retention = RULES) -> dict[str, int]:
    with database.reading() as session:
        return {one.what: one.count for one in plan(session, NOW, rules)}


def count(database: Database, table: type[SQLModel]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def bodies(database: Database, day: str) -> list[dict[str, Any]]:
    rows = select(EventRow.body).where(EventRow.day == day).order_by(col(EventRow.seq))
    with database.reading() as session:
        return [json.loads(body) for body in session.exec(rows)]


# --- the terms


@pytest.mark.parametrize("days", [182, 30, 0, -1])
def test_the_law_is_not_up_for_setting(days: int) -> None:
    """Less than half a year of logs is refused, and the law is named."""
    with pytest.raises(Invalid, match=r"keep_days: is .* 183 or more.*网络安全法 Art. 21"):
        Retention(keep=days)


@pytest.mark.parametrize("days", [0, -3, 401])
def test_personal_data_has_a_term_too(days: int) -> None:
    """At least a day, and never longer than the log."""
    with pytest.raises(Invalid, match=r"personal_days: is .* it must be 1 to 400"):
        Retention(personal=days)


def test_half_a_year_may_be_chosen() -> None:
    """The least that the law allows."""
    assert Retention(keep=LAW, personal=LAW).keep == 183


# --- days


def test_a_new_installation_has_nothing_to_purge(database: Database) -> None:
    """And says nothing in the book about it."""
    assert planned(database) == {}
    assert purge(database, NOW, RULES, "test") == {}
    assert count(database, AuditRow) == 0


def test_events_go_when_the_day_is_past_its_term(database: Database) -> None:
    """Those of the old day, and who saw its alerts; the statistics of both days stay."""
    old, young = a_day(database, KEEP + 1), a_day(database, KEEP - 1)

    assert planned(database)[EVENTS] == 4
    assert purge(database, NOW, RULES, "test")[EVENTS] == 4

    assert bodies(database, old) == []
    assert len(bodies(database, young)) == 4
    assert count(database, VisitRow) == count(database, RatingRow) == 2
    assert count(database, AcknowledgementRow) == 1
    with database.reading() as session:
        assert session.get_one(DayRow, ("h", old)).purged == NOW
        assert session.get_one(DayRow, ("h", old)).count == 4
        assert session.get_one(DayRow, ("h", young)).purged == 0


def test_nothing_of_a_day_that_is_not_sealed_goes(database: Database) -> None:
    """However old it is: perhaps the memory has not got all of it."""
    a_day(database, 2000, sealed=False)

    assert planned(database) == {}
    assert purge(database, NOW, RULES, "test") == {}
    assert count(database, EventRow) == 4


def test_a_drill_in_the_past_is_as_young_as_its_sealing(database: Database) -> None:
    """Its own clock may have said 2001; the log of it is of this morning."""
    day = a_day(database, 3000)
    with database.writing() as session:
        session.get_one(DayRow, ("h", day)).sealed = days_ago(0.1)

    assert planned(database) == {}


def test_a_purge_that_was_killed_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In small transactions; each says in the book what went with it, and none goes twice."""
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    days = [a_day(database, KEEP + 1, events=10), a_day(database, KEEP + 2, events=6)]
    steps: list[int] = []

    def killed(_what: str, gone: int) -> None:
        steps.append(gone)
        if len(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(database, NOW, RULES, "test", killed)
    # The transaction in which it was killed is undone as a whole.
    assert count(database, EventRow) == 16 - 6
    first = json.loads(database_line(database).details)
    gone = purge(database, NOW, RULES, "test")

    assert first == {EVENTS: 6}
    assert gone[EVENTS] == 10
    assert [bodies(database, day) for day in days] == [[], []]
    assert purge(database, NOW, RULES, "test") == {}
    assert count(database, AuditRow) == 2


def database_line(database: Database) -> AuditRow:
    with database.reading() as session:
        return session.exec(select(AuditRow).order_by(col(AuditRow.id).desc())).first() or AuditRow(
            at=0, what=""
        )


# --- what is personal


def test_words_about_visitors_go_first(database: Database) -> None:
    """The events stay, and say still what happened; a younger day keeps its words."""
    old, young = a_day(database, PERSONAL + 1), a_day(database, PERSONAL - 1)

    assert planned(database) == {SPOKEN: 1}
    assert purge(database, NOW, RULES, "test") == {SPOKEN: 1}

    taken, called, finished, undone = bodies(database, old)
    assert taken == {"kind": "ticket.taken", "lane": "a"}
    assert called == CALLED
    assert finished == {"kind": "ticket.finished", "outcome": "done"}
    images = json.loads(undone["restored"])
    assert images == {"tickets": {"A001": {"state": "called"}}, "windows": []}
    assert bodies(database, young) == list(DAY_OF)
    with database.reading() as session:
        assert session.get_one(RedactionRow, ("h", old)).events == 3
    assert purge(database, NOW, RULES, "test") == {}


def test_hashes_addresses_and_letters_go(database: Database) -> None:
    """A booking loses its person and a sign-in its address; letters to webhooks go as a whole."""
    with database.writing() as session:
        session.add(HookRow(id=1, tenant="city", url="u", secret="s", kinds=[], created=1))
        session.flush()
        for n, ago in enumerate((PERSONAL + 1, PERSONAL - 1, -3)):
            at, code = days_ago(ago), f"C{n}"
            session.add(BookingRow(hall="h", code=code, service="s", appointed=at, person="hash"))
            letter: Any = {"hook": 1, "hall": "h", "day": "d", "seq": n, "event": code, "kind": "k"}
            session.add(DeliveryRow(**letter, body="{}", state="done", ended=max(at, 0)))
        session.add(DeliveryRow(**letter | {"event": "C9"}, body="{}", state="waiting"))
        for ago in (PERSONAL + 1, LAW + 1):
            session.add(SignInRow(name="li", at=days_ago(ago), address="10.0.0.1", outcome="ok"))

        closed: Any = {"opened": 1, "due": 1, "remind": 0, "answer": "已致电王奶奶"}
        for n, ago in enumerate((KEEP + 1, KEEP - 1, 0)):
            ended = days_ago(ago) if ago else 0
            session.add(WorkOrderRow(hall="h", day="d", ticket=f"A{n}", closed=ended, **closed))

    told = {"work_orders: words": 1, "bookings: person": 1, "deliveries": 1, "sign_ins: address": 1}
    assert planned(database) == told
    assert purge(database, NOW, RULES, "test") == told

    with database.reading() as session:
        rows = session.exec(select(BookingRow).order_by(BookingRow.code)).all()
        assert [row.person for row in rows] == ["", "hash", "hash"]
        ins = session.exec(select(SignInRow).order_by(col(SignInRow.at).desc())).all()
        # The law wants to know from where for half a year.
        assert [row.address for row in ins] == ["10.0.0.1", ""]
        orders = session.exec(select(WorkOrderRow).order_by(WorkOrderRow.ticket)).all()
        assert [bool(row.answer) for row in orders] == [False, True, True]
    assert count(database, DeliveryRow) == 3


def test_the_book_itself_is_kept_as_long_as_the_log(database: Database) -> None:
    """Then its oldest lines go, and that stands in it."""
    with database.writing() as session:
        for ago in (KEEP + 1, KEEP - 1):
            session.add(AuditRow(at=days_ago(ago), what="token.issued"))
            session.add(SignInRow(name="li", at=days_ago(ago), outcome="ok"))

    assert purge(database, NOW, RULES, "test") == {"audit_log": 1, "sign_ins": 1}

    with database.reading() as session:
        lines = session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    assert [line.what for line in lines] == ["token.issued", "memory.purged"]
    assert (lines[1].by, lines[1].at) == ("test", NOW)
    assert json.loads(lines[1].details) == {"audit_log": 1, "sign_ins": 1}


def test_many_rows_go_in_small_steps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the plan says beforehand how many in all, and how old they are."""
    monkeypatch.setattr(retention, "AT_ONCE", 4)
    with database.writing() as session:
        for n in range(10):
            session.add(SignInRow(name="li", at=days_ago(KEEP + 1 + n), outcome="ok"))
    with database.reading() as session:
        (going,) = plan(session, NOW, RULES)
    steps: list[int] = []

    purge(database, NOW, RULES, "test", lambda _, gone: steps.append(gone))

    assert (going.count, going.oldest, going.newest) == (
        10,
        days_ago(KEEP + 10),
        days_ago(KEEP + 1),
    )
    assert steps == [4, 4, 2]
    assert planned(database) == {}
