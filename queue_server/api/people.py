"""Sign in, sign out, and who am I."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.auth import COOKIE, Doorkeeper, shown_by
from queue_server.api.bodies import form
from queue_server.api.problems import JSON, NotAllowed, NotSignedIn
from queue_server.archive.principals import Principal


class Credentials(BaseModel):
    """What somebody who signs in must say."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=256)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


def told(who: Principal) -> dict[str, Any]:
    """A principal as JSON; `halls` null means every hall."""
    return {
        "id": who.id,
        "name": who.name,
        "grants": [
            {
                "role": grant.role,
                "halls": None if grant.halls is None else sorted(grant.halls),
                "window": grant.window,
            }
            for grant in who.grants
        ],
    }


class Reception:
    """The routes of people."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/api/v1/sign-in", self.sign_in, methods=["POST"]),
            Route("/api/v1/sign-out", self.sign_out, methods=["POST"]),
            Route("/api/v1/me", self.me, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Sign in with name and password; the session comes as a cookie."""
        headers = dict(request.scope["headers"])
        if b"origin" in headers and not self._doorkeeper.from_our_page(headers):
            raise NotAllowed("Nobody signs in from a page that is not ours.")
        given = await form(request, Credentials)
        signed_in = await self._doorkeeper.sign_in(request.scope, given.name, given.password)
        answer = JSON(told(signed_in.principal) | {"ends": signed_in.ends})
        answer.set_cookie(
            COOKIE,
            signed_in.token,
            httponly=True,
            samesite="strict",
            path="/",
            secure=self._doorkeeper.addresses.secure(request.scope),
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session; signing out twice is no mistake."""
        headers = dict(request.scope["headers"])
        shown = shown_by(headers)
        if shown and shown.by_cookie:
            if not self._doorkeeper.from_our_page(headers):
                raise NotAllowed("This page may not speak for you: its Origin is not ours.")
            await self._doorkeeper.sign_out(shown.secret)
        answer = JSON({})
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    async def me(self, request: Request) -> Response:
        """Who I am, and what I may do where."""
        headers = dict(request.scope["headers"])
        if shown_by(headers) is None:
            raise NotSignedIn
        return JSON(
            told((await self._doorkeeper.caller(request.scope, headers, unsafe=False)).principal)
        )
