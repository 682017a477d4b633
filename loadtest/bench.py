"""`make bench`: every figure against its floor, one table, and the same in bench.json."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from loadtest import (
    bench_archive,
    bench_engine,
    bench_http,
    bench_reports,
    bench_science,
    bench_screens,
)
from loadtest.figures import Figure, reached

Bench = Callable[[], Awaitable[list[Figure]]]
BENCHES: dict[str, Bench] = {
    "engine": bench_engine.run,
    "http": bench_http.run,
    "screens": bench_screens.run,
    "archive": bench_archive.run,
    "science": bench_science.run,
    "reports": bench_reports.run,
}


async def everything() -> list[Figure]:
    """All figures, one bench after the other: two at once would measure each other."""
    found: list[Figure] = []
    for name, bench in BENCHES.items():
        Console().print(f"measuring: {name}", style="dim")
        found += await bench()
        await asyncio.sleep(0.5)
    return found


def show(figures: list[Figure]) -> None:
    """The table."""
    table = Table("what", "value", "floor", "unit", "ratio", "must be", "")
    for one in figures:
        numbers = (f"{one['value']:,.1f}", f"{one['floor']:,.1f}", one["unit"])
        well = "✓" if reached(one) else "✗"
        table.add_row(one["name"], *numbers, f"{one['ratio']:.3f}", one["target"], well)
    Console(width=150).print(table)


def main() -> None:
    """Measure, show, keep; exit code 1 when a figure is not what it must be."""
    figures = uvloop.run(everything())
    show(figures)
    at = int(time.time() * 1000)
    kept = [{**one, "at": at} for one in figures]
    Path("bench.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    raise SystemExit(not all(map(reached, figures)))


if __name__ == "__main__":
    main()
