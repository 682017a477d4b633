"""The jobs that make reports, done by hand: with progress, a way to stop, and nothing twice."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from ops.jobs.work import Cancelled, Work
from ops.reports import jobs
from ops.reports import scope as scopes
from ops.reports.periods import period
from ops.reports.shelf import Card, Shelf
from ops.settings import Settings
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Unknown
from tests.ops.reports.conftest import OTHER, TOWN, VILLAGE

NUMBER = "0123456789abcdef"
JANUARY = period("month", "2025-01-10")


class Told:
    """What a job says on its way; `stop` is the step at which somebody has asked it to stop."""

    def __init__(self, stop: int = 99) -> None:
        self.stop = stop
        self.steps: list[tuple[int, int, str]] = []

    def __call__(self, done: int, of: int, saying: str) -> None:
        self.steps.append((done, of, saying))
        if done >= self.stop:
            raise Cancelled


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "reports")


@pytest.fixture
def settings(tmp_path: Path, city: Configuration) -> Settings:
    return Settings(data=tmp_path, database=str(city.database.engine.url))


def work(settings: Settings, told: Told | None = None, **words: Any) -> Work:
    return Work("job", settings, words, told or Told())


@pytest.fixture
def card(city: Configuration) -> Card:
    scope = scopes.of_place(city, "city", "示例市/示例县/示例镇")
    return jobs.card(scope, JANUARY, "csv", "zh-CN", "person:1", NUMBER)


def test_a_report_is_made_and_told(settings: Settings, shelf: Shelf, card: Card) -> None:
    """It says how far it is, and where to find it; its card comes with it."""
    told = Told()
    found = jobs.make(work(settings, told, **asdict(card)))
    assert found == {"link": f"/manage/{TOWN}/reports", "file": "示例镇 月报 2025-01.csv"}
    assert [done for done, _, _ in told.steps] == [0, 1, 2, 3, 4, 5]
    assert {of for _, of, _ in told.steps} == {5}
    made = shelf.card(card.id)
    assert made
    assert replace(made, made=0) == card
    assert made.made > 0
    assert "示例镇" in shelf.place(card).read_text("utf-8-sig")
    assert shelf.of(TOWN) == [made]


def test_doing_it_again_changes_nothing(settings: Settings, shelf: Shelf, card: Card) -> None:
    """A job that died after its work finds it done."""
    jobs.make(work(settings, **asdict(card)))
    before = shelf.place(card).stat().st_mtime_ns
    told = Told()
    jobs.make(work(settings, told, **asdict(card)))
    assert told.steps == []
    assert shelf.place(card).stat().st_mtime_ns == before


@pytest.mark.parametrize("stop", [0, 3, 4, 5])
def test_a_cancelled_report_leaves_nothing(
    settings: Settings, shelf: Shelf, card: Card, stop: int
) -> None:
    """Whenever it is stopped; begun anew, it is made."""
    with pytest.raises(Cancelled):
        jobs.make(work(settings, Told(stop), **asdict(card)))
    assert shelf.card(card.id) is None
    assert [*(settings.data / "reports").rglob("*.*")] == []
    jobs.make(work(settings, **asdict(card)))
    assert shelf.card(card.id)


def test_only_the_halls_that_were_asked_for_are_in(
    settings: Settings, shelf: Shelf, card: Card
) -> None:
    """A hall that came to the place since then is not: nobody has looked whether he may see it."""
    jobs.make(work(settings, **asdict(replace(card, halls=(VILLAGE,)))))
    text = shelf.place(card).read_text("utf-8-sig")
    assert "示例村服务站" not in text.splitlines()[0]
    assert "东镇便民服务中心" not in text


def test_a_hall_that_is_gone_fails(settings: Settings, card: Card) -> None:
    """With a sentence."""
    gone = replace(card, home="nowhere", place="", id=f"nowhere-{NUMBER}")
    with pytest.raises(Unknown, match="there is no hall 'nowhere'"):
        jobs.make(work(settings, **asdict(gone)))


def test_last_months_reports_are_made_by_themselves(
    settings: Settings, shelf: Shelf, city: Configuration
) -> None:
    """Of every hall and of every place with several, each of one tenant; the second time none."""
    told = Told()
    found = jobs.make_due(work(settings, told, slot="2025-02-01T04:10"))
    cards = [card for hall in city.halls() for card in shelf.of(hall.id)]
    assert found["made"] == len(cards) == 2 * (4 + 3)
    assert {card.label for card in cards} == {"2025-01"}
    assert {card.format for card in cards} == {"xlsx", "pdf"}
    assert {card.place for card in cards} == {
        *("", "示例市", "示例市/示例县", "示例市/示例县/示例镇"),
    }
    assert all(OTHER not in card.halls for card in cards if len(card.halls) > 1)
    assert all(shelf.place(card).stat().st_size > 5_000 for card in cards)
    times = [shelf.place(card).stat().st_mtime_ns for card in cards]
    jobs.make_due(work(settings, slot="2025-02-01T04:10"))
    assert [shelf.place(card).stat().st_mtime_ns for card in cards] == times


def test_old_reports_are_thrown_away(settings: Settings, shelf: Shelf, card: Card) -> None:
    """File and card; what is newer stays."""
    jobs.make(work(settings, **asdict(card)))
    old = replace(card, id=f"{TOWN}-{'f' * 16}", made=1)
    shelf.place(old).write_text("old")
    shelf.put(old)
    assert [one.id for one in shelf.of(TOWN)] == [card.id, old.id]
    assert shelf.forget(2) == 1
    assert [one.id for one in shelf.of(TOWN)] == [card.id]
    assert not shelf.place(old).exists()
    assert shelf.place(card).exists()


@pytest.mark.parametrize("id_", ["", "../x", "town", f"../{NUMBER}", f"a/b-{NUMBER}", "town-XYZ"])
def test_an_id_never_leads_out_of_the_folder(shelf: Shelf, id_: str) -> None:
    """Nor to anything that is no report."""
    assert shelf.card(id_) is None
