"""The Lua library: put together from its files, and loaded when Redis has another one."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from importlib.resources import files

from queue_server.domain.lifecycle import MAY
from queue_server.engine.connection import Call, RedisError

#: The shared parts, in the order in which they build on each other.
SHARED = (
    "_doorway",
    "_plan",
    "_lanes",
    "_tickets",
    "_windows",
    "_calling",
    "_steps",
    "_undo",
    "_devices",
)
LUA = files(__package__) / "lua"


def commands() -> list[str]:
    """The name of every command, which is the name of its file."""
    names = (entry.name for entry in LUA.iterdir() if entry.name.endswith(".lua"))
    return sorted(name[:-4] for name in names if not name.startswith("_"))


def _may() -> str:
    rows = (
        f"  {command} = {{{', '.join(f'{state} = true' for state in sorted(states))}}},"
        for command, states in MAY.items()
    )
    return "local MAY = {\n" + "\n".join(rows) + "\n}"


@cache
def source() -> tuple[str, str]:
    """The library and its digest."""
    shared = [(LUA / f"{name}.lua").read_text("utf-8") for name in SHARED]
    # Each command in a block of its own: its helpers are nobody else's.
    own = [f"do\n{(LUA / f'{name}.lua').read_text('utf-8')}end" for name in commands()]
    text = "\n".join([_may(), *shared, *own])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    told = f"""
redis.register_function{{
  function_name = 'jiaohao_digest', flags = {{'no-writes'}},
  callback = function() return '{digest}' end,
}}
"""
    return f"#!lua name=jiaohao\n{text}{told}", digest


async def load(call: Call) -> None:
    """Give Redis this library unless it has it; runs on every new connection."""
    text, digest = source()
    known = ""
    with suppress(RedisError):  # There may be no library yet.
        known = await call("FCALL_RO", "jiaohao_digest", 0)
    if known != digest:
        await call("FUNCTION", "LOAD", "REPLACE", text)
