"""A receipt, in words."""

from __future__ import annotations

from queue_server.domain.calling import RULES, CallingRule, Head, clock, sentence
from queue_server.domain.refusals import REFUSALS, Refused, refusal


def test_a_receipt_says_who_where_why_and_against_whom() -> None:
    """The sentence that settles a complaint."""
    said = sentence(
        "A007", "3", "order", 30_600_000, (Head("police", "green", "B002", 30_660_000, 4, 600_000),)
    )

    assert said == (
        "A007 was called to window 3 because it counts as having come first (it counts from "
        "08:30:00); it was compared with B002 (counts from 08:31:00, and 10 min later here, as "
        "police has a window of its own)."
    )


def test_nobody_else() -> None:
    """Then the receipt is short."""
    assert sentence("A1", "1", "sent", 0, ()).endswith("nobody else could have been called there.")


def test_the_defaults_are_those_of_the_design() -> None:
    """In minutes and seconds as the wall says them."""
    rule = CallingRule()

    assert (rule.reserve, rule.ceiling, rule.green_promise) == (600_000, 3_600_000, 900_000)
    assert (rule.max_overtaken, rule.grace, rule.min_calls) == (5, 60_000, 2)
    assert rule.problems() == {}
    assert set(RULES) >= {"order", "ceiling", "green_promise", "overtaken", "sent"}


def test_clock_time_in_the_halls_zone() -> None:
    """Eight hours east."""
    assert clock(1_772_411_400_000, 8 * 3_600_000) == "08:30:00"


def test_refusals_by_code() -> None:
    """Code ⇄ class, with a sentence of its own and a status; unknown codes are still refusals."""
    for code, cls in REFUSALS.items():
        assert type(refusal(code)) is cls
        assert refusal(code).message
        assert cls.status in (403, 404, 409, 422, 503)
    assert type(refusal("FROM_THE_FUTURE", "no")) is Refused
    assert refusal("INVALID", "bad", "window").to_dict() == {
        "code": "INVALID",
        "message": "bad",
        "field": "window",
    }
