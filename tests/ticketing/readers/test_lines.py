"""Letters into lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticketing.readers.lines import LONGEST, Lines

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


@given(
    st.lists(st.tuples(words, st.sampled_from(["\r", "\n", "\r\n", "\t"])), max_size=6),
    st.integers(1, 9),
)
def test_lines_come_out_whole_however_they_are_cut(lines: list[tuple[str, str]], size: int) -> None:
    """Every usual end of a line ends one, and none gives an empty one."""
    text, heard, found = "".join(word + end for word, end in lines), Lines(), list[str]()

    for at in range(0, len(text), size):
        found += heard.hear(text[at : at + size])

    assert found == [word for word, _ in lines]
    assert not heard


def test_a_pause_ends_a_line() -> None:
    """For scanners that end theirs with nothing."""
    heard = Lines()

    assert heard.hear("A04") == []
    assert heard.hear("5") == []
    assert heard.pause() == ["A045"]
    assert heard.pause() == []


def test_what_cannot_be_seen_is_left_out_and_what_is_endless_dropped() -> None:
    """A stuck key neither fills the memory nor becomes a ticket."""
    heard = Lines()

    assert heard.hear("\x02A045\x03\n") == ["A045"]
    for _ in range(LONGEST):
        heard.hear("0123456789")
    assert heard.hear("\nA046\n") == ["A046"]


def test_a_letter_is_rubbed_out() -> None:
    """On a number pad."""
    heard = Lines()
    heard.hear("A044")
    heard.rub_out()

    assert heard.hear("5\n") == ["A045"]
