"""The README's walk, typed by a shell as a new user would, on a hall that was just started."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.installation import JIAOHAO, installed

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PREPARE, WALK = (
    block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "say" in block
)
#: Whoever reads "please try again", on a machine that has too much to do, does.
CURL = """
curl() {
  local told
  while told=$(command curl "$@"); [[ $told == *'"UNAVAILABLE"'* ]]; do sleep 0.5; done
  printf %s "$told"
}
"""


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_walk_through_every_command() -> None:
    """Each line answers with events, or with the refusal that its comment promises."""
    lines = [line for line in WALK.splitlines() if line.startswith(("say", "see"))]
    typed = [line for line in WALK.splitlines() if line.startswith(("say", "see", "CALL="))]
    script = CURL + PREPARE.replace(".venv/bin/jiaohao", str(JIAOHAO)) + "\n".join(typed)

    # As a new user has it: with the preview devices at work.
    with installed(JIAOHAO_DEVICES="") as hall:
        hall.start("all").ready()
        told = subprocess.run(
            ["bash", "-c", script], env=hall.environment, capture_output=True, text=True, check=True
        )

    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(answers) == len(lines)
    for line, answer in zip(lines, answers, strict=True):
        assert as_promised(line, answer), (line, answer)


def as_promised(line: str, answer: dict[str, Any]) -> bool:
    if refused := re.search(r"# refused: ([A-Z_]+)", line):
        return bool(answer.get("code") == refused[1])
    return "code" not in answer and (line.startswith("see") or bool(answer["events"]))
