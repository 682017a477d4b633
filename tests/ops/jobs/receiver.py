"""Somebody outside who is told things: a real server that does what a test wants of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    answer: int | str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with what is in `answers` (a status, `hang`, `redirect`, `break` or `flood`), and
    with 204 when there is nothing more."""

    answers: deque[int | str] = field(default_factory=deque)
    heard: list[Received] = field(default_factory=list)
    #: Decides by what was said, when it says anything.
    judge: Callable[[Any], int | None] = lambda _told: None
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[Route("/{path:path}", self.hear, methods=["POST", "GET"])],
        )

    async def hear(self, request: Request) -> Response:
        body = await request.body()
        answer: int | str | None = self.judge(json.loads(body or b"null"))
        if answer is None:
            answer = self.answers.popleft() if self.answers else 204
        self.heard.append(Received(request.url.path, dict(request.headers), body, answer))
        match answer:
            case "hang":
                await self.hanging.wait()
                return Response(status_code=204)
            case "redirect":
                return RedirectResponse("/elsewhere", 307)
            case "flood":
                return StreamingResponse(b"x" * 65536 for _ in range(10_000))
            case "break":
                raise asyncio.CancelledError
        assert isinstance(answer, int)
        return Response(status_code=answer)

    @property
    def taken(self) -> list[Received]:
        """What it said 2xx to, in order."""
        return [one for one in self.heard if isinstance(one.answer, int) and one.answer < 300]


def verified(secret: str, received: Received) -> bool:
    """As a receiver checks it (standardwebhooks.com), written anew from its words."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}."
    made = hmac.digest(key, signed.encode() + received.body, hashlib.sha256)
    version, _, said = received.headers["webhook-signature"].partition(",")
    return version == "v1" and hmac.compare_digest(base64.b64decode(said), made)
