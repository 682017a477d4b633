"""The frames of ID card readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ticketing.card_reader import ADDRESS, NAME, OFFICE, answer, card_text
from tests.ticketing.people import OLD
from ticketing.readers import sdt_frames as sdt

READ_ANSWER = answer("00 00 90", bytes.fromhex("0100 0400") + card_text(OLD) + bytes(1024))


@pytest.mark.parametrize(
    ("request_", "bytes_"),
    [
        (sdt.FIND, "AA AA AA 96 69 00 03 20 01 22"),
        (sdt.SELECT, "AA AA AA 96 69 00 03 20 02 21"),
        (sdt.READ, "AA AA AA 96 69 00 03 30 01 32"),
    ],
)
def test_the_known_frames(request_: bytes, bytes_: str) -> None:
    """Byte for byte."""
    assert request_ == bytes.fromhex(bytes_)


@given(
    st.binary(min_size=3, max_size=3),
    st.binary(max_size=1300),
    st.binary(max_size=40).filter(lambda noise: 0x96 not in noise),
    st.integers(1, 50),
)
def test_an_answer_survives_noise_before_it_and_any_cuts(
    status: bytes, data: bytes, noise: bytes, size: int
) -> None:
    """However it is cut into pieces, and whatever was on the line before."""
    line = noise + sdt.frame(status + data)
    listening = sdt.Listening()

    pieces = [line[at : at + size] for at in range(0, len(line), size)]
    *before, last = [listening.hear(piece) for piece in pieces]

    assert before == [None] * len(before)
    assert last == sdt.Answer(status, data)


def test_a_preamble_that_lost_its_first_bytes_is_known() -> None:
    """Lines that wake up lose them."""
    assert sdt.Listening().hear(answer("00 00 9F")[2:]) == sdt.Answer(b"\0\0\x9f")


@given(st.integers(7, 1294), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, change: int) -> None:
    """The check covers everything after the length."""
    spoilt = bytearray(READ_ANSWER)
    spoilt[at] ^= change

    with pytest.raises(sdt.Garbled, match="checksum"):
        sdt.Listening().hear(bytes(spoilt))


@pytest.mark.parametrize("length", [0, 3, 5000, 65535])
def test_a_length_that_cannot_be_is_noticed_at_once(length: int) -> None:
    """Nobody waits for sixty thousand bytes."""
    with pytest.raises(sdt.Garbled, match="length"):
        sdt.Listening().hear(sdt.PREAMBLE + length.to_bytes(2, "big"))


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        (b"", "silent"),
        (b"AT\r\nERROR", "stranger"),
        (b"\xaa\xaa\xaa\x96", "cut_off"),
        (READ_ANSWER[:700], "cut_off"),
    ],
)
def test_what_an_unfinished_answer_was(heard: bytes, told: str) -> None:
    """Silence, something else altogether, or half an answer."""
    listening = sdt.Listening()

    assert listening.hear(heard) is None
    assert listening.so_far() == told


def test_the_fields_of_a_card() -> None:
    """Every field has its place; blanks that fill it are no part of it."""
    heard = sdt.Listening().hear(READ_ANSWER)
    assert heard
    text = sdt.text_of(heard.data)

    told = {name: sdt.field(text, name) for name in sdt.FIELDS}
    assert told == {
        "name": NAME,
        "sex": "1",
        "nation": "01",
        "birth": "19550606",
        "address": ADDRESS,
        "number": OLD,
        "authority": OFFICE,
        "valid_from": "20200101",
        "valid_until": "20400101",
    }


@pytest.mark.parametrize("data", [b"", b"\x01\x00\x04\x00", b"\x00\x10\x04\x00" + bytes(16)])
def test_a_text_too_short_for_its_fields_is_refused(data: bytes) -> None:
    """An answer may be whole and still not be a card."""
    with pytest.raises(sdt.Garbled, match="length"):
        sdt.text_of(data)
