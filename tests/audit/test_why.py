"""Why one number was called before another, in words that a citizen understands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest

from queue_server.audit.why import why
from queue_server.audit.why_words import LANGUAGES
from queue_server.domain.events import Event, TicketTaken
from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.audit.stories import a_day, everything, told
from tests.conftest import Clock

Ask = Callable[..., list[str]]
Story = Callable[[RedisHall, Clock], Awaitable[None]]


@pytest.fixture
def ask(redis_url: str, layout: Layout) -> Ask:
    """What is answered about two tickets after a story in a real hall."""
    days: dict[Story, list[Event]] = {}

    def asked(story: Story, first: str, second: str, language: str = "en") -> list[str]:
        async def whole(hall: RedisHall, clock: Clock) -> list[Event]:
            await story(hall, clock)
            return await everything(hall)

        if story not in days:
            days[story] = told(redis_url, layout, whole)
        return why(days[story], first, second, language)

    return asked


async def call_all(hall: RedisHall, clock: Clock, window: str, count: int) -> None:
    for _ in range(count):
        clock.pass_(minutes=1)
        await hall.call_next(window)
        await hall.finish(window)


def test_the_green_channel_counts_from_earlier(ask: Ask) -> None:
    """The whole answer, in both languages."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("1")
        await hall.take("G1")
        clock.pass_(minutes=4)
        await hall.take("G1", class_="green")
        await call_all(hall, clock, "1", 2)

    assert ask(story, "A002", "A001") == [
        "A002 was taken at 08:34:00 for 综合 (Green channel); it counts from 08:19:00, since "
        "people of this class count as having come 15 min earlier.",
        "A001 was taken at 08:30:00 for 综合; it counts from 08:30:00.",
        "At 08:35:00 window 1 called A002, because it counted as having come first.",
        "Whoever counts from earlier is called first: A002 from 08:19:00, A001 from 08:30:00.",
        "A001 was called to window 1 at 08:36:00.",
    ]
    assert ask(story, "A002", "A001", "zh-CN") == [
        "A002 号于 08:34:00 取号，办理综合（绿色通道），从 08:19:00 起算"
        "（此类办事人提前 15 分钟起算）。",
        "A001 号于 08:30:00 取号，办理综合，从 08:30:00 起算。",
        "08:35:00 1 号窗口呼叫 A002 号，因为按起算时间轮到它。",
        "起算时间早的先叫：A002 号 08:19:00，A001 号 08:30:00。",
        "A001 号于 08:36:00 被叫到 1 号窗口。",
    ]


def test_whoever_asks_the_wrong_way_round_is_told_so(ask: Ask) -> None:
    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("1")
        await hall.take("G1")
        clock.pass_(minutes=4)
        await hall.take("G1")
        await call_all(hall, clock, "1", 1)

    told_ = ask(story, "A002", "A001")
    assert told_[0] == "It was the other way round: A001 was called first."
    assert told_[-1] == "A002 has not been called so far."


def test_a_window_that_serves_only_one_of_them(ask: Ask) -> None:
    """They did not stand in one line: that is most of such questions."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("4")
        await hall.take("P1")
        clock.pass_(minutes=4)
        await hall.take("S1")
        await call_all(hall, clock, "4", 1)
        await hall.open_window("3")

    assert ask(story, "C001", "B001")[-2:] == [
        "Window 4 does not serve 公安: B001 waited for other windows (none was open), so the two "
        "did not stand in one line.",
        "B001 has not been called so far.",
    ]


def test_a_lane_with_a_window_of_its_own_counts_later_elsewhere(ask: Ask) -> None:
    """Police has window 3, so the unified window 1 first takes those that only it serves."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("3")
        await hall.open_window("1")
        await hall.take("P1")
        clock.pass_(minutes=4)
        await hall.take("G1")
        await call_all(hall, clock, "1", 2)

    assert ask(story, "A001", "B001")[-2] == (
        "B001 counts from earlier, but 公安 has a window of its own; at window 1, which serves "
        "others too, it counts 10 min later."
    )


