"""`python -m loadtest.idle --minutes 60`: a hall that nobody uses must not grow.

A server of its own with one hall, twenty screens and an open window; once a minute a look at what
it holds. Exit code 1 when something has grown by more than its noise (`growth.py`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from websockets.asyncio.client import ClientConnection, connect

from loadtest.days import Days
from loadtest.growth import Sample, grown, table
from loadtest.orders import HallOrders
from loadtest.processes import family
from loadtest.scenarios import Scenario, Size
from loadtest.server import Server
from loadtest.stage import Stage, own_stage
from loadtest.watch import used

SCENARIO = Scenario(
    name="idle",
    halls=((Size(sort="idle", tickets=0, windows=12, boards=8, signs=12, kiosks=0), 1),),
    speed=1,
    minutes=0,
)
console = Console(stderr=True)


def main(
    minutes: Annotated[float, typer.Option(help="how long nobody does anything")] = 60,
    every: Annotated[float, typer.Option(help="seconds between two looks")] = 60,
    out: Annotated[Path, typer.Option(help="folder for the samples")] = Path("load"),
) -> None:
    """Let a hall be idle, and tell whether it grew."""
    with own_stage(SCENARIO) as stage:
        samples = asyncio.run(_idle(stage, minutes * 60, every))
    wrong = grown(samples)
    _written(samples, wrong, out)
    raise SystemExit(1 if wrong else 0)


async def _idle(stage: Stage, seconds: float, every: float) -> list[Sample]:
    assert stage.server
    days = Days(stage.url, stage.token)
    try:
        (hall,), _ = await days.opened(stage.halls)
        await days.say(hall, "open_window", window="1", clerk="nobody")
    finally:
        await days.close()
    async with _looked_at(stage, hall) as lines:
        began, samples = time.time(), list[Sample]()
        # However slow the machine, there are as many looks.
        for number in range(round(seconds / every) + 1):
            await asyncio.sleep(began + number * every - time.time())
            samples.append(_look(stage.server, time.time() - began))
            console.print(str(samples[-1]), markup=False, style="dim")
        if ended := [line for line in lines if line.done()]:
            raise RuntimeError(f"{len(ended)} screens lost their line")
    return samples


@asynccontextmanager
async def _looked_at(stage: Stage, hall: HallOrders) -> AsyncIterator[list[asyncio.Task[None]]]:
    """All screens and the window's console are switched on, as long as the block lasts."""
    base = f"ws{stage.url.removeprefix('http')}/api/v1/halls/{hall.id}/pictures"
    seen = [("board", hall.tokens["screen"])] * hall.boards
    seen += [(f"sign:{number}", hall.tokens["screen"]) for number in hall.signs]
    seen.append(("window:1", hall.seats["1"]))
    async with AsyncExitStack() as opened:
        lines = []
        for name, token in seen:
            bearer = {"Authorization": f"Bearer {token}"}
            line = await opened.enter_async_context(
                connect(f"{base}/{name}", additional_headers=bearer, proxy=None)
            )
            lines.append(asyncio.create_task(_look_on(line)))
        try:
            yield lines
        finally:
            for task in lines:
                task.cancel()
            await asyncio.gather(*lines, return_exceptions=True)


async def _look_on(line: ClientConnection) -> None:
    async for _ in line:
        pass


def _look(server: Server, at: float) -> Sample:
    redis = server.redis_pid
    pids = [pid for pid in family(server.pid) if pid != redis]
    clients = server.redis_says("clients")
    return Sample(
        at=at,
        memory=sum(used(pid).memory for pid in pids),
        redis=int(server.redis_says("memory").get("used_memory", 0)),
        files=sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids),
        clients=int(clients.get("connected_clients", 0)),
        readers=int(clients.get("blocked_clients", 0)),
    )


def _written(samples: list[Sample], wrong: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"idle-{time.strftime('%Y-%m-%d-%H%M%S')}.json"
    told = {"samples": [asdict(one) for one in samples], "grown": wrong}
    path.write_text(json.dumps(told), "utf-8")
    for line in table(samples):
        print(line)
    print("\n".join(wrong) if wrong else "Nothing has grown.")
    print(f"written to {path}")


if __name__ == "__main__":
    typer.run(main)
