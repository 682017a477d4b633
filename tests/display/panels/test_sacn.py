"""sACN, received by the library's own receiver and put together again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import sacn
from sacn.receiving.receiver_socket_udp import ReceiverSocketUDP

from display.drawing import film
from display.panels.bitmap import Bitmap
from display.panels.sacn import Sacn
from display.strips import Strip
from queue_server.client.device import Offline

STRIP = Strip((("A045",),))
RED, WIDTH, HEIGHT = (255, 32, 0), 64, 16


class Wall:
    """A receiver of seven universes on a port of its own."""

    def __init__(self) -> None:
        self.slots: dict[int, tuple[int, ...]] = {}
        self.gone: set[int] = set()
        self.whole = threading.Event()
        self.over = threading.Event()
        self._receiver = sacn.sACNreceiver("127.0.0.1", _free_port())
        made = self._receiver._handler.socket
        assert isinstance(made, ReceiverSocketUDP)
        self.port = made._socket.getsockname()[1]
        for universe in range(5, 12):
            self._receiver.register_listener("universe", self._data, universe=universe)
        self._receiver.register_listener("availability", self._availability)
        self._receiver.start()

    def stop(self) -> None:
        self._receiver.stop()

    def lit(self) -> list[bool]:
        """The pixels in their order."""
        values = [value for _, slots in sorted(self.slots.items()) for value in slots[:510]]
        pixels = [tuple(values[at : at + 3]) for at in range(0, 3 * WIDTH * HEIGHT, 3)]
        assert set(pixels) <= {RED, (0, 0, 0)}
        return [pixel == RED for pixel in pixels]

    def _data(self, packet: sacn.DataPacket) -> None:
        self.slots[packet.universe] = packet.dmxData
        if len(self.slots) == 7:
            self.whole.set()

    def _availability(self, universe: int, changed: str) -> None:
        if changed == "timeout":
            self.gone.add(universe)
        if len(self.gone) == 7:
            self.over.set()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def wall() -> Iterator[Wall]:
    wall = Wall()
    yield wall
    wall.stop()


@pytest.mark.parametrize("zigzag", [False, True])
def test_seven_universes_are_the_picture(wall: Wall, zigzag: bool) -> None:
    """64 × 16 pixels in universes 5 to 11, every pixel where it was drawn."""
    canvas = Sacn("127.0.0.1", 5, WIDTH, HEIGHT, port=wall.port, zigzag=zigzag)
    again = Bitmap(canvas).show(STRIP)
    assert wall.whole.wait(20)

    drawn = film(STRIP, WIDTH, HEIGHT)[0].image
    rows = [
        [bool(drawn.getpixel((x, y))) for x in range(WIDTH)][:: -1 if zigzag and y % 2 else 1]
        for y in range(HEIGHT)
    ]
    assert wall.lit() == [pixel for line in rows for pixel in line]
    assert again < 2.5, "a source that is silent for 2.5 s counts as lost"
    canvas.close()


def test_closing_ends_the_stream(wall: Wall) -> None:
    """The receiver learns at once that nobody sends any more."""
    panel = Bitmap(Sacn("127.0.0.1", 5, WIDTH, HEIGHT, port=wall.port))
    panel.show(STRIP)
    assert wall.whole.wait(20)

    panel.close()

    assert wall.over.wait(20)


def test_a_network_that_says_no() -> None:
    """No route is a sentence, and the next try begins anew."""
    panel = Bitmap(Sacn("host.invalid", 5, WIDTH, HEIGHT))
    for _ in range(2):
        with pytest.raises(Offline, match=r"sACN to host\.invalid"):
            panel.show(STRIP)


def test_a_host_where_nobody_listens() -> None:
    """The host's own answer is heard, and told."""
    port = _free_port()
    panel = Bitmap(Sacn("127.0.0.1", 5, WIDTH, HEIGHT, port=port))
    with pytest.raises(Offline, match="does not arrive"):
        panel.show(STRIP)
