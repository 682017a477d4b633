"""`/api/v1/audit`: who changed which settings, and who signed in; for auditors and admins.

Whoever audits some halls sees the changes in those; what reaches beyond one hall, and the
sign-ins, which are in none, are for those who audit everywhere. Nobody can change anything here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.api.auth import Doorkeeper
from queue_server.api.problems import JSON, NotAllowed
from queue_server.api.state import ServerState
from queue_server.archive.audit_log import AuditEntry, SignInEntry
from queue_server.archive.principals import Role
from queue_server.domain.refusals import Invalid

READERS = frozenset({Role.ADMIN, Role.AUDITOR})
MOST, USUAL = 1000, 100
#: What every database takes for an id.
LARGEST_ID = 2**31 - 1


class AuditLog:
    """The routes of the auditor's book."""

    def __init__(self, state: ServerState, doorkeeper: Doorkeeper) -> None:
        self._state = state
        self._doorkeeper = doorkeeper

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/api/v1/audit", self.changes, methods=["GET"]),
            Route("/api/v1/audit/sign-ins", self.sign_ins, methods=["GET"]),
        ]

    async def changes(self, request: Request) -> Response:
        """Every change of settings, newest first, in the halls that I audit."""
        halls = await self._halls(request)
        before, limit = asked_page(request)
        log = self._state.configuration.audit_log
        return _page(await asyncio.to_thread(log.entries, halls, before, limit), limit)

    async def sign_ins(self, request: Request) -> Response:
        """Every attempt to sign in, newest first."""
        if await self._halls(request) is not None:
            raise NotAllowed("Sign-ins are for those who audit all halls.")
        before, limit = asked_page(request)
        log = self._state.configuration.audit_log
        return _page(await asyncio.to_thread(log.sign_ins, before, limit), limit)

    async def _halls(self, request: Request) -> frozenset[str] | None:
        """The halls that the caller audits, None for all; raises `NotAllowed` if none."""
        headers = dict(request.scope["headers"])
        caller = await self._doorkeeper.caller(request.scope, headers, unsafe=False)
        halls = caller.principal.halls(READERS)
        if halls is not None and not halls:
            raise NotAllowed
        return halls


def asked_page(request: Request) -> tuple[int, int]:
    """Before which id, and how many; raises `Invalid`."""
    return (
        _number(request, "before", 0, 0, LARGEST_ID),
        _number(request, "limit", USUAL, 1, MOST),
    )


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    good = text.isascii() and text.isdigit() and len(text) < 16
    if not good or not least <= int(text) <= most:
        raise Invalid(f"{name}: it must be a number from {least} to {most}.", name)
    return int(text)


def _page(lines: Sequence[AuditEntry] | Sequence[SignInEntry], limit: int) -> Response:
    """One page; `before` leads to the next one, and is null on the last."""
    told = [asdict(line) for line in lines]
    following = lines[-1].id if len(lines) == limit else None
    return JSON({"entries": told, "before": following})
