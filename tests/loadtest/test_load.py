"""One short load as a tester types it: real server, real locust; the report is clean."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def load(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loadtest.load", *words, "--out", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_town_for_a_quarter_of_a_minute_is_clean(tmp_path: Path) -> None:
    """Nobody twice, everything shown, every screen back after a cut, the audit clean: exit 0."""
    told = load(tmp_path, "town", "--minutes", "0.25", "--fault", "cut@7")

    assert told.returncode == 0, told.stdout + told.stderr
    (made,) = tmp_path.glob("town-*.json")
    result = json.loads(made.read_bytes())
    assert result["findings"] == []
    assert result["deliveries"]["delivered"] == result["deliveries"]["due"] > 0
    assert all(day["clean"] for day in result["audits"])
    assert "All is well." in made.with_suffix(".md").read_text("utf-8")
    assert "没有任何人被重复叫号。" in made.with_suffix(".html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("metropolis",), "the scenarios are village"),
        (("town", "--fault", "earthquake"), "a fault is one of redis"),
        (("town", "--server", "http://127.0.0.1:1"), "belong together"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Whatever the tester can mend is said, without a traceback."""
    told = load(tmp_path, *words)

    assert told.returncode != 0
    assert "Traceback" not in told.stderr
    assert said in " ".join(told.stderr.replace("│", " ").split())
