"""Pixels over sACN (ANSI E1.31): 170 RGB pixels a universe, row by row from the top left.

The packets are the `sacn` library's. Its sender has a thread that dies of the first network
error, so the socket is ours.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from typing import Any

from PIL import Image
from sacn.messages.data_packet import DataPacket, calculate_multicast_addr

from queue_server.client.device import Offline

PORT = 5568
#: 512 slots have room for 170 pixels of three.
PIXELS = 170
#: A source that falls silent for 2.5 s is lost (E1.31, network data loss); this is well under it.
KEEP = 0.8
Colour = tuple[int, int, int]
RED: Colour = (255, 32, 0)


class Sacn:
    """A canvas of pixels. No `host` means multicast; `zigzag` wires every other row backwards."""

    keep = KEEP

    def __init__(
        self,
        host: str,
        universe: int,
        width: int,
        height: int,
        *,
        port: int = PORT,
        colour: Colour = RED,
        zigzag: bool = False,
    ) -> None:
        self.width, self.height = width, height
        self._host, self._port = host, port
        self._colour, self._zigzag = colour, zigzag
        cid = tuple(random.randbytes(16))
        universes = range(universe, universe - -width * height // PIXELS)
        self._packets = [DataPacket(cid, "Jiaohao", number) for number in universes]
        self._socket: socket.socket | None = None

    def draw(self, image: Image.Image, new: bool) -> None:  # noqa: ARG002
        """Send every universe once; raises `Offline` when the network says no."""
        for packet, slots in zip(self._packets, self._slots(image), strict=True):
            packet.dmxData = slots
            self._send(packet)

    def close(self) -> None:
        """Say three times that the stream is over (E1.31, stream terminated)."""
        if self._socket is None:
            return
        try:
            for packet in self._packets * 3:
                packet.option_StreamTerminated = True
                self._send(packet)
        except Offline:
            pass
        finally:
            self._hang_up()

    def _slots(self, image: Image.Image) -> Iterator[tuple[int, ...]]:
        lit = image.load()
        assert lit is not None
        values: list[int] = []
        for y in range(self.height):
            backwards = self._zigzag and y % 2
            for x in reversed(range(self.width)) if backwards else range(self.width):
                values += self._colour if lit[x, y] else (0, 0, 0)
        for first in range(0, len(values), 3 * PIXELS):
            yield tuple(values[first : first + 3 * PIXELS])

    def _send(self, packet: Any) -> None:
        try:
            if self._socket is None:
                self._socket = _socket(self._host, self._port)
            sent = bytes(packet.getBytes())
            if self._host:
                self._socket.send(sent)
            else:
                self._socket.sendto(sent, (calculate_multicast_addr(packet.universe), self._port))
        except OSError as error:
            self._hang_up()
            where = self._host or "the network"
            raise Offline(f"sACN to {where} does not arrive: {error}") from error
        packet.sequence_increase()

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def _socket(host: str, port: int) -> socket.socket:
    """Connected to a host, so that its "nobody listens here" comes back to us."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.settimeout(1.0)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 8)
        if host:
            made.connect((host, port))
    except BaseException:
        made.close()
        raise
    return made
