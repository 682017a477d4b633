"""Frames of text cards: the maker's own byte for byte, and any other there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.panels import onbon_frames as frames
from queue_server.client.device import DeviceError
from tests.display.card import areas_of, check_of, unwrapped, wrapped

HEAD = "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 "
ACK = "A5 A5 A5 A5 A5 A5 A5 A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AC 5A"
NACK = "A5 A5 A5 A5 A5 A5 A5 A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 01 05 00 00 05 51 5A"


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (frames.PING, "05 00 A2 00 01 00 00 68 F8 5A"),
        (frames.STATUS, "05 00 A1 02 01 00 00 2D 40 5A"),
        (frames.CLEAR, "05 00 A3 10 01 00 00 51 F8 5A"),
    ],
)
def test_known_requests(data: bytes, known: str) -> None:
    """Ping, status and clear as the maker prints them."""
    assert frames.frame(data) == bytes.fromhex(HEAD + known)


def test_the_known_text() -> None:
    """`\\FO000TEMPER:21℃` in an area that is 64 units of 8 pixels wide."""
    area = frames.Area(
        id=1,
        x=0,
        y=12,
        width=64 * 8,
        height=12,
        text=r"\FO000TEMPER:21℃".encode("gbk"),
        in_pixels=False,
        line_gap=10,
        run_mode=frames.LAST_PAGE,
        timeout=2,
        speed=0x17,
        stay=2,
    )
    known = (
        "35 00 A3 06 02 00 00 00 01 2C 00 00 00 00 0C 00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 "
        "01 00 17 02 11 00 00 00 5C 46 4F 30 30 30 54 45 4D 50 45 52 3A 32 31 A1 E6 82 DA 5A"
    )
    made = frames.frame(frames.dynamic([area], frames.NO_REPLY))
    assert made == bytes.fromhex(HEAD + known)


def test_the_makers_welcome() -> None:
    """`欢迎光临` to every card, placed by the pixel (protocol 1.4, example 8)."""
    area = frames.Area(
        id=0,
        x=0,
        y=0,
        width=128,
        height=32,
        text="欢迎光临".encode("gbk"),
        run_mode=frames.FOR_EVER,
        timeout=10,
        single_line=False,
        speed=2,
        stay=10,
    )
    known = (
        "A5 A5 A5 A5 A5 A5 A5 A5 FE FF 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 "
        "00 00 00 80 00 00 80 80 20 00 00 00 00 0A 00 00 00 00 02 01 01 00 02 0A 08 00 00 00 BB B6 "
        "D3 AD B9 E2 C1 D9 3C 49 5A"
    )
    assert frames.frame(frames.dynamic([area]), address=0xFFFE) == bytes.fromhex(known)


def test_the_makers_answers() -> None:
    """A yes is a yes; a no says why."""
    frames.parse(bytes.fromhex(ACK)).check()
    no = frames.parse(bytes.fromhex(NACK))
    assert (no.address, no.group, no.command, no.error) == (0xFFFE, 0xA0, 1, 5)
    with pytest.raises(DeviceError, match="garbled"):
        no.check()


def test_an_answer_to_something_else_is_no_yes() -> None:
    """A status report does not say that a text is shown."""
    header = b"\x00\x80\x01\x00" + bytes(6) + b"\xfe\x02\x06\x00"
    with pytest.raises(DeviceError, match="something else: A1 02"):
        frames.parse(wrapped(header + b"\xa1\x02\x00\x00\x00\x01")).check()


def test_an_unchecked_answer_is_taken() -> None:
    """FFFF in place of the check means that there is none."""
    answer = bytes.fromhex(ACK)
    frames.parse(answer[:-3] + b"\xff\xff\x5a").check()


@given(st.binary(max_size=300))
def test_escapes_there_and_back(body: bytes) -> None:
    """No start and no end is left inside, and nothing is lost."""
    escaped = frames.escape(body)
    assert not {0xA5, 0x5A} & set(escaped)
    assert frames.unescape(escaped) == body


@given(st.binary(max_size=300))
def test_the_check_is_the_makers(body: bytes) -> None:
    """Bit by bit or by the maker's table, the same CRC-16/ARC."""
    assert frames.crc16(body) == check_of(body)


def test_the_check_is_arc() -> None:
    """The catalogued check value of CRC-16/ARC."""
    assert frames.crc16(b"123456789") == 0xBB3D


texts = st.text(alphabet=st.characters(codec="gbk", exclude_characters="\\"), max_size=40)
areas = st.builds(
    frames.Area,
    id=st.integers(0, 7),
    x=st.integers(0, 500).map(lambda x: 8 * x),
    y=st.integers(0, 1023),
    width=st.integers(1, 512).map(lambda width: 8 * width),
    height=st.integers(1, 1024),
    text=texts.map(lambda text: text.encode("gbk")),
    in_pixels=st.booleans(),
    timeout=st.integers(0, 65535),
    single_line=st.booleans(),
    wrap=st.booleans(),
    effect=st.integers(1, 6),
    speed=st.integers(0, 24),
    stay=st.integers(0, 255),
)


@given(st.lists(areas, max_size=5), st.integers(1, 0xFFFE))
def test_areas_are_read_as_they_were_meant(meant: list[frames.Area], address: int) -> None:
    """A decoder written from the description reads every field back."""
    plain = unwrapped(frames.frame(frames.dynamic(meant), address, display_mode=1))

    assert int.from_bytes(plain[:2], "little") == address
    assert plain[9] == 1
    for area, seen in zip(meant, areas_of(plain[14:]), strict=True):
        assert seen.text.encode("gbk") == area.text
        for name in ("id", "x", "y", "width", "height", "run_mode", "timeout", "single_line"):
            assert getattr(seen, name) == getattr(area, name)
        for name in ("wrap", "effect", "speed", "stay"):
            assert getattr(seen, name) == getattr(area, name)


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_garbled(received: bytes) -> None:
    """Noise raises nothing but what the driver expects."""
    for noise in (received, b"\xa5" + received + b"\x5a"):
        try:
            frames.parse(noise)
        except frames.Garbled:
            continue


@given(st.integers(8, 29), st.integers(1, 255))
def test_a_flipped_byte_is_noticed(at: int, flip: int) -> None:
    """Whatever changes on the way, a damaged yes is not taken for one."""
    answer = bytearray(bytes.fromhex(ACK))
    answer[at] ^= flip
    damaged = bytes(answer)
    if damaged.endswith(b"\x5a"):
        with pytest.raises(frames.Garbled):
            frames.parse(damaged)
