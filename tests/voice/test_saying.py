"""One utterance, from words to sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import Device
from queue_server.engine.redis_hall import RedisHall
from tests.voice.sounds import Instant, engine, runs
from tests.voice.voices import Watched
from voice.announcer import Utterance
from voice.languages import CHINESE
from voice.phrases import call
from voice.saying import Saying
from voice.troubles import Troubles

pytestmark = pytest.mark.anyio

UTTERANCE = Utterance(
    zone="main", seq=1, ticket="A001", speeches=(call(CHINESE, "A001", "3"),), repeats=3
)
NAME = ("2026-03-02", "main", "1-A001")


@pytest.fixture
def troubles(hall: RedisHall) -> Troubles:
    return Troubles(Device(hall, "voice-1", "voice"))


async def test_it_is_repeated_while_it_is_worth_it(tmp_path: Path, troubles: Troubles) -> None:
    """As often as the utterance says, unless somebody says no before."""
    speaker = Watched(tmp_path / "said")
    saying = Saying(Instant(tmp_path), {"": speaker}, troubles, tmp_path)
    begun: list[int] = []

    assert await saying.say(UTTERANCE, NAME, 100, 1, begun.append, lambda: True) == ""
    assert speaker.names == ["1-A001", "1-A001-2", "1-A001-3"]
    assert len(begun) == 1

    speaker.played.clear()
    assert await saying.say(UTTERANCE, NAME, 100, 1, begun.append, lambda: False) == ""
    assert speaker.names == ["1-A001"]


async def test_nothing_is_left_lying_about(tmp_path: Path, troubles: Troubles) -> None:
    """The sound of an announcement is gone when it was heard."""
    (tmp_path / "desk").mkdir()
    saying = Saying(
        Instant(tmp_path), {"": Watched(tmp_path / "said")}, troubles, tmp_path / "desk"
    )

    await saying.say(UTTERANCE, NAME, 100, 1, lambda _: None, lambda: True)

    assert list((tmp_path / "desk").iterdir()) == []


async def test_what_is_prepared_is_not_made_again(tmp_path: Path, troubles: Troubles) -> None:
    """The next announcement is rendered while the present one sounds."""
    talker = engine(tmp_path, f'cp {Instant(tmp_path, 900).wav} "$3"')
    speaker = Watched(tmp_path / "said")
    saying = Saying(talker, {"": speaker}, troubles, tmp_path)

    await saying.prepare(UTTERANCE)
    await saying.say(UTTERANCE, NAME, 100, 1, lambda _: None, lambda: False)

    assert len(runs(tmp_path)) == 1
    assert speaker.names == ["1-A001"]


async def test_nowhere_to_write(tmp_path: Path, troubles: Troubles) -> None:
    """A full disk is the speaker's trouble, and nothing is believed to be heard."""
    saying = Saying(Instant(tmp_path), {"": Watched(tmp_path)}, troubles, tmp_path / "not-there")
    begun: list[int] = []

    assert await saying.say(UTTERANCE, NAME, 100, 1, begun.append, lambda: True) == "speaker"
    assert begun == []
    assert troubles.has("speaker main")


async def test_zones_take_turns_at_one_card_only(tmp_path: Path, troubles: Troubles) -> None:
    """A speaker that is alone has one turn for all its zones; another has one for each."""
    card, folder = Watched(tmp_path, alone=True), Watched(tmp_path)
    saying = Saying(Instant(tmp_path), {"a": card, "b": card, "": folder}, troubles, tmp_path)

    assert saying.turn("a") is saying.turn("b")
    assert saying.turn("c") is not saying.turn("d")
    assert saying.turn("c") is saying.turn("c")
