"""The document tells the truth: it is complete, it is valid, and schemathesis finds no lie."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok
from starlette.applications import Starlette
from starlette.routing import Route

from queue_server.api.commands import COMMANDS
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import Tokens

pytestmark = pytest.mark.anyio


async def document(http: httpx.AsyncClient) -> Any:
    return (await http.get("/openapi.json")).json()


async def test_every_route_is_in_the_document(http: httpx.AsyncClient, app: Starlette) -> None:
    paths = set((await document(http))["paths"])
    routed = {r.path.replace(":int", "") for r in app.routes if isinstance(r, Route)}

    commands = {f"/api/v1/halls/{{hall}}/{name}" for name in COMMANDS}
    assert paths == commands | routed - {"/openapi.json", "/api/v1/halls/{hall}/{command}"}


async def test_everything_has_a_sentence(http: httpx.AsyncClient) -> None:
    for path, methods in (await document(http))["paths"].items():
        for method, told in methods.items():
            assert told["summary"].endswith((".", ")")), (method, path)
            assert "200" in told["responses"]


#: What is left out: a hall refuses much that is well-formed (409), and signs people out.
LEFT_OUT = ("/api/v1/sign-out", "/metrics")
#: How what the schema forbids is refused; also by being too long to be read at all.
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_schemathesis_finds_no_lie(
    mode: GenerationMode, url: str, tokens: Tokens, hall: RedisHall
) -> None:
    """Every answer to made-up requests has a status, a type and a shape that the document knows;
    what the schema forbids is refused; nothing ever breaks."""
    for _ in range(3):
        await hall.take("P1")
    await hall.open_window("3")
    await asyncio.to_thread(fuzz, url, tokens(), mode)
    assert (await hall.view()).seq > 0


def fuzz(url: str, token: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=CONFIG)
    held = [not_a_server_error, status_code_conformance, content_type_conformance]
    held += [response_schema_conformance, negative_data_rejection]
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue

        @settings(
            max_examples=8,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            case.call_and_validate(headers=headers, checks=held)

        # A question without any words cannot be asked wrongly.
        with contextlib.suppress(Unsatisfiable):
            ask()
