"""A voice at work in a real hall."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from queue_server.domain.layout import Layout
from queue_server.engine.redis_hall import RedisHall
from tests.client.at_work import until
from tests.client.programs import program
from tests.conftest import Clock
from tests.voice.sounds import Instant, engine, tone
from tests.voice.voices import Watched, announced, at_work, device, seq_of
from voice import sound
from voice.announcer import Settings, Stats
from voice.speakers.system import System
from voice.speaking import Speaking
from voice.synthesizers import synthesizer
from voice.timetable import Timetable

pytestmark = pytest.mark.anyio

ONCE = Settings(repeats=1)
SHORT = Settings(pause=20)


@pytest.fixture
def layout(layout: Layout) -> Layout:
    """The small hall in two zones: windows 1, 2 and 3 are east, the others west."""
    windows = (
        replace(one, zone="east" if one.number in "123" else "west") for one in layout.windows
    )
    return replace(layout, windows=tuple(windows)).checked()


@pytest.fixture
def speaker(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "said")


@pytest.fixture
def instant(tmp_path: Path) -> Instant:
    return Instant(tmp_path)


async def called(hall: RedisHall, window: str = "1", service: str = "G1") -> int:
    """Somebody is called to a window; the call's seq."""
    await hall.take(service)
    await hall.open_window(window)
    return seq_of(await hall.call_next(window))


async def test_a_call_is_said_and_reported(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """A call is heard twice, and the clerk sees that it was, with its delay."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=SHORT)) as voice:
        seq = await called(hall)
        (told,) = await announced(hall, 1)
        await until(lambda: len(speaker.played) == 2)

    assert (told.ticket, told.call, told.device) == ("A001", seq, "voice-1")
    assert 0 <= told.delay < 20_000
    assert speaker.names == [f"{seq}-A001", f"{seq}-A001-2"]
    assert (speaker.folder / "2026-03-02" / "east" / f"{seq}-A001.wav").exists()
    assert [speech.language for speech in instant.asked[:2]] == ["zh-CN", "en"]
    assert voice.stats == Stats(1, 0, {})
    assert (await hall.view()).tickets["A001"].announced


async def test_the_chime_comes_first_and_once(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """The repeat needs none."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=SHORT)):
        await called(hall)
        await until(lambda: [bool(one.ended) for one in speaker.played] == [True, True])

    first, again = (sound.duration(path) for path in sorted(speaker.folder.rglob("*A001*.wav")))
    if first < again:
        first, again = again, first
    assert first - again == 10 + 150


async def test_a_double_call_is_one_announcement(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """Both are reported as announced, and one is heard."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=ONCE)) as voice:
        first = await called(hall)
        second = seq_of(await hall.recall("1"))
        told = await announced(hall, 2)

    assert sorted(one.call for one in told) == [first, second]
    assert speaker.names == [f"{first}-A001"]
    assert voice.stats.heard == 2


async def test_a_voice_says_its_own_zones(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """A loudspeaker in the east wing says nothing of the west wing."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, ("east",), ONCE)) as voice:
        await called(hall, "4", "S1")
        await called(hall, "3", "P1")
        await announced(hall, 1)

    assert [one.zone for one in speaker.played] == ["east"]
    assert voice.stats == Stats(1, 0, {})


async def test_a_speaker_for_each_zone(hall: RedisHall, instant: Instant, tmp_path: Path) -> None:
    """What is said in a zone is heard from that zone's speaker."""
    east, rest = Watched(tmp_path / "east"), Watched(tmp_path / "rest")
    speakers = {"east": east, "": rest}
    async with at_work(Speaking(hall, device(hall), instant, speakers, settings=ONCE)):
        await called(hall, "4", "S1")
        await called(hall, "3", "P1")
        await announced(hall, 2)

    assert [one.zone for one in east.played] == ["east"]
    assert [one.zone for one in rest.played] == ["west"]


async def test_zones_that_share_a_sound_card_take_turns(
    hall: RedisHall, instant: Instant, tmp_path: Path
) -> None:
    """One card says one thing at a time, whichever zone it is for."""
    card = Watched(tmp_path / "said", pace=0.5, alone=True)
    async with at_work(Speaking(hall, device(hall), instant, card, settings=ONCE)):
        await called(hall, "4", "S1")
        await called(hall, "3", "P1")
        await until(lambda: len(card.played) == 2 and card.played[-1].ended > 0)

    first, second = card.played
    assert first.ended <= second.begun


async def test_a_broadcast_is_said_in_every_zone(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """Or in the one that is named."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=ONCE)):
        everywhere = seq_of(await hall.broadcast("今天17:30停止取号"))
        west = seq_of(await hall.broadcast("请安静", zone="west"))
        await until(lambda: len(speaker.played) == 3)

    heard = sorted((one.zone, one.name) for one in speaker.played)
    broadcast = f"{everywhere}-broadcast"
    assert heard == [("east", broadcast), ("west", broadcast), ("west", f"{west}-broadcast")]
    assert "今天 十七 点 三十 分 停止取号" in [speech.text for speech in instant.asked]


async def test_a_voice_that_was_away_says_what_is_still_worth_it(
    hall: RedisHall, clock: Clock, instant: Instant, speaker: Watched
) -> None:
    """Not what is too old, not what was announced, and not who has come."""
    await called(hall, "1")
    clock.pass_(seconds=21)
    await called(hall, "2")
    said = await called(hall, "4", "S1")
    await hall.announced("C001", said, "voice-0")
    await called(hall, "5", "S1")
    await hall.start("5")

    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=ONCE)) as voice:
        await announced(hall, 2)
        await until(lambda: voice.stats.heard == 1)

    assert [name.partition("-")[2] for name in speaker.names] == ["A002"]


async def test_who_has_come_is_not_called_again(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """The repeat is left out when the visitor stands at the window."""
    settings = Settings(pause=300)
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=settings)):
        await called(hall)
        await announced(hall, 1)
        await hall.start("1")
        await called(hall, "2")
        await until(lambda: len(speaker.played) == 3)

    assert [name.partition("-")[2] for name in speaker.names] == ["A001", "A002", "A002-2"]


async def test_quiet_hours(
    hall: RedisHall,
    instant: Instant,
    speaker: Watched,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing sounds, it is counted, and the caption is there; by the hall's wall clock."""
    caplog.set_level(logging.INFO, "voice")
    # The hall's day begins at 8:30 in its own time zone.
    settings = Settings(timetable=Timetable.parse("08:30-08:31 quiet"))
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=settings)) as voice:
        await called(hall)
        await until(lambda: bool(voice.stats.left_out))

    assert voice.stats == Stats(0, 0, {"quiet": 1})
    assert speaker.played == []
    assert "请A001号到1号窗口办理业务" in caplog.text


async def test_softer_at_noon(hall: RedisHall, instant: Instant, speaker: Watched) -> None:
    """The volume of the hour is in the sound."""
    settings = Settings(repeats=1, timetable=Timetable.parse("100, 08:00-09:00 10"))
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=settings)):
        await called(hall)
        await announced(hall, 1)

    (said,) = speaker.folder.rglob("*.wav")
    assert max(sound.read(said).samples) <= 800


