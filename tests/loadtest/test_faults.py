"""Faults: what can be said on the command line, and when each is done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from loadtest.faults import KINDS, Doing, Fault
from loadtest.orders import TROUBLE, Orders
from loadtest.scenarios import SCENARIOS
from loadtest.stage import Stage

DOCS = Path(__file__).parents[2] / "docs"


def test_a_fault_says_what_and_when() -> None:
    """`redis@45`, `clock@20:15`, or `cut` at the usual time and for as long as is usual."""
    assert Fault.parse("redis@45") == Fault("redis", 45.0)
    assert Fault.parse("cut", usual=30) == Fault("cut", 30)
    assert Fault.parse("clock@20:15") == Fault("clock", 20.0, 15.0)
    assert Fault.parse("clock@20").seconds == KINDS["clock"].lasts


@pytest.mark.parametrize("text", ["earthquake", "redis@soon", "redis@5:long", ""])
def test_nonsense_is_no_fault(text: str) -> None:
    """It is refused before anything is started."""
    with pytest.raises(ValueError, match=r"redis|float"):
        Fault.parse(text)


def test_every_fault_has_a_name_in_both_languages() -> None:
    """A hall's manager reads them in the report."""
    for kind in KINDS.values():
        assert all(kind.said)
        assert all(kind.told) or not any(kind.told)


@pytest.mark.parametrize("page", ["load.md", "load.zh-CN.md"])
def test_every_fault_and_scenario_stands_in_the_documents(page: str) -> None:
    """In both languages."""
    text = (DOCS / page).read_text("utf-8")

    assert [name for name in (*KINDS, *SCENARIOS) if f"| `{name}` |" not in text] == []


def stage() -> Stage:
    """Somebody else's server."""
    return Stage("http://127.0.0.1:1", "", [], {})


def test_what_cannot_be_done_is_told() -> None:
    """Nobody's server is killed by mistake; the report says that it was not."""
    said: list[str] = []
    doing = Doing(stage(), time.time(), said.append)

    doing.begin([Fault("cut", 0.0), Fault("server", 0.1)])
    cut, server = doing.wait()

    assert said == ["fault: cut@0:0", "fault: server@0.1:1"]
    assert (cut["what"], cut["failed"]) == ("cut", "")
    assert "server of our own" in server["failed"]


def orders(**more: Any) -> Orders:
    return Orders(
        scenario="town",
        url="",
        folder="",
        speed=1,
        began=0,
        settled=100,
        ends=1000,
        processes=1,
        spawn=1,
        halls=[],
        sorts={},
        **more,
    )


def test_trouble_lasts_as_long_as_its_cause_and_half_a_minute() -> None:
    """Calm before it, trouble while it lasts and a little longer, then later."""
    told = orders(faults=[(200, 260)])

    phases = {at: told.phase(at) for at in (50, 150, 200, 259, 260 + TROUBLE - 1, 260 + TROUBLE)}

    assert list(phases.values()) == ["start", "calm", "trouble", "trouble", "trouble", "after"]
