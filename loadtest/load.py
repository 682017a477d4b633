"""`python -m loadtest.load SCENARIO`: a hall under load, from a village to a province.

Starts a server of its own (or uses the one that is named), sends visitors, clerks, screens and
voices to it by locust in processes of their own, does the scenario's faults to it, lets the
auditor judge every hall's day, and writes the report. Exit code 1 when anything was lost, came
twice or failed.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from loadtest import archived, load_pages, orders, outcome, swarm
from loadtest.arrivals import SHAPES
from loadtest.days import Days, Occupied
from loadtest.faults import KINDS, Doing, Fault
from loadtest.orders import HallOrders, Orders
from loadtest.scenarios import SCENARIOS, Scenario
from loadtest.server import NotReady
from loadtest.stage import Stage, own_stage, their_stage
from loadtest.swarm import WEB_PORT, Part
from loadtest.watch import Look, Watch

#: How long (s) locust's processes need before the first user is there.
STARTING = 6.0
#: When so many come at once, the last ones have their first picture somewhat later.
ARRIVING = 1.3
Done = dict[str, Any]
console = Console(stderr=True)


def main(
    scenario: Annotated[str, typer.Argument(help=", ".join(SCENARIOS))],
    minutes: Annotated[float, typer.Option(help="how long; 0 is the scenario's own")] = 0,
    speed: Annotated[
        float, typer.Option(help="visitors and service times, × life; 0: its own")
    ] = 0,
    processes: Annotated[
        int, typer.Option(help="for those who look, and as many for those who press")
    ] = 1,
    server: Annotated[str, typer.Option(help="a server's URL; none: one of our own")] = "",
    token: Annotated[str, typer.Option(help="an admin's token for that server")] = "",
    web: Annotated[bool, typer.Option(help=f"locust's own page on port {WEB_PORT}")] = False,
    shape: Annotated[str, typer.Option(help=f"{', '.join(SHAPES)}; none: its own")] = "",
    fault: Annotated[
        list[str] | None,
        typer.Option(help=f"NAME@SECOND:DURATION, NAME is one of {', '.join(KINDS)}"),
    ] = None,
    calm: Annotated[bool, typer.Option(help="without the scenario's own faults")] = False,
    out: Annotated[Path, typer.Option(help="folder for the report")] = Path("load"),
) -> None:
    """Put a hall under load, and report what its visitors, clerks and screens saw."""
    chosen = _chosen(scenario, minutes, speed, shape, fault or [], calm)
    if bool(server) != bool(token):
        raise typer.BadParameter("--server and --token belong together")
    try:
        result = _run(chosen, server, token, processes, web)
    except (NotReady, Occupied, httpx.HTTPError) as error:
        console.print(str(error), style="red", markup=False)
        raise SystemExit(1) from None
    _written(result, out)
    raise SystemExit(1 if result["findings"] else 0)


def _chosen(
    name: str, minutes: float, speed: float, shape: str, told: list[str], calm: bool
) -> Scenario:
    if name not in SCENARIOS:
        raise typer.BadParameter(f"the scenarios are {', '.join(SCENARIOS)}")
    if shape and shape not in SHAPES:
        raise typer.BadParameter(f"the shapes are {', '.join(SHAPES)}")
    found = SCENARIOS[name]
    try:
        wanted = tuple(Fault.parse(text) for text in told)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    own = () if calm else tuple(one for one in found.faults if one.at < (minutes or 1e9) * 60)
    return replace(
        found,
        minutes=minutes or found.minutes,
        speed=speed or found.speed,
        shape=shape or found.shape,
        faults=tuple(sorted((*own, *wanted), key=lambda one: one.at)),
    )


def _run(scenario: Scenario, server: str, token: str, processes: int, web: bool) -> dict[str, Any]:
    busy = os.getloadavg()[0]
    if server:
        if wrong := [one.what for one in scenario.faults if not one.kind.anywhere]:
            raise typer.BadParameter(f"{wrong[0]} can only be done to a server of our own")
        stage = their_stage(scenario, server, token)
        return asyncio.run(_load(scenario, stage, processes, web, busy))
    console.print(f"preparing {len(list(scenario.sizes()))} halls", style="dim")
    with own_stage(scenario) as stage:
        return asyncio.run(_load(scenario, stage, processes, web, busy))


async def _load(
    scenario: Scenario, stage: Stage, processes: int, web: bool, busy: float
) -> dict[str, Any]:
    days = Days(stage.url, stage.token)
    try:
        with tempfile.TemporaryDirectory(prefix="jh-run-") as folder:
            halls, clock = await days.opened(stage.halls)
            some = swarm.parts(halls, scenario.phones, processes, web)
            told = _orders(scenario, stage, halls, clock, folder, some, web)
            stage = replace(stage, halls=halls)
            looks, done = await asyncio.to_thread(_loaded, told, scenario, stage, some)
            console.print("reading the days and judging them", style="dim")
            seen = list(orders.seen(Path(folder)))
            read = {hall.id: await days.ended(hall) for hall in halls}
            kept = await archived.kept(stage, halls, read)
            if stage.server is None:
                for hall in halls:
                    await days.reopen(hall)
        run = outcome.Run(scenario, told, seen, read, looks, done, kept, busy)
        return outcome.result(run)
    finally:
        await days.close()


def _orders(
    scenario: Scenario,
    stage: Stage,
    halls: list[HallOrders],
    clock: float,
    folder: str,
    some: list[Part],
    web: bool,
) -> Orders:
    began = time.time()
    arriving = max(one.users for one in some) / scenario.spawn * ARRIVING
    settled = began + STARTING + arriving + 2
    at = [(one, settled + one.at) for one in scenario.faults]
    return Orders(
        scenario=scenario.name,
        url=stage.url,
        folder=folder,
        speed=scenario.speed,
        began=began,
        settled=settled,
        ends=settled + scenario.minutes * 60 + orders.QUIET,
        processes=sum(one.processes for one in some),
        spawn=scenario.spawn,
        halls=halls,
        sorts=stage.sorts,
        faults=[(when, when + one.seconds) for one, when in at],
        cuts=[when for one, when in at if one.what == "cut"],
        phones=scenario.phones,
        phone_share=scenario.phone_share if scenario.phones else 0.0,
        beat=scenario.beat,
        # A server of our own has our clock; asking how late it is would only add noise.
        clock=0.0 if stage.server else clock,
        forwarded=stage.server is not None,
        web=web,
    )


# --- while it runs


def _loaded(
    told: Orders, scenario: Scenario, stage: Stage, some: list[Part]
) -> tuple[list[Look], list[Done]]:
    """Let locust's users loose; returns, when they have gone, what it cost and what was done."""
    console.print(
        f"{scenario.name}: {len(told.halls)} halls at {told.speed:g} × life, "
        f"{scenario.minutes:g} minutes after {told.settled - told.began:.0f} s of arriving",
        markup=False,
    )
    own = stage.server
    doing = Doing(stage, told.settled, lambda said: console.print(said, style="yellow"))
    with swarm.let_loose(told, some) as locusts:
        watch = Watch(
            lambda: own.pid if own else 0,
            lambda: own.redis_pid if own else 0,
            lambda: [one.pid for one in locusts],
        )
        watch.start()
        try:
            with orders.trouble(Path(told.folder)):
                doing.begin(scenario.faults)
                done = doing.wait()
                time.sleep(orders.RECOVERY if done else 0)
            with suppress(subprocess.TimeoutExpired):
                for one in locusts:
                    one.wait(max(told.ends - time.time(), 0) + 120)
        finally:
            watch.stop()
    return watch.looks, done


def _written(result: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(result["at"]))
    base = folder / f"{result['scenario']}-{stamp}"
    base.with_suffix(".json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    text = load_pages.markdown(result)
    base.with_suffix(".md").write_text(text, "utf-8")
    base.with_suffix(".html").write_text(load_pages.page(result), "utf-8")
    sys.stdout.write(text)
    Console().print(f"written to {base}.md, .html and .json", markup=False)


if __name__ == "__main__":
    typer.run(main)
