"""A WebSocket for a greenlet: the sans-I/O protocol of `websockets` on a plain socket.

The library's own synchronous client works under gevent too, but keeps a greenlet, a lock and a
queue beside each connection; thousands of screens in a few processes want less.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

#: As pages have it (`hall.js`): a line on which nothing comes for so long (s) is dead, as pictures
#: say `same` every ten, and one that has no first picture in this time is given up.
SILENCE, PATIENCE = 22.0, 8.0
#: How often (s) a line to a follower, which may be silent for long, is tried with a ping.
PING = 10.0


class LineDown(ConnectionError):
    """The line broke, or was refused; `code` is the close code, or the HTTP status."""

    def __init__(self, said: str, code: int = 0) -> None:
        super().__init__(said)
        self.code = code


def _connected(host: str, port: int, room: int) -> socket.socket:
    line = socket.create_connection((host, port), 10) if not room else socket.socket()
    if room:
        # The window is agreed upon when the connection is made.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.settimeout(10)
        line.connect((host, port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


class Line:
    """One connection to `path` of a server `url` (`http://…`), which is given up when its first
    text does not come within `patience` seconds; `room` (bytes) is how much may lie here unread, 0
    for as much as the system likes."""

    def __init__(
        self,
        url: str,
        path: str,
        headers: dict[str, str],
        patience: float = SILENCE,
        room: int = 0,
    ) -> None:
        base = urlsplit(url)
        where = parse_uri(f"ws{base.scheme.removeprefix('http')}://{base.netloc}{path}")
        self._protocol = ClientProtocol(where, max_size=None)
        self._socket = _connected(where.host, where.port, room)
        if where.secure:
            import ssl

            context = ssl.create_default_context()
            self._socket = context.wrap_socket(self._socket, server_hostname=where.host)
        self._patience = patience
        self._socket.settimeout(min(PING, patience))
        self._heard = time.monotonic()
        self.is_cut = False
        request = self._protocol.connect()
        for name, value in headers.items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self._flush()

    def texts(self) -> Iterator[tuple[float, bytes]]:
        """Each text with the moment (Unix s) its last byte came; raises `LineDown` at the end."""
        parts: list[bytes] = []
        while True:
            data = self._received()
            now = time.time()
            self._protocol.receive_data(data) if data else self._protocol.receive_eof()
            for event in self._protocol.events_received():
                if isinstance(event, Response):
                    self._let_in()
                elif isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.CONT):
                    parts.append(bytes(event.data))
                    if event.fin:
                        self._is_up()
                        yield now, b"".join(parts)
                        parts.clear()
            self._flush()
            if not data or self._protocol.state is State.CLOSED:
                raise LineDown(*self._why())

    def _received(self) -> bytes:
        while True:
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                if time.monotonic() - self._heard >= self._patience:
                    raise LineDown("silence") from None
                if self._protocol.state is State.OPEN:
                    self._protocol.send_ping(b"")
                    self._flush()
            except OSError as error:
                raise LineDown("cut" if self.is_cut else type(error).__name__) from None
            else:
                self._heard = time.monotonic()
                return data

    def _is_up(self) -> None:
        if self._patience != SILENCE:
            self._patience = SILENCE
            self._socket.settimeout(PING)

    def _let_in(self) -> None:
        refused = self._protocol.handshake_exc
        if isinstance(refused, InvalidHandshake):
            raise LineDown(str(refused))

    def _why(self) -> tuple[str, int]:
        code = self._protocol.close_code or 1006
        return f"{code} {self._protocol.close_reason or ''}".strip(), code

    def _flush(self) -> None:
        if out := b"".join(self._protocol.data_to_send()):
            try:
                self._socket.sendall(out)
            except OSError as error:
                raise LineDown(type(error).__name__) from None

    def cut(self) -> None:
        """Break it, as a pulled cable does."""
        self.is_cut = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
