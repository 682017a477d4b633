"""What is remembered of a hall's day so far."""

from __future__ import annotations

from queue_server.domain.remembered import Stage
from queue_server.domain.story import Story
from queue_server.engine.redis_hall import RedisHall
from tests.domain.days import events_of

MINUTE = 60_000


async def story_of(hall: RedisHall) -> Story:
    story, _ = Story().after(await events_of(hall))
    return story


async def stages_of(hall: RedisHall, ticket: str) -> list[Stage]:
    story = await story_of(hall)
    return [stage for (number, _), stage in sorted(story.stages.items()) if number == ticket]
