"""The least that a frame for thousands of screens can cost: one that is ready, written to each.

A server of the same make as ours (uvicorn with the same settings, Starlette) whose screens are
let in and then only listen. `POST /frame` makes a WebSocket frame of its body, once;
`POST /write` writes its bytes to every socket and does nothing else. `python -m
loadtest.screens_prebuilt PORT` is that server.
"""

from __future__ import annotations

import gc
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from ops.supervisor import server_of


class Prebuilt:
    """The frame, and whoever is to get it."""

    def __init__(self) -> None:
        self._frame = b""
        self._server: uvicorn.Server | None = None

    async def look(self, socket: WebSocket) -> None:
        """A screen, until it leaves."""
        await socket.accept()
        await socket.send_text("{}")
        async for _ in socket.iter_text():
            pass

    async def frame(self, request: Request) -> Response:
        """Make the frame."""
        # From now on nothing may come between; all sockets are there.
        gc.collect()
        gc.disable()
        text = Frame(Opcode.TEXT, await request.body())
        self._frame = text.serialize(mask=False)
        return Response()

    async def write(self, _request: Request) -> Response:
        """Write it to all."""
        assert self._server is not None
        for one in self._server.server_state.connections:
            if isinstance(one, WebSocketsSansIOProtocol):
                one.transport.write(self._frame)
        return Response()

    async def serve(self, port: int) -> None:
        """Until told to stop."""
        app = Starlette(
            routes=[
                WebSocketRoute("/look", self.look),
                Route("/frame", self.frame, methods=["POST"]),
                Route("/write", self.write, methods=["POST"]),
            ]
        )
        self._server = server_of(app, port)
        await self._server.serve()


if __name__ == "__main__":
    uvloop.run(Prebuilt().serve(int(sys.argv[1])))
