"""`make bench`: every figure against its floor, one table, and the same in bench.json.

`python -m loadtest.bench NAME …` runs only some benches and leaves the other figures in bench.json
as they are; `--short` runs them small, for whoever changes something and wants to know at once,
and keeps nothing; `--against OLD.json` tells what changed since.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from loadtest import (
    bench_archive,
    bench_crowd,
    bench_engine,
    bench_halls,
    bench_http,
    bench_prices,
    bench_reports,
    bench_science,
    bench_screens,
    bench_servers,
)
from loadtest.bench_against import changes
from loadtest.figures import Figure, reached

KEPT = Path("bench.json")


class Bench(NamedTuple):
    """A bench; `short` is the same with less of everything, where it takes long."""

    run: Callable[[], Awaitable[list[Figure]]]
    short: Callable[[], Awaitable[list[Figure]]] | None = None


BENCHES: dict[str, Bench] = {
    "engine": Bench(bench_engine.run),
    "http": Bench(bench_http.run, partial(bench_http.run, bench_http.SHORT)),
    "screens": Bench(bench_screens.run, partial(bench_screens.run, bench_screens.SHORT)),
    "crowd": Bench(bench_crowd.run, partial(bench_crowd.run, bench_crowd.SHORT)),
    "halls": Bench(bench_halls.run, partial(bench_halls.run, bench_halls.SHORT)),
    "servers": Bench(bench_servers.run, partial(bench_servers.run, bench_servers.SHORT)),
    "prices": Bench(bench_prices.run, partial(bench_prices.run, bench_prices.SHORT)),
    "archive": Bench(bench_archive.run),
    "science": Bench(bench_science.run),
    "reports": Bench(bench_reports.run),
}


async def measured(
    names: Sequence[str], done: Callable[[Sequence[Figure]], None], *, short: bool = False
) -> list[Figure]:
    """Figures, one bench after the other: two at once would measure each other. `done` is told
    of each bench's, as a run that is broken off has measured something too."""
    found: list[Figure] = []
    for name in names:
        Console().print(f"measuring: {name}", style="dim")
        bench = BENCHES[name]
        figures = await (bench.short if short and bench.short else bench.run)()
        done(figures)
        found += figures
        await asyncio.sleep(0.5)
    return found


def show(figures: Sequence[Figure]) -> None:
    """The table."""
    table = Table("what", "value", "floor", "unit", "ratio", "must be", "")
    for one in figures:
        numbers = (f"{one['value']:,.1f}", f"{one['floor']:,.1f}", one["unit"])
        well = "✓" if reached(one) else "✗"
        table.add_row(one["name"], *numbers, f"{one['ratio']:.3f}", one["target"], well)
    Console(width=150).print(table)


def compare(then: Sequence[Figure], now: Sequence[Figure]) -> None:
    """What changed since; what got worse is red and says so."""
    table = Table("what", "then", "now", "change", "")
    for one in changes(then, now):
        numbers = ("" if number is None else f"{number:,.3f}" for number in (one.then, one.now))
        share = "" if one.verdict in ("new", "gone") else f"{one.share:+.0%}"
        style = "red" if one.verdict == "worse" else None
        table.add_row(one.name, *numbers, share, one.verdict, style=style)
    Console(width=150).print(table)


def keep(figures: Sequence[Figure], file: Path, at: int) -> None:
    """Put them into the file; figures of other benches stay as they are, with their own `at`."""
    known = {one["name"]: one for one in kept(file)}
    known |= {one["name"]: {**one, "at": at} for one in figures}
    text = json.dumps(list(known.values()), ensure_ascii=False, indent=1)
    file.write_text(text, "utf-8")


def kept(file: Path) -> list[Any]:
    """The figures of a file; none when there is no such file."""
    found: list[Any] = json.loads(file.read_text("utf-8")) if file.exists() else []
    return found


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Every figure against its floor.")
    which = f"which benches, all when none is named: {', '.join(BENCHES)}"
    parser.add_argument("names", nargs="*", metavar="NAME", help=which)
    parser.add_argument("--short", action="store_true", help="small and quick; nothing is kept")
    parser.add_argument("--against", type=Path, metavar="OLD.json", help="what changed since")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in BENCHES]:
        parser.error(f"there is no bench {unknown[0]}; {which}")
    if asked.against and not asked.against.exists():
        parser.error(f"there is no {asked.against}")
    return asked


def _done(short: bool, figures: Sequence[Figure]) -> None:
    if not short:
        keep(figures, KEPT, int(time.time() * 1000))


def main() -> None:
    """Measure, show, keep; exit code 1 when a figure is not what it must be."""
    asked = _asked()
    # Read first: it may be the very file that is written.
    then = kept(asked.against) if asked.against else []
    if not asked.names and not asked.short:
        KEPT.unlink(missing_ok=True)
    names = asked.names or list(BENCHES)
    figures = uvloop.run(measured(names, partial(_done, asked.short), short=asked.short))
    show(figures)
    if asked.against:
        measured_now = {one["name"] for one in figures}
        before = [one for one in then if not asked.names or one["name"] in measured_now]
        compare(before, figures)
    raise SystemExit(not all(map(reached, figures)))


if __name__ == "__main__":
    main()
