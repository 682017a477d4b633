"""One visit in words that a citizen understands."""

from __future__ import annotations

import pytest

from queue_server.audit.explain import explain
from queue_server.audit.explain_words import LANGUAGES, Words
from queue_server.domain.events import KINDS, Event, TicketEvent
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.audit.stories import a_day, everything, told
from tests.conftest import Clock


@pytest.fixture
def day(redis_url: str, layout: Layout) -> list[Event]:
    return told(redis_url, layout, a_day)


def test_who_went_first_and_why(redis_url: str, layout: Layout) -> None:
    """A visitor who was passed reads by whom, where, and by which rule."""

    async def story(hall: RedisHall, clock: Clock) -> list[Event]:
        await hall.open_window("1")
        await hall.take("G1")
        clock.pass_(minutes=4)
        await hall.take("G1", class_="green")
        await hall.call_next("1")
        await hall.finish("1")
        clock.pass_(minutes=6)
        await hall.call_next("1")
        await hall.start("1")
        return await everything(hall)

    events = told(redis_url, layout, story)

    assert explain(events, "A001") == [
        "08:30:00 A001 was taken for 综合; it counts from 08:30:00.",
        "08:34:00 A002, which came later, was called to window 1 before A001: it counts from "
        "08:19:00 (Green channel), and it counted as having come first.",
        "08:40:00 A001 was called to window 1, because it counted as having come first; the wait "
        "was 10 min 0 s.",
        "08:40:00 the visitor came to window 1.",
    ]
    assert explain(events, "A001", "zh-CN") == [
        "08:30:00 A001 号取号，办理综合，从 08:30:00 起算。",
        "08:34:00 后到的 A002 号先于 A001 号被叫到 1 号窗口：它从 08:19:00 起算（绿色通道），"
        "按起算时间轮到它。",
        "08:40:00 1 号窗口呼叫 A001 号，因为按起算时间轮到它；共等候 10 分 0 秒。",
        "08:40:00 来到 1 号窗口，开始办理。",
    ]


def test_a_call_that_was_undone_called_nobody(redis_url: str, layout: Layout) -> None:
    """Whoever waited was not passed by it; whoever was called reads that it never happened."""

    async def story(hall: RedisHall, clock: Clock) -> list[Event]:
        await hall.open_window("1")
        await hall.take("G1")
        await hall.take("G1", class_="green")
        await hall.call_next("1")
        await hall.undo("1")
        return await everything(hall)

    events = told(redis_url, layout, story)

    assert len(explain(events, "A001")) == 1
    assert explain(events, "A002")[-1] == (
        "08:30:00 window 1 took its last step back (call_next); for A002 it never happened."
    )


def test_an_unknown_ticket(day: list[Event]) -> None:
    assert explain(day, "Z999") == ["There is no ticket Z999 in these events."]
    assert explain(day, "Z999", "zh-CN") == ["这些记录里没有 Z999 号。"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_happened_is_told(day: list[Event], language: str) -> None:
    """Each event of each ticket gives a sentence with nothing left open in it."""
    numbers = {event.ticket for event in day if isinstance(event, TicketEvent)}
    for number in numbers:
        lines = explain(day, number, language)

        own = [e for e in day if isinstance(e, TicketEvent) and e.ticket == number]
        assert len(lines) >= len(own)
        assert not any("{" in line or "None" in line for line in lines)


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_every_event_of_a_ticket_has_its_words(words: Words) -> None:
    """A new kind of event, or a new rule, needs its sentence in every language."""
    kinds = {kind for kind, event in KINDS.items() if issubclass(event, TicketEvent)}

    assert set(words.events) == kinds
    assert set(words.rules) == set(LANGUAGES["en"].rules)
    assert set(words.extras) == set(LANGUAGES["en"].extras)
