"""What scanned lines mean."""

from __future__ import annotations

import pytest

from tests.ticketing.people import OLD
from ticketing.identity import Identity
from ticketing.scan import Meaning, meaning

TOKEN = "hall.2026-03-02.A045.abcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"https://hall.example/t/{TOKEN}", ("link", TOKEN)),
        (f"http://10.0.0.7:8000/t/{TOKEN}?x=1#top", ("link", TOKEN)),
        (f"/t/{TOKEN}", ("link", TOKEN)),
        (TOKEN, ("link", TOKEN)),
        ("A045", ("ticket", "A045")),
        (" a1045 ", ("ticket", "A1045")),
        ("Ａ０４５", ("ticket", "A045")),
        ("BK-2026_0045", ("booking", "BK-2026_0045")),
        ("20260302", ("booking", "20260302")),
    ],
)
def test_tickets_links_and_bookings(text: str, told: tuple[str, str]) -> None:
    """Links in every form that a phone may show, numbers as people type them, codes as they are."""
    assert meaning(text) == Meaning(*told)


@pytest.mark.parametrize(
    "text", ["", "你好", "https://elsewhere.example/", "a b", "x" * 65, "/t/", "javascript:/t/x y"]
)
def test_what_means_nothing_here(text: str) -> None:
    """Other people's codes are told apart."""
    assert meaning(text) is None


def test_a_scanned_id_number_is_a_person() -> None:
    """It is as secret as a card's."""
    assert meaning(OLD.lower()) == Identity(OLD)
