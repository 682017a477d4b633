"""Sentences about hardware."""

from __future__ import annotations

import pytest

from queue_server.client.device import DeviceError, Offline
from ticketing.troubles import CardTrouble, Gone, ReaderTrouble, Trouble


@pytest.mark.parametrize("kind", [CardTrouble, ReaderTrouble, Gone])
def test_every_trouble_says_one_sentence_in_each_language(kind: type[Trouble]) -> None:
    """Chinese for the hall, English too, each ended and in one line."""
    for code in kind.sentences:
        says = kind(code).says

        assert says["zh"].endswith("。")
        assert says["en"].endswith((".", "?"))
        assert "\n" not in says["zh"] + says["en"]


def test_details_are_for_the_it_people_only() -> None:
    """The page in front does not show which port it is."""
    gone = Gone("no_port", "/dev/ttyUSB0")

    assert isinstance(gone, Offline)
    assert isinstance(gone, DeviceError)
    assert "/dev/ttyUSB0" in str(gone)
    assert "/dev/ttyUSB0" not in str(gone.says)
