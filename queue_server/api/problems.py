"""What HTTP itself says no to, in the same words as a refusal of the hall.

    Refused
    ├── NotSignedIn   401
    ├── WrongPassword 401
    ├── NotAllowed    403
    ├── NotFound      404
    ├── NoBooking     404
    ├── WrongMethod   405
    ├── BookingUsed, BookingCancelled, NotToday   409
    ├── TooLarge      413
    ├── WrongType     415
    ├── TooMany       429  with Retry-After
    └── LockedOut     429  with Retry-After and `until`

Every answer that is not a success is `{"code", "message"}`, with `field` when one word is wrong.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from queue_server.domain.refusals import Refused, Unavailable

log = logging.getLogger(__name__)


class NotSignedIn(Refused):
    """Please sign in, or send a bearer token that is still good."""

    code = "NOT_SIGNED_IN"
    status = 401


class WrongPassword(Refused):
    """The name or the password is wrong."""

    code = "WRONG_PASSWORD"
    status = 401


class NotAllowed(Refused):
    """You may not do this here."""

    code = "NOT_ALLOWED"
    status = 403


class NotFound(Refused):
    """There is nothing here."""

    code = "NOT_FOUND"
    status = 404


class NoBooking(Refused):
    """There is no such booking here."""

    code = "NO_BOOKING"
    status = 404


class BookingUsed(Refused):
    """This booking has its number already."""

    code = "BOOKING_USED"


class BookingCancelled(Refused):
    """This booking was cancelled."""

    code = "BOOKING_CANCELLED"


class NotToday(Refused):
    """This booking is for another day."""

    code = "NOT_TODAY"


class WrongMethod(Refused):
    """This is not how it is asked here."""

    code = "WRONG_METHOD"
    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__(f"Use {allowed} here.")
        self.allowed = allowed


class TooLarge(Refused):
    """The request is too large."""

    code = "TOO_LARGE"
    status = 413


class WrongType(Refused):
    """The body must be application/json."""

    code = "WRONG_TYPE"
    status = 415


class TooMany(Refused):
    """Too many requests; `after` (s) says when to come back."""

    code = "TOO_MANY"
    status = 429

    def __init__(self, after: float) -> None:
        super().__init__("Too many requests; please wait a little.")
        self.after = after


class LockedOut(TooMany):
    """Too many wrong passwords for this name; `until` (Unix ms) it is refused unseen."""

    code = "LOCKED_OUT"

    def __init__(self, message: str, until: int, after: float) -> None:
        super().__init__(after)
        self.args = (message,)
        self.until = until


class JSON(Response):
    """A JSON answer; bytes are taken as they are."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return content if isinstance(content, bytes) else to_json(content)


def refused(_request: HTTPConnection, refusal: Exception) -> Response:
    """The answer to a refusal."""
    assert isinstance(refusal, Refused)
    told: dict[str, Any] = dict(refusal.to_dict())
    if isinstance(refusal, LockedOut):
        told["until"] = refusal.until
    return JSON(told, status_code=refusal.status, headers=_headers(refusal))


def _headers(refusal: Refused) -> Mapping[str, str]:
    match refusal:
        case NotSignedIn():
            return {"WWW-Authenticate": "Bearer"}
        case WrongMethod(allowed=allowed):
            return {"Allow": allowed}
        case TooMany(after=after):
            return {"Retry-After": str(max(1, round(after + 0.5)))}
        case Unavailable():
            return {"Retry-After": "1"}
        case TooLarge():
            # What is left of the body will not be read.
            return {"Connection": "close"}
    return {}


def http_problem(request: HTTPConnection, problem: Exception) -> Response:
    """Starlette's own complaints in our words."""
    assert isinstance(problem, HTTPException)
    if problem.status_code == 404:
        return refused(request, NotFound())
    if problem.status_code == 405:
        return refused(request, WrongMethod((problem.headers or {}).get("Allow", "another method")))
    told = {"code": f"HTTP_{problem.status_code}", "message": problem.detail}
    return JSON(told, status_code=problem.status_code, headers=problem.headers)


def bug(request: Request, error: Exception) -> Response:
    """Our own mistake: a number to find it by in the log, and nothing else."""
    number = secrets.token_hex(4)
    log.error("error %s at %s %s", number, request.method, request.url.path, exc_info=error)
    message = f"Something went wrong on our side; it is in the log as {number}."
    return JSON({"code": "INTERNAL", "message": message}, status_code=500)
