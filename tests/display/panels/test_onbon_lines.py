"""Text cards on a serial bus: a pty, real bytes, several cards."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from display.panels.onbon import CARDS, Onbon
from display.panels.onbon_lines import Serial
from display.strips import Strip
from queue_server.client.device import DeviceError, Offline
from tests.display.card import Card, SerialCard

STRIP = Strip((("A045",),))


@pytest.fixture
def cards() -> tuple[Card, Card]:
    return Card(address=1), Card(address=2)


@pytest.fixture
def bus(cards: tuple[Card, Card]) -> Iterator[SerialCard]:
    bus = SerialCard(*cards)
    yield bus
    bus.unplug()


def onbon(bus: SerialCard, address: int) -> Onbon:
    line = Serial(bus.path, 57600, 0.5)
    return Onbon(line, 64, 16, card=CARDS["5k"], address=address)


def test_two_cards_on_one_bus_never_talk_at_once(bus: SerialCard, cards: tuple[Card, Card]) -> None:
    """Shown to from two threads, each card has its own text and each answer is the right one."""
    errors: list[Exception] = []

    def show(address: int, text: str) -> None:
        try:
            for _ in range(5):
                onbon(bus, address).show(Strip(((text,),)))
        except DeviceError as error:
            errors.append(error)

    threads = [threading.Thread(target=show, args=args) for args in ((1, "A045"), (2, "B001"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert [card.text for card in cards] == ["A045", "B001"]


@pytest.mark.parametrize(
    ("trick", "sentence"),
    [("drop", "does not answer"), ("garble", "garbled"), ("refuse", "busy")],
)
def test_trouble_on_the_bus(
    bus: SerialCard, cards: tuple[Card, Card], trick: str, sentence: str
) -> None:
    """Each is a sentence, and the next time is right."""
    cards[0].tricks.append(trick)
    panel = onbon(bus, 1)

    with pytest.raises(DeviceError, match=sentence):
        panel.show(STRIP)
    panel.show(STRIP)

    assert cards[0].text == "A045"


def test_a_late_answer_on_the_bus_is_no_answer_to_the_next(
    bus: SerialCard, cards: tuple[Card, Card]
) -> None:
    """What came after we had stopped listening is thrown away."""
    cards[0].tricks.extend(["late", "refuse"])
    cards[0].late_by = 0.7
    panel = onbon(bus, 1)
    with pytest.raises(Offline):
        panel.show(STRIP)
    # As the service does after trouble: a pause, then again.
    threading.Event().wait(0.5)

    with pytest.raises(DeviceError, match="busy"):
        panel.show(STRIP)


def test_a_line_that_is_not_there() -> None:
    """An adapter that was pulled out is a sentence."""
    with pytest.raises(Offline, match="/dev/ttyNOWHERE cannot be used"):
        Onbon(Serial("/dev/ttyNOWHERE", 57600, 0.5), 64, 16).show(STRIP)
