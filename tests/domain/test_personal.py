"""Words about visitors, and events without them."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any

import pytest

from queue_server.domain.codec import from_dict
from queue_server.domain.events import KINDS
from queue_server.domain.personal import SPEAKING, WORDS, without_words

TAKEN: dict[str, Any] = {
    "kind": "ticket.taken",
    "day": "d",
    "seq": 1,
    "at": 1,
    "ticket": "A001",
    "lane": "a",
    "class": "green",
    "entered": 1,
    "counts_from": 1,
    "entry": 1,
    "services": ["S"],
}


def test_what_was_typed_about_somebody_goes() -> None:
    """On whose behalf, why, which booking; the rest is as it was, and is still that event."""
    said = {"on_behalf": "王奶奶", "reason": "residence", "booking": "BK7", "source": "guide"}

    plain = without_words("ticket.taken", TAKEN | said)

    assert plain == TAKEN | {"source": "guide"}
    assert from_dict(plain) == from_dict(TAKEN | {"source": "guide"})


def test_an_event_that_needs_its_reason_keeps_an_empty_one() -> None:
    """Otherwise nobody could read it any more."""
    body = TAKEN | {"kind": "ticket.reclassified", "reason": "pregnant"}
    del body["services"]

    assert from_dict(without_words("ticket.reclassified", body)) == from_dict(body | {"reason": ""})


def test_what_an_undo_brought_back_is_looked_through() -> None:
    """Images of tickets have notes too."""
    images = {
        "tickets": {"A001": {"note": "x", "lane": "a"}},
        "windows": {"1": {"reason": "lunch"}},
    }
    body = {"kind": "window.undone", "restored": json.dumps(images)}

    restored = json.loads(without_words("window.undone", body)["restored"])

    assert restored == {"tickets": {"A001": {"lane": "a"}}, "windows": {"1": {"reason": "lunch"}}}
    empty = {"kind": "window.undone", "restored": '{"tickets":[],"windows":[]}'}
    assert without_words("window.undone", empty) is empty


def test_a_clerks_lunch_is_no_visitors_business() -> None:
    """What is said about windows, days and devices stays."""
    paused = {"kind": "window.paused", "window": "1", "reason": "lunch"}
    assert without_words("window.paused", paused) is paused
    assert without_words("ticket.called", TAKEN) is TAKEN


@pytest.mark.parametrize("kind", sorted(SPEAKING))
def test_every_event_can_be_read_without_its_words(kind: str) -> None:
    """None has a word that it cannot do without."""
    needed = {one.name for one in fields(KINDS[kind]) if one.default is MISSING}
    body = {"kind": kind, **dict.fromkeys(WORDS, "said")}

    plain = without_words(kind, body)

    assert needed & set(WORDS) <= set(plain)
    assert "said" not in plain.values()
