"""The frames of callers, and what is a press."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import caller
from ticketing.caller import LONGEST, SAME, Frame, Frames, Presses

byte = st.integers(0, 255)
frames = st.builds(Frame, byte, byte, st.binary(max_size=LONGEST - 2))
CALL = Frame(3, caller.KEY, b"\x0c")


@pytest.mark.parametrize(
    ("frame", "bytes_"),
    [
        (CALL, "FF 68 03 03 68 03 01 0C 10 16"),
        (caller.show(3, "045"), "FF 68 08 08 68 03 02 0A 0A 0A 00 04 05 2C 16"),
        (caller.show(3, ""), "FF 68 08 08 68 03 02 0A 0A 0A 0A 0A 0A 41 16"),
        (caller.show(3, "12"), "FF 68 08 08 68 03 02 0A 0A 0A 0A 01 02 30 16"),
        (caller.show(3, "A1234567"), "FF 68 08 08 68 03 02 02 03 04 05 06 07 20 16"),
        (caller.beep(3), "FF 68 02 02 68 03 03 06 16"),
        (caller.level(3), "FF 68 03 03 68 03 02 05 0A 16"),
        (caller.ask_rating(3), "FF 68 03 03 68 03 01 0B 0F 16"),
    ],
)
def test_frames_byte_for_byte(frame: Frame, bytes_: str) -> None:
    """The layout of every kind that is said."""
    assert frame.to_bytes() == bytes.fromhex(bytes_)


@given(st.lists(frames, max_size=5), st.integers(1, 40))
def test_frames_are_found_however_they_are_cut(said: list[Frame], size: int) -> None:
    """In order, each once."""
    line, heard = b"".join(frame.to_bytes() for frame in said), Frames()

    pieces = [line[at : at + size] for at in range(0, len(line), size)]
    found = [frame for piece in pieces for frame in heard.hear(piece)]

    assert found == said


@given(st.binary(max_size=60), frames)
def test_noise_is_passed_over(noise: bytes, frame: Frame) -> None:
    """Whatever was on the line before, after a pause the frame has been found."""
    heard = Frames()

    found = heard.hear(noise + frame.to_bytes()) + heard.pause()

    assert frame in found


@given(frames, st.integers(0, 500), st.integers(1, 255))
def test_a_spoilt_frame_is_no_press(frame: Frame, at: int, change: int) -> None:
    """One changed byte, and nothing, or nothing like it, was said."""
    line, heard = bytearray(frame.to_bytes()), Frames()
    line[at % len(line)] ^= change

    assert frame not in heard.hear(bytes(line)) + heard.pause()


def test_a_rating_is_confirmed_as_function_01_with_a_check_16_smaller() -> None:
    """Any other frame is confirmed by itself."""
    rating = Frame(3, caller.RATING, b"\x04")

    confirmed = caller.confirmation(rating)

    assert confirmed == Frame(3, 1, b"\x04")
    assert rating.to_bytes()[-2] - confirmed.to_bytes()[-2] == 0x10
    assert caller.confirmation(CALL) is CALL


def test_the_same_frame_soon_again_is_the_same_press() -> None:
    """However often a device repeats itself; later it is another press, and another key is too."""
    presses = Presses()

    new = [presses.is_new(CALL, at) for at in (0, 200, 400, 699, 699 + SAME)]

    assert new == [True, False, False, False, True]
    assert presses.is_new(Frame(4, caller.KEY, b"\x0c"), 700)


def test_our_own_voice_is_no_press() -> None:
    """Adapters that hear themselves, and devices that echo what they are told."""
    presses, ask = Presses(), caller.ask_rating(3)
    presses.said(ask, 0)

    assert [presses.is_echo(ask, at) for at in (5, 20, SAME)] == [True, True, False]
    assert presses.is_echo(caller.beep(3), 5000)
    assert presses.is_echo(caller.show(3, "045"), 5000)


def test_a_confirmation_comes_back_once() -> None:
    """A second one is the device's own: it did not hear us."""
    presses = Presses()
    presses.confirmed(CALL, 0)

    assert [presses.is_echo(CALL, at) for at in (10, 20)] == [True, False]
