"""The Lua library is whole, documented, and says the same as Python."""

from __future__ import annotations

import re

import pytest

from queue_server.domain import refusals
from queue_server.domain.events import KINDS
from queue_server.domain.hall import Hall
from queue_server.domain.lifecycle import MAY
from queue_server.engine.connection import Connection
from queue_server.engine.library import LUA, SHARED, commands, load, source

INTERNAL = {"tick", "reopen_day", "state"}


def _text(name: str) -> str:
    return (LUA / f"{name}.lua").read_text("utf-8")


@pytest.mark.parametrize("name", commands())
def test_a_command_opens_with_its_contract(name: str) -> None:
    """Purpose, arguments, refusals, events: before the first line of code."""
    assert _text(name).startswith(f"--[[ {name}: ")
    assert len(_text(name).splitlines()) <= 110


@pytest.mark.parametrize("name", sorted(set(commands()) - INTERNAL))
def test_one_name_in_every_place(name: str) -> None:
    """A command's file is named like the verb of the port."""
    assert callable(getattr(Hall, name))


def test_no_part_is_forgotten() -> None:
    """Every shared file is loaded."""
    shared = {e.name[:-4] for e in LUA.iterdir() if e.name.startswith("_")}
    assert shared == set(SHARED)


def test_every_event_is_told_by_somebody_and_known_to_python() -> None:
    """The kinds that Lua tells are the kinds of events.py."""
    text = "".join(_text(name) for name in [*commands(), *SHARED])
    told = set(re.findall(r"""tell\(hall, '([a-z_.]+)'""", text))
    assert told == set(KINDS)


def test_every_refusal_is_known_to_python() -> None:
    """The codes that Lua gives are the codes of refusals.py, and none is left over."""
    text = "".join(_text(name) for name in [*commands(), *SHARED])
    given = set(re.findall(r"refuse\('([A-Z_]+)'", text)) | {"INVALID"}
    outside = {"REFUSED", "NO_HALL", "UNAVAILABLE"}
    assert given == set(refusals.REFUSALS) - outside


def test_the_lifecycle_in_lua_is_the_one_of_python() -> None:
    """It is written into the library, so it cannot differ."""
    text, _ = source()
    for command, states in MAY.items():
        assert f"  {command} = {{{', '.join(f'{s} = true' for s in sorted(states))}}}," in text


@pytest.mark.anyio
async def test_loading_twice_loads_once(connection: Connection) -> None:
    """A second process finds its own library there and leaves it."""
    await load(connection.call)

    libraries = await connection.call("FUNCTION", "LIST", "LIBRARYNAME", "jiaohao")
    assert len(libraries) == 1
