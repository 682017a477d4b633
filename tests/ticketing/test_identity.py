"""Citizens' numbers, ages, and what may leave the reader's process."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ticketing.people import OLD, YOUNG, number_of
from ticketing.identity import Card, Identity, NotAnIdentity, card, check_character, person_key

SALT = b"salt of one day."


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_numbers_printed_in_the_standard_are_good(number: str) -> None:
    """GB 11643 prints two numbers as examples."""
    assert check_character(number) == number[17]
    assert Identity(number).number == number


@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.integers(0, 999))
def test_check_characters_agree_with_iso_7064(born: date, order: int) -> None:
    """Weights from the standard's table and powers of two give the same character."""
    number = number_of(f"{born:%Y%m%d}", f"{order:03d}")

    assert Identity(number).born() == born


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, more: int) -> None:
    """Changing any one digit spoils the check."""
    wrong = OLD[:place] + str((int(OLD[place]) + more) % 10) + OLD[place + 1 :]

    with pytest.raises(NotAnIdentity):
        Identity(wrong)


@pytest.mark.parametrize(
    "number", ["", OLD[:17], OLD + "1", OLD.replace("1", "１"), number_of("20230230"), "x" * 18]
)
def test_what_is_no_number_is_refused_without_repeating_it(number: str) -> None:
    """Wrong lengths, foreign digits and dates that never were."""
    with pytest.raises(NotAnIdentity) as refused:
        Identity(number)

    assert not number or number not in str(refused.value)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("19661121", date(2026, 11, 20), 59),
        ("19661121", date(2026, 11, 21), 60),
        ("20000229", date(2025, 2, 28), 24),
        ("20000229", date(2025, 3, 1), 25),
    ],
)
def test_age_counts_full_years(born: str, on: date, age: int) -> None:
    """The birthday itself makes a year full."""
    assert Identity(number_of(born)).age(on) == age


def test_the_green_channel_is_offered_by_age() -> None:
    """From sixty, or from what a hall says."""
    today = date(2026, 3, 2)

    assert card(Identity(OLD), SALT, today).green
    assert not card(Identity(YOUNG), SALT, today).green
    assert card(Identity(YOUNG), SALT, today, green_age=20).green


def test_a_person_has_one_key_a_day() -> None:
    """The same number and salt give the same key, anything else another, and no number shows."""
    key = person_key(OLD, SALT)

    assert key == person_key(OLD, SALT)
    assert len({key, person_key(YOUNG, SALT), person_key(OLD, b"salt of the next")}) == 3
    assert re.fullmatch(r"[A-Za-z0-9+/=_.:-]{32}", key)
    assert OLD not in key


def test_a_short_salt_is_refused() -> None:
    """Whoever can guess the salt can try all numbers."""
    with pytest.raises(ValueError, match="at least 16 bytes"):
        person_key(OLD, b"short")


def test_a_number_is_not_printed_by_accident() -> None:
    """Neither an identity's nor a card's repr has it."""
    identity = Identity(OLD)

    assert OLD not in repr(identity)
    assert OLD not in repr(card(identity, SALT, date(2026, 3, 2)))
    assert Card.__slots__ == ("person", "green")