def test_who_was_not_there_or_not_to_be_called(ask: Ask) -> None:
    """Not taken yet, stepped out, on hold, put off: one sentence each."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("1")
        for _ in range(3):
            await hall.take("G1")
        await hall.away("A001")
        await call_all(hall, clock, "1", 1)
        await hall.cancel("A001")
        await hall.take("G1")

    assert ask(story, "A002", "A004")[-2:] == [
        "At that moment A004 was not there yet: it was taken at 08:31:00.",
        "A004 has not been called so far.",
    ]
    assert ask(story, "A002", "A001")[-2:] == [
        "At that moment the visitor of A001 had stepped out: the place was kept, and nobody called "
        "it.",
        "A001 was not called: it was cancelled at 08:31:00.",
    ]


def test_calls_by_hand(ask: Ask) -> None:
    """By its number, or because the clerk asked for one lane only."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("1")
        await hall.take("G1")
        await hall.take("G1")
        await hall.take("P1")
        await hall.call_next("1", lane="police")
        await hall.finish("1")
        await hall.call("1", "A002")
        await hall.finish("1")

    assert ask(story, "B001", "A001")[-2] == (
        "Window 1 had asked for 公安 only, and A001 waited for 综合."
    )
    assert ask(story, "A002", "A001")[-2] == (
        "This call was meant for A002 alone, so nobody else was compared with it."
    )


@pytest.mark.parametrize(("minutes", "why_so"), [(57, "not"), (70, "both")])
def test_the_ceiling(ask: Ask, minutes: int, why_so: str) -> None:
    """Whoever has waited too long goes first, though another's turn would have come."""

    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("3")
        await hall.open_window("1")
        await hall.take("P1")
        clock.pass_(minutes=5)
        await hall.take("G1")
        clock.pass_(minutes=minutes)
        await call_all(hall, clock, "1", 2)

    said = {
        "not": "B001 had waited 63 min 0 s; whoever waits longer than 60 min goes first, and A001 "
        "had not waited so long.",
        "both": "Both had waited longer than 60 min; then whoever has waited longest goes first, "
        "and that was B001 with 76 min 0 s.",
    }
    assert ask(story, "B001", "A001")[-2] == said[why_so]


def test_the_green_promise(ask: Ask) -> None:
    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("3")
        await hall.open_window("1")
        await hall.take("G1")
        clock.pass_(minutes=10)
        await hall.take("P1", class_="green")
        clock.pass_(minutes=16)
        await call_all(hall, clock, "1", 2)

    assert ask(story, "B001", "A001")[-2] == (
        "B001 is a green-channel ticket that had waited 17 min 0 s, longer than the 15 min that "
        "are promised, and such tickets go first."
    )


def test_a_call_that_was_taken_back_called_nobody(ask: Ask) -> None:
    async def story(hall: RedisHall, clock: Clock) -> None:
        await hall.open_window("1")
        await hall.take("G1")
        await hall.take("G1")
        await hall.call_next("1")
        await hall.undo("1")

    assert ask(story, "A001", "A002") == ["Neither A001 nor A002 has been called."]
    assert ask(story, "A001", "Z999") == ["There is no ticket Z999 in these events."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pair_of_a_day_has_an_answer(redis_url: str, layout: Layout, language: str) -> None:
    """With nothing left open in it, and nobody is said to have come first who did not."""
    day = told(redis_url, layout, a_day)
    numbers = sorted({event.ticket for event in day if isinstance(event, TicketTaken)})
    assert len(numbers) > 8
    for first, second in permutations(numbers, 2):
        lines = why(day, first, second, language)
        assert lines
        assert not any("{" in line or "None" in line for line in lines)


def test_languages_say_the_same_things() -> None:
    """The same sentences, with the same values in them."""

    def values(words: dict[str, str]) -> dict[str, set[str]]:
        return {
            name: {part.partition("}")[0] for part in text.split("{")[1:]}
            for name, text in words.items()
        }

    assert values(LANGUAGES["en"]) == values(LANGUAGES["zh-CN"])
