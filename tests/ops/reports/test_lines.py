"""Values as people read them, and that every measure is taken along."""

from __future__ import annotations

from ops.reports.lines import MEASURES, Unit, of_accuracy, of_measures, of_opinions, shown
from queue_server.archive.accuracy import Accuracy
from queue_server.archive.opinions import Opinions
from queue_server.domain.calling import MINUTE
from queue_server.domain.measures import measures
from queue_server.domain.tallies import Tally

NOTHING = Accuracy(
    count=0, uncalled=0, wait=None, error=None, bias=None, covered=0, covered_share=None,
    sooner=0, later=0,
)  # fmt: skip
SOME = Opinions(
    count=3, levels=(1, 0, 0, 0, 2), shares=(1 / 3, 0, 0, 0, 2 / 3), bad=1, bad_share=1 / 3,
    mean=11 / 3, assumed=1, overturned=2, served=6, rate=0.5,
)  # fmt: skip


def test_everything_that_is_measured_has_a_name() -> None:
    """Of a hall that had windows; one without has no windows' time."""
    values = of_measures(measures(Tally(seats=1))) | of_opinions(SOME) | of_accuracy(NOTHING)
    assert set(values) == set(MEASURES)
    assert "occupancy" not in of_measures(measures(Tally()))


def test_levels_are_the_right_way_round() -> None:
    """1 is the worst."""
    values = of_opinions(SOME)
    assert (values["rated_1"], values["rated_5"], values["overturned"]) == (1, 2, 2)


def test_minutes_never_wrap() -> None:
    """75 minutes are 75, and a day is 1440, with one decimal."""
    assert shown(75 * MINUTE, Unit.MINUTES) == 75.0
    assert shown(24 * 60 * MINUTE + 5_000, Unit.MINUTES) == 1440.1
    assert str(shown(-1, Unit.MINUTES)) == "0.0"


def test_shares_are_percent_and_nothing_is_nothing() -> None:
    assert shown(0.98765, Unit.SHARE) == 98.8
    assert shown(3.666, Unit.SCORE) == 3.67
    assert shown(7, Unit.COUNT) == 7
    assert shown(None, Unit.MINUTES) is None
