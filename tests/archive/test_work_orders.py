"""差评 work orders: opened once a visit, answered in time, appealed once, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from queue_server.archive import work_order_steps as steps
from queue_server.archive import work_orders
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Invalid, NotNow, Unknown
from queue_server.archive.memory import DayRow, RatingRow
from queue_server.archive.work_orders import Outcome, Reminder, State, WorkOrderRow
from queue_server.domain.calendar import Calendar
from queue_server.domain.remembered import Rating
from tests.archive.halls import town_hall

HOUR = 3_600_000
DAY = 24 * HOUR


def at(text: str) -> int:
    """A moment on the hall's own clock."""
    return (
        int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
        * 1000
    )


RATED = at("2026-03-02T10:00:00")
DUE = at("2026-03-10T17:30:00")


def rating(ticket: str = "A001", score: int = 2, **more: Any) -> RatingRow:
    words: dict[str, Any] = {"hall": "east", "day": "2026-03-02", "date": "2026-03-02"}
    words |= {
        "at": RATED,
        "window": "1",
        "clerk": "person:3",
        "service": "51201",
        "lane": "general",
    }
    return RatingRow(**(words | {"ticket": ticket, "score": score} | more))


@pytest.fixture
def known(configuration: Configuration) -> Configuration:
    """A hall that is closed on the Friday of that week."""
    calendar = Calendar(holidays=(date(2026, 3, 6),))
    configuration.publish(town_hall(), calendar, "test", 0)
    return configuration


def write(known: Configuration, *rows: RatingRow) -> int:
    """What the archivist does with ratings."""
    with known.database.writing() as session:
        for row in rows:
            session.merge(row)
        return work_orders.opened(session, rows)


def done(known: Configuration, verb: Callable[..., WorkOrderRow], *words: Any, **more: Any) -> Any:
    with known.database.writing() as session:
        row = verb(session, "east", *words, **more)
        return row.model_dump()


def listed(known: Configuration, now: int = RATED, **wanted: Any) -> list[Any]:
    with known.database.reading() as session:
        return work_orders.listed(session, "east", now, **wanted)


def counted(known: Configuration, now: int) -> dict[str, int]:
    with known.database.reading() as session:
        return {k: n for k, n in work_orders.counted(session, "east", now).items() if n}


def reminded(known: Configuration, now: int) -> list[Reminder]:
    with known.database.writing() as session:
        return work_orders.reminders(session, now)


def test_the_two_lowest_levels_open_one_order_a_visit(known: Configuration) -> None:
    """However often the archivist writes the day; nobody answers for what was assumed."""
    rows = [rating(f"A00{score}", score) for score in range(1, 6)]
    assumed = rating("A009", 2, assumed=True)

    assert write(known, *rows, assumed) == 2
    assert write(known, *rows, assumed) == 0
    assert [one.order.ticket for one in listed(known)] == ["A001", "A002"]
    assert {one.rating.score for one in listed(known)} == {1, 2}


def test_the_archivist_tells_ratings_as_it_knows_them(known: Configuration) -> None:
    """As plain records, in the transaction in which it writes them."""
    words = rating().model_dump()
    with known.database.writing() as session:
        assert work_orders.opened(session, [Rating(**words), Rating(**words | {"score": 5})]) == 1


def test_a_drill_opens_none(known: Configuration) -> None:
    with known.database.writing() as session:
        session.add(DayRow(hall="east", day="drill-1", date="2026-03-02", speed=20, opened=RATED))
    assert write(known, rating(day="drill-1")) == 0


def test_it_is_due_in_five_working_days(known: Configuration) -> None:
    """Monday's is due the Tuesday after, since the Friday between is a holiday."""
    write(known, rating())
    (one,) = listed(known)

    assert one.order.due == DUE
    assert not work_orders.overdue(one.order, DUE)
    assert work_orders.overdue(one.order, DUE + 1)
    assert counted(known, DUE) == {"open": 1}
    assert counted(known, DUE + 1) == {"open": 1, "overdue": 1}
    assert listed(known, DUE, only_overdue=True) == []
    assert len(listed(known, DUE + 1, only_overdue=True)) == 1


def test_an_answer_ends_the_waiting(known: Configuration) -> None:
    """Whoever answers handles it; the same answer again is the same, another one is refused."""
    write(known, rating())
    id_ = listed(known)[0].order.id
    first = done(known, steps.answered, id_, "person:1", RATED + HOUR, "已道歉")
    again = done(known, steps.answered, id_, "person:1", RATED + DAY, "已道歉")

    assert first == again
    assert (first["state"], first["handler"], first["late"]) == (State.ANSWERED, "person:1", False)
    with pytest.raises(NotNow, match="answered"):
        done(known, steps.answered, id_, "person:2", RATED + DAY, "别的")
    with pytest.raises(Unknown):
        done(known, steps.answered, id_ + 1, "person:2", RATED, "别的")


def test_a_late_answer_is_known_as_one(known: Configuration) -> None:
    write(known, rating())
    id_ = listed(known)[0].order.id
    done(known, steps.handled, id_, "person:5", RATED)
    row = done(known, steps.answered, id_, "person:1", DUE + 1, "已道歉")

    assert (row["late"], row["handler"]) == (True, "person:5")
    assert counted(known, DUE + 2) == {"answered": 1}


