"""The shipped alert rules and dashboard ask for what a running server tells, and wake somebody."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from websockets.asyncio.client import connect

from queue_server.domain.events import TicketTaken
from queue_server.domain.refusals import Refused
from tests.events import only
from tests.installation import Installation, hall_at, installed, wait_until
from tests.ops.deploy.proxied import SHIPPED, replaced

RULES = SHIPPED / "prometheus" / "jiaohao-alerts.yml"
DASHBOARD = SHIPPED / "grafana" / "jiaohao.json"
#: What Prometheus makes by itself.
ITS_OWN = {"up", "ALERTS"}


def promtool(*words: str) -> None:
    """Ask promtool; what it says is shown when it is not content."""
    tool = shutil.which("promtool") or "/usr/bin/promtool"
    told = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def rules() -> list[dict[str, Any]]:
    """Every rule."""
    groups: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Every panel of the dashboard."""
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def questions() -> list[str]:
    """Every PromQL expression that we ship; Grafana puts a time in the place of its variable."""
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [
        *(rule["expr"] for rule in rules()),
        *(e.replace("$__rate_interval", "5m") for e in asked),
    ]


def test_each_alert_wakes_somebody_when_it_should(tmp_path: Path) -> None:
    """And none on a day as it should be: promtool plays both."""
    told = (Path(__file__).parent / "alerts.yaml").read_text("utf-8")
    (tmp_path / "alerts.yaml").write_text(replaced(told, {"RULES": str(RULES)}), "utf-8")
    promtool("test", "rules", str(tmp_path / "alerts.yaml"))
    assert {rule["alert"] for rule in rules() if rule["alert"] not in told} == set()


def test_each_alert_says_what_to_do() -> None:
    """How bad it is, what is wrong in both languages, and what to do first."""
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert re.search(r"[一-鿿]", rule["annotations"]["summary"]), rule["alert"]
        assert rule["annotations"]["action"], rule["alert"]


@pytest.mark.parametrize("page", ["deploy.md", "deploy.zh-CN.md"])
def test_each_alert_is_explained(page: str) -> None:
    """In both languages; and none that there is not."""
    told = (SHIPPED.parents[1] / "docs" / page).read_text("utf-8")
    table = told.partition("\n| --- | --- |\n| `NoServer`")[2].partition("\n\n")[0]
    assert {"NoServer", *re.findall(r"`(\w+)`", table)} == {rule["alert"] for rule in rules()}


def test_prometheus_understands_its_configuration(tmp_path: Path) -> None:
    """The rules are where it looks for them."""
    shutil.copy(RULES, tmp_path)
    shutil.copy(SHIPPED / "prometheus" / "prometheus.yml", tmp_path)
    promtool("check", "config", str(tmp_path / "prometheus.yml"))


def test_every_panel_asks_a_question_that_prometheus_understands(tmp_path: Path) -> None:
    """As recording rules, since those are what promtool reads."""
    asked = [{"record": f"asked:{i}", "expr": expr} for i, expr in enumerate(questions())]
    file = tmp_path / "asked.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}), "utf-8")
    promtool("check", "rules", "--lint=none", str(file))


def test_every_panel_has_a_place_and_a_title_in_chinese_and_english() -> None:
    """None lies on another."""
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        assert panel["title"] == "Redis" or re.search(r"[一-鿿].* [A-Z]", panel["title"])
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def told_by(server: Installation) -> dict[str, set[str]]:
    """What a running server tells: each name with its labels."""
    found: dict[str, set[str]] = {}
    for line in httpx.get(f"{server.url}/metrics", trust_env=False).text.splitlines():
        if match := re.match(r"([a-zA-Z_:]+)(?:\{(.*)\})? ", line):
            labels = set(re.findall(r'(\w+)="', match[2] or ""))
            found.setdefault(match[1], set()).update(labels)
    return found


async def some_traffic(server: Installation) -> None:
    """A call that a screen and a voice bring to people, a board that is looked at, a follower."""
    async with hall_at(server.url, server.token()) as hall:
        with suppress(Refused):
            await hall.open_day()
        await hall.view()
        address = f"ws{server.url.removeprefix('http')}/api/v1/halls/demo/pictures/board"
        async with connect(address, proxy=None) as board:
            await board.recv()
            taken = only(await hall.take("511F09014002", source="guide"), TicketTaken)
            await hall.open_window("3")
            called = (await hall.call_next("3"))[-1]
            await hall.shown(taken.ticket, called.seq, "board-1", 35)
            await hall.announced(taken.ticket, called.seq, "voice-1", 420)


@pytest.fixture(scope="module")
def server() -> Iterator[Installation]:
    """One that has something to tell."""
    with installed() as made:
        asyncio.run(some_traffic(made.start("server").ready()))
        yield made


def test_whatever_is_asked_for_is_told_by_a_running_server(server: Installation) -> None:
    """Names and labels: a rule about a figure that nobody tells would sleep for ever."""
    wait_until(lambda: "jiaohao_archive_behind_events" in told_by(server), "it is written down")
    told = told_by(server)

    for question in questions():
        bare = re.sub(r'"[^"]*"', '""', question)
        asked = re.findall(r"\b(?:jiaohao|process)_\w+|\bup\b|\bALERTS\b", bare)
        assert asked, question
        assert set(asked) - ITS_OWN <= set(told), question
        for name, labels in re.findall(r"\b((?:jiaohao|process)_\w+)\{([^}]*)\}", bare):
            # Prometheus adds where it asked.
            own = set(re.findall(r"(\w+)\s*[=!~]", labels)) - {"job", "instance"}
            assert own <= told[name], question


def test_a_delivery_is_counted_by_how_long_it_took(server: Installation) -> None:
    """35 ms for the screen, 420 ms for the voice."""
    figures = httpx.get(f"{server.url}/metrics", trust_env=False).text
    for line in (
        'jiaohao_delivery_seconds_bucket{le="0.05",sort="screen"} 1.0',
        'jiaohao_delivery_seconds_bucket{le="0.2",sort="voice"} 0.0',
        'jiaohao_delivery_seconds_bucket{le="0.5",sort="voice"} 1.0',
    ):
        assert line in figures.splitlines()
