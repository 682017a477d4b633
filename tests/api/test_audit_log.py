"""The auditor's book over HTTP: who may read which lines, and that nobody can write one."""

from __future__ import annotations

import httpx
import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import Role
from tests.api.serving import Asker, Tokens

pytestmark = pytest.mark.anyio

BOOK, SIGN_INS = "/api/v1/audit", "/api/v1/audit/sign-ins"
PASSWORD = "a long enough one"


def asker(http: httpx.AsyncClient, tokens: Tokens, role: str, hall: str = "hall") -> Asker:
    return Asker(http, tokens(role, hall))


async def test_an_auditor_reads_who_did_what(http: httpx.AsyncClient, tokens: Tokens) -> None:
    """What a manager changes over HTTP stands there under his id, with its time."""
    manager, auditor = asker(http, tokens, "manager"), asker(http, tokens, "auditor", "")
    path = "/api/v1/halls/hall/people/li"
    words = {"role": "clerk", "password": PASSWORD}
    await http.put(path, json=words, headers=manager.headers)
    await http.delete(path, headers=manager.headers)

    answer = await http.get(BOOK, headers=auditor.headers)

    lines = answer.json()["entries"]
    assert answer.status_code == 200
    assert answer.json()["before"] is None
    told = [(line["what"], line["subject"]) for line in lines[:3]]
    assert told == [("role.revoked", "li"), ("role.granted", "li"), ("person.added", "li")]
    assert {line["by"] for line in lines[:3]} == {"token:1"}
    assert set(lines[0]) == {"id", "at", "by", "what", "hall", "subject", "details"}
    assert PASSWORD not in answer.text


async def test_only_auditors_and_admins(http: httpx.AsyncClient, tokens: Tokens) -> None:
    """Neither who serves nor a device, and nobody who has not signed in."""
    for path in (BOOK, SIGN_INS):
        for role in set(Role) - {Role.ADMIN, Role.AUDITOR}:
            answer = await http.get(path, headers=asker(http, tokens, role).headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED"), role
        assert (await http.get(path)).status_code == 401
        for method in ("POST", "PUT", "DELETE"):
            headers = asker(http, tokens, "admin", "").headers
            assert (await http.request(method, path, headers=headers)).status_code == 405


async def test_whoever_audits_one_hall_sees_that_one(
    http: httpx.AsyncClient, tokens: Tokens
) -> None:
    """Not the next hall, not what reaches beyond, and no sign-ins."""
    everywhere = asker(http, tokens, "admin", "")
    tokens("kiosk", "other")
    for role in ("auditor", "admin"):
        here = asker(http, tokens, role)
        lines = (await http.get(BOOK, headers=here.headers)).json()["entries"]
        assert {line["hall"] for line in lines} == {"hall"}
        assert (await http.get(SIGN_INS, headers=here.headers)).status_code == 403
    all_lines = (await http.get(BOOK, headers=everywhere.headers)).json()["entries"]
    assert {line["hall"] for line in all_lines} == {"", "hall", "other"}


async def test_page_after_page(http: httpx.AsyncClient, tokens: Tokens) -> None:
    """`before` leads on until it is null, and no line is missed or comes twice."""
    headers = asker(http, tokens, "auditor", "").headers
    for _ in range(6):
        tokens("kiosk")
    whole = (await http.get(BOOK, headers=headers)).json()["entries"]

    found, before = [], 0
    while before is not None:
        page = await http.get(BOOK, headers=headers, params={"before": before, "limit": 2})
        found += page.json()["entries"]
        before = page.json()["before"]

    assert found == whole
    assert len(found) == 9


@pytest.mark.parametrize("query", ["before=x", "before=-1", "limit=0", "limit=1001", "limit=9e9"])
async def test_a_page_that_makes_no_sense(
    query: str, http: httpx.AsyncClient, tokens: Tokens
) -> None:
    """Is refused, and the word is named."""
    headers = asker(http, tokens, "auditor", "").headers
    answer = await http.get(f"{BOOK}?{query}", headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, query.partition("=")[0])


async def test_sign_ins_are_there_to_be_read(
    http: httpx.AsyncClient, tokens: Tokens, configuration: Configuration
) -> None:
    """The one that failed as well."""
    configuration.people.add_person("wang", PASSWORD, 1)
    for password in ("not this one", PASSWORD):
        await http.post("/api/v1/sign-in", json={"name": "wang", "password": password})
    http.cookies.clear()

    answer = await http.get(SIGN_INS, headers=asker(http, tokens, "auditor", "").headers)

    told = [(line["name"], line["outcome"]) for line in answer.json()["entries"]]
    assert told == [("wang", "ok"), ("wang", "failed")]