async def test_a_broadcast_that_cannot_be_said_is_no_trouble(
    hall: RedisHall, speaker: Watched, tmp_path: Path
) -> None:
    """A synthesizer would make silence of it, as one that is broken does; so it is not asked."""
    talker = engine(tmp_path, "exit 1")
    async with at_work(Speaking(hall, device(hall), talker, speaker, settings=SHORT)) as voice:
        await hall.broadcast("★ ★ ★", zone="west")
        await until(lambda: bool(voice.stats.left_out))

    assert voice.stats == Stats(0, 0, {"wordless": 1})
    assert (voice.device.state, speaker.played) == ("ok", [])


@pytest.mark.parametrize("script", ["sleep 60", "exit 1", 'echo garbage > "$3"'])
async def test_a_synthesizer_that_fails_leaves_the_chime(
    hall: RedisHall, speaker: Watched, tmp_path: Path, script: str
) -> None:
    """The chime sounds for every call, ops sees why, and nothing is reported as said."""
    talker = engine(tmp_path, script, limit=0.5)
    async with at_work(Speaking(hall, device(hall), talker, speaker, settings=SHORT)) as voice:
        await called(hall, "1")
        await called(hall, "2")
        await until(lambda: voice.stats.left_out == {"synthesizer": 2})
        await until(lambda: voice.device.state == "failed")
        await until_told(hall, "failed")

    assert [name.partition("-")[2] for name in speaker.names] == ["A001", "A002"]
    for said in speaker.folder.rglob("*.wav"):
        assert sound.duration(said) == sound.chime().duration
    assert not (await hall.view()).tickets["A001"].announced


