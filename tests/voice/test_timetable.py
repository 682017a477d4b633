"""How loud it is when."""

from __future__ import annotations

import pytest

from voice.timetable import Timetable


def test_volumes_of_a_day() -> None:
    """The first span that fits, over midnight too, and the day's own volume otherwise."""
    table = Timetable.parse("80, 12:00-14:00 50, 22:00-07:00 quiet")

    at = {time: table.at(time) for time in (0, 6 * 60 + 59, 7 * 60, 12 * 60, 14 * 60, 22 * 60)}
    assert list(at.values()) == [0, 0, 80, 50, 80, 0]


def test_nothing_said_is_full_volume() -> None:
    """Without a word it is loud all day."""
    assert Timetable.parse("") == Timetable()
    assert Timetable().at(720) == 100


@pytest.mark.parametrize("text", ["loud", "120", "25:00-26:00 50", "12:00 50", "12:00-13:00 999"])
def test_what_is_no_volume(text: str) -> None:
    """A slip of the pen is told at once."""
    with pytest.raises(ValueError, match=r"volume|hours"):
        Timetable.parse(text)