def test_an_appeal_is_decided_once(known: Configuration) -> None:
    """It has a deadline of its own; upheld or overturned, and nothing else."""
    write(known, rating())
    id_ = listed(known)[0].order.id
    with pytest.raises(NotNow):
        done(known, steps.appealed, id_, "person:3", RATED, "并非本窗口")
    done(known, steps.answered, id_, "person:1", RATED + HOUR, "已核查")
    row = done(known, steps.appealed, id_, "person:3", RATED + DAY, "并非本窗口")
    assert (row["state"], row["due"]) == (State.APPEALED, at("2026-03-11T17:30:00"))
    with pytest.raises(NotNow):
        done(known, steps.closed, id_, "person:1", RATED + DAY)
    with pytest.raises(Invalid, match="outcome"):
        done(known, steps.decided, id_, "person:1", RATED + DAY, "属实", "perhaps")

    decided = done(
        known,
        steps.decided,
        id_,
        "person:1",
        RATED + 2 * DAY,
        "按错了键",
        Outcome.OVERTURNED,
    )
    assert (decided["state"], decided["outcome"]) == (State.ANSWERED, "overturned")
    with pytest.raises(NotNow, match="once"):
        done(known, steps.appealed, id_, "person:3", RATED + 3 * DAY, "再次申诉")
    assert done(known, steps.closed, id_, "person:1", RATED + 3 * DAY)["state"] == "closed"
    with pytest.raises(NotNow):
        done(known, steps.handled, id_, "person:2", RATED + 9 * DAY)


def test_an_open_order_is_not_closed(known: Configuration) -> None:
    """Somebody owes an answer first."""
    write(known, rating())
    with pytest.raises(NotNow, match="open"):
        done(known, steps.closed, listed(known)[0].order.id, "person:1", RATED)


def test_another_hall_has_no_such_order(known: Configuration) -> None:
    known.publish(town_hall("west"), Calendar(), "test", 0)
    write(known, rating(hall="west"))
    with known.database.reading() as session:
        (one,) = work_orders.listed(session, "west", RATED)
    with pytest.raises(Unknown):
        done(known, steps.handled, one.order.id, "person:1", RATED)
    assert listed(known) == []


def test_what_somebody_owes_comes_first(known: Configuration) -> None:
    """Then what is answered, and what is closed, the newest first."""
    tickets = [f"A00{number}" for number in range(1, 6)]
    write(known, *(rating(ticket, at=RATED + n * DAY) for n, ticket in enumerate(tickets)))
    ids = {one.order.ticket: one.order.id for one in listed(known)}
    for n, ticket in enumerate(("A001", "A003", "A004")):
        done(known, steps.answered, ids[ticket], "person:1", RATED, "已核查")
        if n < 2:
            done(known, steps.closed, ids[ticket], "person:1", RATED + n)

    assert [one.order.ticket for one in listed(known)] == ["A002", "A005", "A004", "A003", "A001"]
    two = listed(known, skip=1, limit=2)
    assert [one.order.ticket for one in two] == ["A005", "A004"]
    assert [one.order.ticket for one in listed(known, states=["closed"])] == ["A003", "A001"]


def test_people_are_reminded_before_and_after(known: Configuration) -> None:
    """Once a working day before, once when the time is over, then once a day; and no more when
    it is answered."""
    write(known, rating())
    id_ = listed(known)[0].order.id or 0
    before = at("2026-03-09T17:30:00")
    moments = (before - 1, before, before, DUE, DUE + 1, DUE + 2, DUE + DAY, DUE + DAY + 1)

    told = [[one.overdue for one in reminded(known, now)] for now in moments]

    assert told == [[], [False], [], [], [True], [], [], [True]]
    done(known, steps.handled, id_, "person:5", RATED)
    assert reminded(known, DUE + 3 * DAY) == [Reminder(id_, "east", "open", DUE, True, "person:5")]
    done(known, steps.answered, id_, "person:5", DUE + 3 * DAY, "已道歉")
    assert reminded(known, DUE + 30 * DAY) == []


def test_a_hall_that_nobody_planned_has_office_hours(known: Configuration) -> None:
    """The memory may know halls that the configuration has forgotten."""
    write(known, rating(hall="gone"))
    with known.database.reading() as session:
        (one,) = work_orders.listed(session, "gone", RATED)
    assert one.order.due == at("2026-03-09T17:30:00")


def test_an_order_outlives_its_rating(known: Configuration) -> None:
    """Tables that are made from the log may be made again; answers cannot."""
    write(known, rating())
    with known.database.writing() as session:
        session.delete(session.get(RatingRow, ("east", "2026-03-02", "A001")))
    (one,) = listed(known)
    assert (one.order.ticket, one.rating) == ("A001", None)


def test_sessions_are_the_callers(known: Configuration) -> None:
    """What is opened in a transaction that fails was never opened."""

    class Stop(Exception):
        pass

    def fails(session: Session) -> None:
        work_orders.opened(session, [rating()])
        raise Stop

    with pytest.raises(Stop), known.database.writing() as session:
        fails(session)
    assert listed(known) == []