async def test_a_synthesizer_that_works_again(
    hall: RedisHall, speaker: Watched, tmp_path: Path
) -> None:
    """The next call is spoken, and the device is well."""
    tone(900).write(tmp_path / "speech.wav")
    script = f'[ -e {tmp_path}/well ] || exit 1; cp {tmp_path}/speech.wav "$3"'
    talker = engine(tmp_path, script)
    async with at_work(Speaking(hall, device(hall), talker, speaker, settings=ONCE)) as voice:
        await called(hall, "1")
        await until_told(hall, "failed")
        (tmp_path / "well").touch()
        await called(hall, "2")
        (told,) = await announced(hall, 1)
        await until_told(hall, "ok")

    assert told.ticket == "A002"
    assert voice.stats == Stats(1, 0, {"synthesizer": 1})


async def test_one_language_that_fails_is_a_warning(
    hall: RedisHall, speaker: Watched, tmp_path: Path
) -> None:
    """The other is spoken, and the call counts as said."""
    tone(900).write(tmp_path / "speech.wav")
    talker = engine(tmp_path, f'case "$1" in en*) exit 1;; esac; cp {tmp_path}/speech.wav "$3"')
    async with at_work(Speaking(hall, device(hall), talker, speaker, settings=ONCE)):
        await called(hall)
        assert await announced(hall, 1)
        await until_told(hall, "warning")


async def test_a_dead_sound_card_stops_nothing(
    hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """Calls go by unsaid and counted; when the card is back, the next one is heard."""
    speaker.dead = "no card"
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=ONCE)) as voice:
        await called(hall, "1")
        await until(lambda: voice.stats.left_out == {"speaker": 1})
        await until_told(hall, "failed", "no card")
        speaker.dead = ""
        await called(hall, "2")
        (told,) = await announced(hall, 1)
        await until_told(hall, "ok")

    assert told.ticket == "A002"


async def test_a_stuck_sound_card_stops_nothing(
    hall: RedisHall, instant: Instant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that hangs is killed each time, and is believed again only at the end of a sound."""
    stuck = program(tmp_path / "bin", "aplay", "exec sleep 60")
    monkeypatch.setenv("PATH", str(stuck.parent), prepend=":")
    card = System("stuck", margin=0.3)
    async with at_work(Speaking(hall, device(hall), instant, card, settings=ONCE)) as voice:
        await called(hall, "1")
        await until_told(hall, "failed", "aplay hung: it did not end within 1 s")
        await called(hall, "2")
        await until(lambda: voice.stats.left_out == {"speaker": 1})

    # The first was believed while it seemed to play.
    assert voice.stats.heard == 1


async def test_only_the_chime_by_choice(hall: RedisHall, speaker: Watched, tmp_path: Path) -> None:
    """A hall that wants no speech hears the chime, and the call counts as announced."""
    chime = synthesizer("chime:", tmp_path)
    async with at_work(Speaking(hall, device(hall), chime, speaker)):
        await called(hall)
        assert await announced(hall, 1)

    assert [name.partition("-")[2] for name in speaker.names] == ["A001"]


async def test_a_drill_runs_in_its_own_time(
    closed_hall: RedisHall, instant: Instant, speaker: Watched
) -> None:
    """A hall whose clock runs fast is heard all the same, and delays are real."""
    await closed_hall.open_day(speed=60)
    async with at_work(Speaking(closed_hall, device(closed_hall), instant, speaker)):
        await called(closed_hall)
        (told,) = await announced(closed_hall, 1, "2026-03-02-drill-1")

    assert told.delay < 20_000


async def test_a_new_day(hall: RedisHall, instant: Instant, speaker: Watched) -> None:
    """The voice goes on into the next day by itself."""
    async with at_work(Speaking(hall, device(hall), instant, speaker, settings=ONCE)) as voice:
        await called(hall)
        await announced(hall, 1)
        await hall.close_day("force")
        await hall.open_day("2026-03-03")
        await called(hall)
        await announced(hall, 1, "2026-03-03")

    assert voice.stats.heard == 2
    assert len(list(speaker.folder.glob("*/east/*-A001.wav"))) == 2


async def until_told(hall: RedisHall, state: str, error: str = "") -> None:
    """Wait until the hall knows this state of the voice."""
    async with asyncio.timeout(20):
        while True:
            known = (await hall.view()).devices.get("voice-1")
            if known and known.state == state and error in known.error:
                return
            await asyncio.sleep(0.02)
