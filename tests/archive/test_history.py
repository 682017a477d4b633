"""Reading the memory: days, events of a day, records of a range of dates."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.archive.database import Database
from queue_server.archive.entries import body, digest, entry, event_of
from queue_server.archive.history import History
from queue_server.archive.ledger import EVENTS, Ledger
from queue_server.domain.calling import Head
from queue_server.domain.codec import UnknownEvent
from queue_server.domain.events import KINDS, DayOpened, Event, TicketTaken
from queue_server.domain.hall import Position
from queue_server.domain.layout import Layout
from queue_server.domain.story import Story
from queue_server.domain.tickets import Step

MINUTE, DAY = 60_000, 24 * 3_600_000
OPENS = 1_772_411_400_000

words = st.text(max_size=12)
st.register_type_strategy(Head, st.builds(Head))
st.register_type_strategy(Step, st.builds(Step))
SOME = st.sampled_from(list(KINDS.values())).flatmap(st.builds)


def some_day(layout: Layout, nth: int, tickets: int) -> list[Event]:
    """A day of visitors who all wait until the end."""
    begins, day = OPENS + nth * DAY, f"2026-03-{nth + 2:02d}"
    told: list[Event] = [DayOpened(day=day, seq=1, at=begins, layout=layout.to_json())]
    for number in range(tickets):
        at = begins + number * MINUTE
        told.append(
            TicketTaken(
                day=day, seq=number + 2, at=at, ticket=f"A{number + 1:03d}", lane="general",
                class_="ordinary", entered=at, counts_from=at, entry=number + 1, services=("G1",),
            )
        )  # fmt: skip
    return told


def written(database: Database, hall: str, events: list[Event]) -> Story:
    story, touched = Story.of(hall).after(events)
    Ledger(database, hall).write(events, story, touched, 0)
    return story


@given(event=SOME)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    """Whatever it says, also what is as by default and so not in its body."""
    _, day, seq, at, kind, _, _, text = entry("hall", event)

    assert event_of(day, seq, at, text) == event
    assert kind == event.kind
    assert text.startswith(f'{{"kind":"{kind}"')


def test_what_is_by_default_is_not_in_a_body() -> None:
    """So a version with more fields writes the same, and its digest is the same."""
    told = TicketTaken(
        day="d", seq=1, at=1, ticket="A001", lane="g", class_="o", entered=1, counts_from=1,
        entry=1, services=("G1",),
    )  # fmt: skip

    assert body(told) == (
        '{"kind":"ticket.taken","ticket":"A001","lane":"g","class":"o","entered":1,'
        '"counts_from":1,"entry":1,"services":["G1"]}'
    )


def test_a_digest_depends_on_every_word_and_on_the_order() -> None:
    """And can be taken further from where it was."""
    one, two = (1, 5, "a"), (2, 5, "b")

    assert digest(digest("", [one]), [two]) == digest("", [one, two])
    assert len({digest("", [one, two]), digest("", [two, one]), digest("", [one])}) == 3


def test_days_are_listed_newest_first(database: Database, layout: Layout) -> None:
    """Of one hall, or of all."""
    for nth in range(3):
        written(database, "east", some_day(layout, nth, 2))
    written(database, "west", some_day(layout, 1, 1))
    history = History(database)

    assert [day.day for day in history.days("east")] == ["2026-03-04", "2026-03-03", "2026-03-02"]
    assert len(history.days()) == 4
    found = history.day("west", "2026-03-03")
    assert found
    assert (found.count, found.seq, found.opened, found.sealed) == (2, 2, OPENS + DAY, 0)
    assert history.day("west", "2026-03-04") is None


def test_events_are_read_in_parts(database: Database, layout: Layout) -> None:
    """As a hall gives those of its streams."""
    told = some_day(layout, 0, 9)
    written(database, "east", told)
    history, day = History(database), told[0].day

    assert history.events("east", Position(day, 0), 4) == told[:4]
    assert history.events("east", Position(day, 4), 100) == told[4:]
    assert history.events("west", Position(day, 0), 100) == []
    assert history.day_events("east", day) == told


def test_events_of_a_newer_version_are_passed_over(database: Database, layout: Layout) -> None:
    """They stay in the log."""
    told = some_day(layout, 0, 3)
    written(database, "east", told)
    with database.writing() as session:
        session.execute(
            EVENTS.update().where(EVENTS.c.seq == 2).values(body='{"kind":"ticket.sung"}')
        )

    assert History(database).day_events("east", told[0].day) == [told[0], *told[2:]]
    with pytest.raises(UnknownEvent):
        event_of("d", 1, 1, '{"kind":"ticket.sung"}')


def test_records_of_a_range_of_dates(database: Database, layout: Layout) -> None:
    """Both dates included, of the halls that are named and no others."""
    stories = [written(database, "east", some_day(layout, nth, nth + 1)) for nth in range(4)]
    written(database, "west", some_day(layout, 1, 5))
    history = History(database)
    range_ = (["east"], date(2026, 3, 3), date(2026, 3, 4))

    def of(name: str) -> list[Any]:
        return [one for story in stories[1:3] for one in getattr(story, name).values()]

    assert history.visits(*range_) == of("visits")
    assert history.stages(*range_) == of("stages")
    assert history.seats(*range_) == []
    assert history.ratings(*range_) == []
    assert history.estimates(*range_) == []
    assert len(history.visits(["east", "west"], *range_[1:])) == 10
    assert history.visits([], *range_[1:]) == []
    assert {one.name for one in fields(history.visits(*range_)[0])} >= {"wait", "passed"}
