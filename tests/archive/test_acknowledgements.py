"""Who has seen an alert: the first stays, and a restart forgets nobody."""

from __future__ import annotations

import pytest

from queue_server.archive.configuration import Configuration
from queue_server.domain.alerts import Seen
from queue_server.domain.calendar import Calendar
from tests.archive.halls import town_hall

ANN, BOB = Seen("person:1", "安", 1_000), Seen("person:2", "博", 2_000)


@pytest.fixture
def hall(configuration: Configuration) -> str:
    layout = town_hall()
    configuration.publish(layout, Calendar.always(), "test", 0)
    return layout.hall


def test_the_first_who_saw_it_stays(configuration: Configuration, hall: str) -> None:
    """A second one is told who was first; another day begins anew."""
    kept = configuration.acknowledgements
    assert kept.note(hall, "2026-03-02", "wait:police:30", ANN) == ANN
    assert kept.note(hall, "2026-03-02", "wait:police:30", BOB) == ANN
    assert kept.of(hall, "2026-03-02") == {"wait:police:30": ANN}
    assert kept.of(hall, "2026-03-03") == {}


def test_a_word_that_counts_no_more_is_replaced(configuration: Configuration, hall: str) -> None:
    kept = configuration.acknowledgements
    kept.note(hall, "2026-03-02", "queue:police:20", ANN)
    assert kept.note(hall, "2026-03-02", "queue:police:20", BOB, again_after=1_500) == BOB
    assert kept.of(hall, "2026-03-02") == {"queue:police:20": BOB}


def test_it_outlives_a_restart(configuration: Configuration, hall: str) -> None:
    configuration.acknowledgements.note(hall, "2026-03-02", "lost:3:1", ANN)
    again = Configuration(configuration.database.engine.url.render_as_string(hide_password=False))
    assert again.acknowledgements.of(hall, "2026-03-02") == {"lost:3:1": ANN}
    again.close()
