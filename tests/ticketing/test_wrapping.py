"""Lines that fit, Chinese and English mixed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing.wrapping import columns, wrap

ANY = st.text(st.sampled_from("窗口办理，。（）A045 abc-12 ~~"))


def test_chinese_breaks_anywhere_and_english_between_words() -> None:
    assert wrap("请到三号窗口办理", 8, columns) == ["请到三号", "窗口办理"]
    assert wrap("please go to window 3", 10, columns) == ["please go", "to window", "3"]


def test_a_comma_does_not_begin_a_line() -> None:
    assert wrap("请到三号，办理", 8, columns) == ["请到三", "号，办理"]


def test_a_word_that_is_too_long_is_broken() -> None:
    assert wrap("https://queue.example/t/abcdefgh", 10, columns) == [
        "https://qu",
        "eue.exampl",
        "e/t/abcdef",
        "gh",
    ]


@settings(max_examples=1000)
@given(ANY, st.integers(2, 30))
def test_nothing_is_lost_and_every_line_fits(text: str, room: int) -> None:
    lines = wrap(text, room, columns)

    assert all(columns(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
