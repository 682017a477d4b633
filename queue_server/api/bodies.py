"""Reading a request's body: as much as it may have, and only JSON."""

from __future__ import annotations

from typing import Any

from queue_server.api.auth import Headers
from queue_server.api.problems import TooLarge, WrongType


async def json_body(headers: Headers, receive: Any, largest: int) -> bytes:
    """The body, empty when there is none; raises `TooLarge` or `WrongType`."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:20]) > largest:
        raise too_large(largest)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _rest(body, receive, largest)
    if body:
        media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if media != b"application/json":
            raise WrongType
    return body


async def _rest(body: bytes, receive: Any, largest: int) -> bytes:
    parts, size, more = [body], len(body), True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            raise too_large(largest)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def too_large(largest: int) -> TooLarge:
    """The refusal, with the limit in it."""
    return TooLarge(f"A request here has at most {largest // 1024} KiB.")
