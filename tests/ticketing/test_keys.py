"""What a key means, at a window of a real hall."""

from __future__ import annotations

import pytest

from queue_server.engine.redis_hall import RedisHall
from tests.conftest import Clock
from ticketing.caller import KEY, RATING, Frame
from ticketing.keys import FOUR_KEYS, LATE, REFUSED, Do, Key, Keys, face, key_of, rated

pytestmark = pytest.mark.anyio
KEYS = Keys()
HERE = {"window": "1"}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("0C", Key.CALL),
        ("01 0C", Key.CALL),
        ("0D", Key.RECALL),
        ("0B", Key.RATE),
        ("0E", Key.CANCEL),
        ("12", Key.PAUSE),
        ("13", Key.TRANSFER),
        ("06 0F", Key.ABANDON),
        ("00 0F", Key.HOLD),
        ("03 0F", Key.CALL_BACK),
        ("0F", None),
        ("05 0F", None),
        ("77", None),
        ("", None),
    ],
)
def test_keys_are_known_by_their_last_bytes(data: str, key: Key | None) -> None:
    """And what has no meaning has none."""
    assert key_of(Frame(3, KEY, bytes.fromhex(data))) is key


def test_a_rating_is_no_key() -> None:
    """Its number may look like one."""
    assert key_of(Frame(3, RATING, b"\x0c")) is None


def test_four_keys_become_five_levels() -> None:
    """The best key is 'very satisfied'; a key that is not there is no opinion; halls may differ."""
    scores = [KEYS.score(Frame(3, RATING, bytes([key]))) for key in (1, 2, 3, 4, 5)]

    assert scores == [2, 3, 4, 5, 0]
    assert sorted(FOUR_KEYS.values()) == [2, 3, 4, 5]
    assert Keys(levels={1: 5}).score(Frame(3, RATING, b"\x01")) == 5
    assert KEYS.score(Frame(3, RATING)) == 0


async def meaning(hall: RedisHall, key: Key, keys: Keys = KEYS) -> list[str]:
    acts = keys.acts(key, await hall.view(), "1", await hall.now())
    return [act.verb for act in acts]


async def test_call_goes_on_with_the_visit_one_step_at_a_time(
    hall: RedisHall, clock: Clock
) -> None:
    """Nobody: call. Called: the visitor is here. Served: done, and the next."""
    await hall.open_window("1")
    await hall.take("G1")
    told = [await meaning(hall, Key.CALL)]
    await hall.call_next("1")
    clock.pass_(seconds=20)
    told.append(await meaning(hall, Key.CALL))
    await hall.start("1")
    clock.pass_(minutes=5)
    told.append(await meaning(hall, Key.CALL))

    assert told == [["call_next"], ["start"], ["finish", "call_next"]]
    assert await meaning(hall, Key.CALL, Keys(finish_by_call=False)) == []


async def test_a_nervous_finger_closes_no_visit(hall: RedisHall, clock: Clock) -> None:
    """Within three seconds of a call or a start the key is refused."""
    await hall.open_window("1")
    await hall.take("G1")
    await hall.call_next("1")
    clock.pass_(seconds=2.9)
    told = [await meaning(hall, Key.CALL)]
    clock.pass_(seconds=0.1)
    told.append(await meaning(hall, Key.CALL))
    await hall.start("1")
    told.append(await meaning(hall, Key.CALL))

    assert told == [[], ["start"], []]


@pytest.mark.parametrize(
    ("key", "verb"),
    [
        (Key.RECALL, "recall"),
        (Key.CANCEL, "undo"),
        (Key.ABANDON, "no_show"),
        (Key.HOLD, "hold"),
        (Key.PAUSE, "pause"),
    ],
)
async def test_plain_keys_are_plain_commands(hall: RedisHall, key: Key, verb: str) -> None:
    """The hall says whether they may."""
    assert KEYS.acts(key, await hall.view(), "1", 0) == (Do(verb, HERE),)


async def test_pause_pressed_again_goes_on(hall: RedisHall) -> None:
    """One key, both ways."""
    await hall.open_window("1")
    await hall.pause("1")

    assert await meaning(hall, Key.PAUSE) == ["unpause"]


async def test_transfer_needs_a_lane(hall: RedisHall) -> None:
    """A key cannot say where to; a setting can."""
    view = await hall.view()

    assert KEYS.acts(Key.TRANSFER, view, "1", 0) == REFUSED
    assert Keys(transfer_to="police").acts(Key.TRANSFER, view, "1", 0) == (
        Do("transfer", {"window": "1", "lane": "police"}),
    )


async def test_call_back_calls_who_was_held_here_last(hall: RedisHall, clock: Clock) -> None:
    """Not who was held elsewhere, and nobody when nobody was."""
    await hall.open_window("1")
    await hall.open_window("2")
    nobody = await meaning(hall, Key.CALL_BACK)
    for window in ("1", "1", "2"):
        await hall.take("G1")
        await hall.call_next(window)
        clock.pass_(seconds=1)
        await hall.hold(window)
        clock.pass_(seconds=1)

    acts = KEYS.acts(Key.CALL_BACK, await hall.view(), "1", 0)

    assert nobody == []
    assert acts == (Do("unhold", {"window": "1", "ticket": "A002"}),)


async def test_an_opinion_is_about_who_sits_there_or_sat_there_last(
    hall: RedisHall, clock: Clock
) -> None:
    """Not about who was only called, and not long after."""

    async def about() -> str:
        ticket = rated(await hall.view(), "1", await hall.now())
        return ticket.number if ticket else ""

    await hall.open_window("1")
    told = [await about()]
    for _ in range(3):
        await hall.take("G1")
    await hall.call_next("1")
    told.append(await about())
    await hall.start("1")
    told.append(await about())
    clock.pass_(minutes=5)
    await hall.finish("1")
    await hall.call_next("1")
    told.append(await about())
    await hall.start("1")
    told.append(await about())
    await hall.finish("1")
    clock.pass_(seconds=LATE / 1000)
    told.append(await about())

    assert told == ["", "", "A001", "A001", "A002", ""]


async def test_the_display_follows_the_window(hall: RedisHall) -> None:
    """Dark, how many wait, whom it called; paused it is dark again."""

    async def shows() -> str:
        return face(await hall.view(), "1")

    told = [await shows()]
    await hall.open_window("1")
    told.append(await shows())
    await hall.take("G1")
    await hall.take("P1")
    await hall.take("S1")
    told.append(await shows())
    await hall.call_next("1")
    told.append(await shows())
    await hall.finish("1")
    await hall.pause("1")
    told.append(await shows())

    assert told == ["", "0", "2", "001", ""]
