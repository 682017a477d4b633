"""Text cards over TCP: what stands on the card, whatever the line and the card do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from display.panels.onbon import CARDS, TIMEOUT, Onbon, cut, encoded
from display.panels.onbon_lines import Tcp
from display.strips import Strip
from queue_server.client.device import DeviceError, Offline
from tests.display.card import Card, TcpCard

IDLE = Strip((("3号窗口 社保",), ("3号窗口", "社保")))
CALLED = Strip((("请A045号到3号窗口",), ("A045",)), flash=True)


class Seconds:
    """The panel's clock, to be set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def net() -> Iterator[TcpCard]:
    net = TcpCard(Card())
    yield net
    net.switch_off()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def onbon(net: TcpCard, seconds: Seconds, width: int = 64, height: int = 16) -> Onbon:
    return Onbon(Tcp("127.0.0.1", net.port, 0.3), width, height, clock=seconds)


def test_a_text_that_fits_stands(net: TcpCard, seconds: Seconds) -> None:
    """One static area over the whole strip, with the fonts and the colour first."""
    again = onbon(net, seconds, 160).show(IDLE)

    (area,) = net.card.areas.values()
    assert net.card.text == "3号窗口 社保"
    assert (area.x, area.y, area.width, area.height) == (0, 0, 160, 16)
    assert (area.effect, area.single_line, area.run_mode) == (1, True, 2)
    assert area.raw.startswith(rb"\FO000\FE000\C1")
    assert again < TIMEOUT == area.timeout


def test_pages_come_in_turn(net: TcpCard, seconds: Seconds) -> None:
    """Each page is as long as the line, so that the card turns it by wrapping."""
    onbon(net, seconds).show(IDLE)

    (area,) = net.card.areas.values()
    assert not area.single_line
    assert area.wrap
    text = area.text.encode("gbk")
    pages = [text[at : at + 8].decode("gbk").strip() for at in range(0, len(text), 8)]
    assert pages == ["3号窗口", "社保"]


def test_a_text_that_does_not_fit_runs(net: TcpCard, seconds: Seconds) -> None:
    """Too long in every wording: it moves to the left, whole."""
    onbon(net, seconds).show(Strip((("今日仅接待预约群众",),)))

    (area,) = net.card.areas.values()
    assert (net.card.text, area.effect, area.single_line) == ("今日仅接待预约群众", 3, True)


def test_a_higher_panel_has_several_areas(net: TcpCard, seconds: Seconds) -> None:
    """Two calls on a panel of two lines stand below each other."""
    onbon(net, seconds, 64, 32).show(Strip((("A045→3", "B001→4"),)))

    assert net.card.text == "A045→3\nB001→4"
    assert [area.y for area in net.card.areas.values()] == [0, 16]


def test_a_new_call_flashes_then_stands(net: TcpCard, seconds: Seconds) -> None:
    """Half a second the number, half a second nothing, for three seconds; then it stands."""
    panel = onbon(net, seconds)
    assert panel.show(CALLED) == pytest.approx(3)
    (area,) = net.card.areas.values()
    assert (area.text.encode("gbk"), area.stay) == (b"  A045  " + b" " * 8, 1)

    seconds.now += 3
    again = panel.show(CALLED)

    (area,) = net.card.areas.values()
    assert (area.text, area.effect) == ("  A045  ", 1)
    assert again == TIMEOUT / 3


def test_a_5k_card_is_placed_by_eight_pixels_and_takes_less(net: TcpCard, seconds: Seconds) -> None:
    """A text longer than its 512 bytes is cut between two letters."""
    long = Strip((("窗" * 400,),))
    Onbon(Tcp("127.0.0.1", net.port, 0.3), 64, 16, card=CARDS["5k"], clock=seconds).show(long)

    (area,) = net.card.areas.values()
    assert area.width == 64
    assert set(area.text) == {"窗"}
    data_length = int.from_bytes(net.card.heard[0][20:22], "little")
    assert 500 < data_length <= 512


def test_what_gbk_cannot_say_is_replaced() -> None:
    """A question mark, and no command can be smuggled into the card."""
    assert encoded("A045 😀") == b"A045 ?"
    assert b"\\" not in encoded(r"\C1窗口\FO000")
    assert cut("窗口".encode("gbk"), 3).decode("gbk") == "窗"


@pytest.mark.parametrize(
    ("trick", "error", "sentence"),
    [
        ("drop", Offline, "does not answer"),
        ("late", Offline, "does not answer"),
        ("cut", Offline, "does not answer"),
        ("garble", DeviceError, "garbled"),
        ("refuse", DeviceError, "busy"),
        ("hang_up", Offline, "hung up"),
    ],
)
def test_trouble_is_told_and_the_next_time_is_right(
    net: TcpCard, seconds: Seconds, trick: str, error: type[DeviceError], sentence: str
) -> None:
    """A card that misbehaves once is a sentence; shown again, the text stands."""
    panel = onbon(net, seconds)
    net.card.tricks.append(trick)

    with pytest.raises(error, match=sentence):
        panel.show(CALLED)
    panel.show(CALLED)

    assert net.card.text == "A045"


def test_a_late_answer_is_not_taken_for_the_next_ones(net: TcpCard, seconds: Seconds) -> None:
    """The yes to an old text says nothing about the new one, which was refused."""
    panel = onbon(net, seconds)
    net.card.tricks.extend(["late", "refuse"])

    with pytest.raises(Offline):
        panel.show(IDLE)
    with pytest.raises(DeviceError, match="busy"):
        panel.show(CALLED)


def test_noise_before_the_answer_is_skipped(net: TcpCard, seconds: Seconds) -> None:
    """Bytes that belong to nobody do not hide the yes."""
    net.card.tricks.append("noise")
    onbon(net, seconds).show(IDLE)


def test_a_card_without_power_is_offline_and_forgets(net: TcpCard, seconds: Seconds) -> None:
    """Gone, it is told; back, the same strip is whole again."""
    panel = onbon(net, seconds)
    panel.show(IDLE)
    net.switch_off()
    with pytest.raises(Offline, match="cannot be reached"):
        panel.show(IDLE)

    net.switch_on()
    assert net.card.text == ""
    panel.show(IDLE)
    assert "3号窗口" in net.card.text
