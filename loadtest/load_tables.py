"""The tables of a load report: times, refusals, failures, verdicts and what it cost. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from loadtest.load_names import thing
from loadtest.samples import PHASES, Key, Samples, percentile

Result = dict[str, Any]

#: So many clean halls stand in the table; the others are a line.
MOST_HALLS = 12


@dataclass(frozen=True)
class Table:
    """A title, a head, and rows of text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def errors(result: Result) -> list[tuple[str, str, str, str, int]]:
    """What failed: phase, sort, name, why, how often."""
    samples = Samples.from_json(result["samples"])
    return [
        (*key, text, count)
        for key, found in sorted(samples.errors.items())
        for text, count in sorted(found.items())
    ]


def tables(result: Result, samples: Samples, say: dict[str, str]) -> Iterable[Table]:
    """All tables, those without rows too."""
    yield _done(result, say)
    for title, sorts in (
        ("commands", ("POST", "GET")),
        ("deliveries", ("WS",)),
        ("again", ("SAID",)),
    ):
        yield _percentiles(samples, say, say[title], sorts)
    refused = [
        (_name(name, say), f"{samples.of('NO', name).total():,}")
        for sort, name in samples.names()
        if sort == "NO"
    ]
    yield Table(say["refused"], (say["name"], say["count"]), tuple(refused))
    yield _failed(result, samples, say)
    yield _days(result["audits"], say)
    yield _cost(result, say)


def _done(result: Result, say: dict[str, str]) -> Table:
    """One row for each fault; what is usual without one comes last."""
    rows = [
        (
            say[f"fault {one['what']}"],
            f"{one['at']:g}",
            f"{one['until']:g}",
            *(f"{one['seen'][name]:,}" for name in ("failed", "lines")),
            f"{one['seen']['gap']:.1f}",
            f"{one['seen']['late']:,}",
            f"{one['seen']['slowest']:,.0f}",
            _remark(one, say),
        )
        for one in result["faults"]
    ]
    if rows:
        rows.append((say["calm_gap"], *[""] * 4, f"{result['calm_gap']:.1f}", *[""] * 3))
    names = ("begins", "until", "said_again", "lines_lost", "gap", "late", "slowest_ticket")
    head = (say["fault"], *(say[name] for name in names), say["remark"])
    return Table(say["done"], head, tuple(rows))


def _remark(one: Result, say: dict[str, str]) -> str:
    told = {name: _counts(value) for name, value in one["told"].items()}
    return str(one["failed"]) or (say[f"told {one['what']}"].format(**told) if told else "")


def _counts(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} ({count:,} ×)" for name, count in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


def _failed(result: Result, samples: Samples, say: dict[str, str]) -> Table:
    """What failed, how often, and from when to when."""
    rows = []
    for phase, sort, name, text, count in errors(result):
        first, last = samples.spans.get((Key(phase, sort, name), text), (0.0, 0.0))
        when = (f"{first:.0f}", f"{last:.0f}")
        rows.append((_phase(phase, say), _name(name, say), text, f"{count:,}", *when))
    head = (say["phase"], say["name"], "", say["count"], say["begins"], say["until"])
    return Table(say["failed"], head, tuple(rows))


def _percentiles(
    samples: Samples, say: dict[str, str], title: str, sorts: tuple[str, ...]
) -> Table:
    """One row for each thing and phase; the phase of arriving only where there is no other."""
    rows = []
    for sort, name in samples.names():
        if sort not in sorts:
            continue
        told = {phase: samples.of(sort, name, (phase,)) for phase in PHASES}
        phases = [phase for phase in PHASES[1:] if told[phase]] or ["start"]
        called = _name(name, say)
        rows += [_row(called, _phase(one, say), told[one]) for one in phases if told[one]]
    spans = (say[one] for one in ("half", "most", "nearly", "worst"))
    head = (say["name"], say["phase"], say["count"], *spans)
    return Table(title, head, tuple(rows))


def _row(name: str, phase: str, times: Counter[float]) -> tuple[str, ...]:
    shares = (f"{percentile(times, share):,.1f}" for share in (0.5, 0.9, 0.99, 1.0))
    return (name, phase, f"{times.total():,}", *shares)


def _days(audits: list[Result], say: dict[str, str]) -> Table:
    # What is wrong comes first; then the halls where most happened.
    ordered = sorted(audits, key=lambda day: (day["clean"], -day["events"]))
    bad = sum(not day["clean"] for day in ordered)
    shown = ordered[: max(bad, MOST_HALLS)]
    rows = [
        (
            day["hall"],
            *(f"{day[name]:,}" for name in ("tickets", "calls", "events")),
            say["clean" if day["clean"] else "refuted"],
        )
        for day in shown
    ]
    if left := len(ordered) - len(shown):
        rows.append((say["more"].format(left), "", "", "", say["clean"]))
    head = (say["hall"], say["ticket"], say["call"], say["events"], say["verdict"])
    return Table(say["days"], head, tuple(rows))


def _cost(result: Result, say: dict[str, str]) -> Table:
    """About twenty moments of the run."""
    looks = result["looks"] if result["own"] else []
    step = max(len(looks) // 20, 1)
    rows = [
        (
            f"{look[0] - looks[0][0]:.0f}",
            *(f"{mean(one[place] for one in looks[at : at + step]):.2f}" for place in (1, 2, 3, 4)),
            *(f"{look[place] / 2**20:,.0f}" for place in (5, 6)),
        )
        for at, look in list(enumerate(looks))[::step]
    ]
    cores = say["cores"]
    names = (f"server ({cores})", f"Redis ({cores})", f"load ({cores})", f"… ({cores})")
    head = (say["second"], *names, "server (MB)", "Redis (MB)")
    return Table(say["server"], head, tuple(rows))


def _name(name: str, say: dict[str, str]) -> str:
    return thing(name, int(say["language"]))


def _phase(phase: str, say: dict[str, str]) -> str:
    return say["trouble_phase" if phase == "trouble" else phase]


def mean(numbers: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    found = list(numbers)
    return sum(found) / len(found) if found else 0.0
