"""One short load as a tester types it: a real server, real locust, and all that can go wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from loadtest.faults import KINDS
from loadtest.load import main

#: A few calm seconds, then one thing after the other. A small disk can be mounted by root only.
FAULTS = {
    "archive": "3:1",
    "silent": "3:2",
    "flood": "4:1",
    "slow": "3:4",
    "sql": "4:2",
    "cut": "6.5",
    "redis": "7.5",
    "clock": "8.5:1.5",
    **({"disk": "10:1.5"} if os.getuid() == 0 else {}),
    # Last: however long the server takes to come back, everybody goes on looking.
    "server": "12.5:0.5",
}


def load(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loadtest.load", *words, "--out", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_town_to_which_everything_happens_is_clean(tmp_path: Path) -> None:
    """Nobody twice, everything shown, every screen right at the end, everything archived, the audit
    clean, and each fault in the report: exit 0."""
    faults = [word for name, when in FAULTS.items() for word in ("--fault", f"{name}@{when}")]

    told = load(tmp_path, "town", "--minutes", "0.25", "--speed", "120", *faults)

    assert told.returncode == 0, told.stdout + told.stderr
    (made,) = tmp_path.glob("town-*.json")
    result = json.loads(made.read_bytes())
    assert result["findings"] == []
    assert {one["what"]: one["failed"] for one in result["faults"]} == dict.fromkeys(FAULTS, "")
    assert result["deliveries"]["delivered"] == result["deliveries"]["due"] > 0
    assert result["last"] == {"right": result["screens"], "wrong": []}
    assert result["archive"]["missing"] == []
    assert all(day["clean"] for day in result["audits"])
    assert "All is well." in made.with_suffix(".md").read_text("utf-8")
    assert "没有任何人被重复叫号。" in made.with_suffix(".html").read_text("utf-8")


def test_each_fault_is_tried() -> None:
    """A new one is added to the story above."""
    assert set(FAULTS) | {"disk"} == set(KINDS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("metropolis",), "the scenarios are village"),
        (("town", "--fault", "earthquake"), "a fault is one of redis"),
        (("town", "--shape", "round"), "the shapes are peak"),
        (("town", "--server", "http://127.0.0.1:1"), "belong together"),
        (
            ("town", "--server", "http://127.0.0.1:1", "--token", "t", "--fault", "disk"),
            "disk can only be done to a server of our own",
        ),
    ],
)
def test_a_mistake_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    """Whatever the tester can mend is said, without a traceback."""
    program = typer.Typer()
    program.command()(main)

    told = CliRunner().invoke(program, [*words], env={"COLUMNS": "200"})

    assert told.exit_code == 2
    assert said in " ".join(told.output.replace("│", " ").split())
