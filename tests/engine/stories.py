"""Short words for stories about a hall."""

from __future__ import annotations

from collections.abc import Awaitable

from queue_server.domain.events import Event, TicketCalled
from queue_server.domain.hall import Events
from queue_server.domain.refusals import Refused
from queue_server.engine.redis_hall import RedisHall


def told(outcome: object) -> str:
    """The kind of the first event, or the code of the refusal."""
    if isinstance(outcome, Refused):
        return outcome.code
    if isinstance(outcome, list) and outcome and isinstance(outcome[0], Event):
        return outcome[0].kind
    return repr(outcome)


async def outcome_of(said: Awaitable[Events]) -> Events | Refused:
    """The events, or the refusal: both are answers."""
    try:
        return await said
    except Refused as refused:
        return refused


def kinds(events: Events) -> list[str]:
    """The kinds of events, in order."""
    return [event.kind for event in events]


async def take(hall: RedisHall, service: str, class_: str = "", **words: object) -> str:
    """Take a ticket; its number."""
    events = await hall.take(service, class_=class_, **words)  # type: ignore[arg-type]
    number: str = getattr(events[0], "ticket", "")
    return number


async def called(hall: RedisHall, window: str, lane: str = "") -> str:
    """Call the next; its number."""
    return (await call_of(hall, window, lane)).ticket


async def call_of(hall: RedisHall, window: str, lane: str = "") -> TicketCalled:
    """Call the next; the whole event."""
    event = (await hall.call_next(window, lane))[0]
    assert isinstance(event, TicketCalled)
    return event


async def serve(hall: RedisHall, window: str) -> str:
    """Call the next and be done with it at once; its number."""
    number = await called(hall, window)
    await hall.finish(window)
    return number


async def open_windows(hall: RedisHall, *windows: str) -> None:
    for window in windows:
        await hall.open_window(window)
