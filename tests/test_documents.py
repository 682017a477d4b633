"""The documents say what the code does: every setting, command, event, refusal, route, target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ops import settings
from ops.cli import COMMANDS
from queue_server.api import problems
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.archive.configuration import Configuration
from queue_server.archive.principals import DEVICE_ROLES, PEOPLE_ROLES
from queue_server.domain.events import KINDS
from queue_server.domain.refusals import REFUSALS, Refused
from queue_server.engine.library import commands

ROOT = Path(__file__).parent.parent
INTERNAL = {"tick", "reopen_day", "state"}


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def missing(words: set[str], name: str) -> set[str]:
    return {word for word in words if word not in text(name)}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_setting_is_documented(name: str) -> None:
    """Its variable stands in the table, in both languages."""
    variables = {variable for variable, _, _ in settings.table(settings.Settings())}
    assert missing(variables, name) == set()


def test_every_command_is_shown_with_curl() -> None:
    """A new user can try each of them from the README alone."""
    shown = set(re.findall(r"^say (\w+) ", text("README.md"), re.MULTILINE))
    assert shown == set(commands()) - INTERNAL


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_subcommand_and_role_is_documented(name: str) -> None:
    """Of the jiaohao command."""
    assert missing({f"jiaohao {one}" for one in COMMANDS}, name) == set()
    assert missing({f"`{role}`" for role in (*PEOPLE_ROLES, *DEVICE_ROLES)}, name) == set()


def test_every_event_and_refusal_is_documented() -> None:
    """In ARCHITECTURE.md, by its name on the wire."""
    assert missing({f"`{kind}`" for kind in KINDS}, "ARCHITECTURE.md") == set()
    codes = set(REFUSALS) | {
        problem.code
        for problem in vars(problems).values()
        if isinstance(problem, type) and issubclass(problem, Refused)
    }
    assert missing({f"`{code}`" for code in codes}, "ARCHITECTURE.md") == set()


def test_every_route_is_documented(tmp_path: Path) -> None:
    """By its last part, as the table writes it."""

    async def nobody(_hall: str = "") -> None:
        return None

    async def ready() -> bool:
        return False

    state = ServerState(
        hall=nobody,
        configuration=Configuration(f"sqlite:///{tmp_path / 'none.sqlite'}"),
        secret=bytes(32),
        redis_ready=ready,
    )
    routes = create_app(state).routes
    last = {str(getattr(route, "path", "")).rpartition("/")[2] for route in routes}
    named = {part for part in last if not part.startswith("{")}
    assert missing(named, "ARCHITECTURE.md") == set()


def test_nothing_is_documented_that_is_not_there() -> None:
    """No event and no refusal has only a name."""
    named = set(
        re.findall(r"`((?:day|ticket|window|device|layout)\.[a-z_]+)`", text("ARCHITECTURE.md"))
    )
    assert named == set(KINDS)


def test_every_part_of_the_tree_is_on_the_map() -> None:
    """And every part that is on the map is there."""
    named = set(re.findall(r"^\| `([\w./]+?)/?`", text("ARCHITECTURE.md"), re.MULTILINE))
    parts = {
        f"queue_server/{path.name}"
        for path in (ROOT / "queue_server").iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    }
    assert parts <= named
    assert all((ROOT / name).exists() for name in named)


def test_make_targets_are_explained() -> None:
    """`make help` lists whatever can be made."""
    makefile = text("Makefile")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert set(re.findall(r"^([a-z]+):.* ## ", makefile, re.MULTILINE)) == phony


def test_the_sentence_on_the_wall_stands_in_both_readmes() -> None:
    """The rule in words is the first thing a citizen may ask for."""
    assert "We call in order of arrival." in text("README.md")
    assert "按到达先后叫号" in text("README.zh-CN.md")
