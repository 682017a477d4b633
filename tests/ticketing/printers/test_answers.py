"""A printer's answers in words."""

from __future__ import annotations

import pytest

from ticketing.printers.answers import is_status, is_turn, status

FINE = (0x12, 0x12, 0x12, 0x12)


def test_all_is_well() -> None:
    said = status(*FINE)

    assert (said.trouble, said.warning) == ("", "")


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ((0x1A, 0x16, 0x12, 0x12), "机盖未关 (the cover is open)"),
        ((0x1A, 0x32, 0x12, 0x72), "缺纸 (out of paper)"),
        ((0x12, 0x12, 0x12, 0x72), "缺纸 (out of paper)"),
        ((0x1A, 0x52, 0x1A, 0x12), "切刀故障 (the cutter is stuck)"),
        ((0x1A, 0x52, 0x32, 0x12), "打印机故障 (the printer reports an error)"),
        ((0x1A, 0x12, 0x12, 0x12), "打印机未就绪 (the printer is not ready)"),
    ],
)
def test_each_trouble_has_its_sentence(answers: tuple[int, int, int, int], trouble: str) -> None:
    assert status(*answers).trouble == trouble


def test_little_paper_is_no_trouble() -> None:
    said = status(0x12, 0x12, 0x12, 0x1E)

    assert (said.trouble, said.warning) == ("", "纸将用完 (paper is running out)")


def test_the_two_sorts_of_answer_are_told_apart() -> None:
    """Flow control (XON, XOFF) is neither."""
    for byte in (0x12, 0x1A, 0x72, 0x16):
        assert is_status(byte)
        assert not is_turn(byte)
    for byte in (0x00, 0x03, 0x0C, 0x0F):
        assert is_turn(byte)
        assert not is_status(byte)
    assert not any(is_status(byte) or is_turn(byte) for byte in (0x11, 0x13))
