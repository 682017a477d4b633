"""Reading a request's body: as much as it may have, and only JSON."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from queue_server.api.auth import Headers
from queue_server.api.commands import invalid
from queue_server.api.problems import TooLarge, WrongType
from queue_server.domain.refusals import Invalid

#: How long the rest of a body may take (s).
PATIENCE = 10.0
#: What a form has at the most (bytes).
LARGEST = 16 * 1024
_JSON = b"application/json"

Shape = TypeVar("Shape", bound=BaseModel)


async def form(request: Request, shape: type[Shape]) -> Shape:
    """What a body says, read as this shape; raises `Invalid` for the first thing that is wrong."""
    body = await json_body(dict(request.scope["headers"]), request.receive, LARGEST)
    try:
        return shape.model_validate_json(body or b"{}")
    except ValidationError as wrong:
        raise invalid(wrong) from None


async def json_body(headers: Headers, receive: Any, largest: int) -> bytes:
    """The body, empty when there is none; raises `TooLarge` or `WrongType`."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:20]) > largest:
        raise too_large(largest)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") or message["type"] == "http.disconnect" or len(body) > largest:
        body = await _rest(message, receive, largest)
    if body:
        media = headers.get(b"content-type", b"")
        # Most say just that, and need not be looked at more closely.
        if media != _JSON and media.partition(b";")[0].strip().lower() != _JSON:
            raise WrongType
    return body


async def _rest(message: Any, receive: Any, largest: int) -> bytes:
    parts, size = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if message["type"] == "http.disconnect":
                    # Half a command is none, and nobody is there to hear about it.
                    raise Invalid("body: it broke off.", "body")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > largest:
                    raise too_large(largest)
                if not message.get("more_body"):
                    return b"".join(parts)
                message = await receive()
    except TimeoutError:
        raise too_slow() from None


def too_slow() -> Invalid:
    """The refusal of a body whose end stays away."""
    return Invalid("body: it did not come to its end in time.", "body")


def too_large(largest: int) -> TooLarge:
    """The refusal, with the limit in it."""
    return TooLarge(f"A request here has at most {largest // 1024} KiB.")
