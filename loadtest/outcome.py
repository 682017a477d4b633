"""What came of a run: the users' accounts, the days' events and the verdicts, as one JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loadtest import load_report
from loadtest.days import Event, judged
from loadtest.deliveries import account, calls, lost_events
from loadtest.last_look import right
from loadtest.moments import Moments
from loadtest.orders import TROUBLE, Orders
from loadtest.samples import Samples
from loadtest.scenarios import Scenario
from loadtest.watch import Look
from queue_server.audit.auditor import Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """All that a run left: what its processes saw, each day's events with how far it was when
    looking ended, what was done, what the archive kept, and the machine's load before it began."""

    scenario: Scenario
    told: Orders
    seen: list[dict[str, Any]]
    read: dict[str, tuple[list[Event], int]]
    looks: list[Look]
    done: list[dict[str, Any]]
    kept: dict[str, Any]
    busy: float


def result(run: Run) -> dict[str, Any]:
    """Everything the report says, as plain JSON."""
    scenario, told = run.scenario, run.told
    samples, moments = Samples(), Moments()
    for one in run.seen:
        samples.add(Samples.from_json(one["samples"]))
        moments.add(Moments.from_json(one["moments"]))
    witnesses = [witness for one in run.seen for witness in one["witnesses"]]
    read = {id_: events for id_, (events, _) in run.read.items()}
    ends = max([one["ended"] for one in run.seen] or [told.ends]) * 1000 + told.clock
    found: dict[str, Any] = {
        "scenario": scenario.name,
        "at": told.began,
        "minutes": scenario.minutes,
        "speed": told.speed,
        "processes": told.processes,
        "missing_processes": told.processes - len(run.seen),
        "halls": len(told.halls),
        "windows": sum(len(hall.seats) for hall in told.halls),
        "screens": sum(hall.boards + len(hall.signs) for hall in told.halls),
        "phones": told.phones,
        "cores": os.cpu_count(),
        "busy": run.busy,
        "own": told.forwarded,
        "beat": told.beat,
        "slowest": scenario.slowest,
        "calm_gap": moments.gap(0, min([one["at"] for one in run.done] or [scenario.minutes * 60])),
        "faults": list(_faults(run, moments)),
        "samples": samples.to_json(),
        "deliveries": _deliveries(witnesses, read, ends),
        "last": _last(witnesses, run.read, ends),
        "archive": run.kept,
        "audits": [_audit(id_, judged(events)) for id_, events in read.items()],
        "looks": [list(look) for look in run.looks if look.at >= told.settled],
    }
    return found | {"findings": load_report.findings(found)}


def _faults(run: Run, moments: Moments) -> Iterator[dict[str, Any]]:
    """What was done, each with what users saw until they were out of trouble or the next came."""
    ends = run.scenario.minutes * 60
    for at, one in enumerate(run.done):
        following = run.done[at + 1]["at"] if at + 1 < len(run.done) else ends
        until = max(min(one["until"] + TROUBLE, following, ends), one["at"])
        yield {**one, "seen": moments.between(one["at"], until)._asdict()}


def _last(
    witnesses: list[dict[str, Any]], read: dict[str, tuple[list[Event], int]], ends: float
) -> dict[str, Any]:
    """How many screens were right at the end, and what is wrong with the others."""
    told: dict[str, Any] = {"right": 0, "wrong": []}
    for id_, (events, before) in read.items():
        screens = [one for one in witnesses if one.get("screen") == id_]
        seen = [event for event in events if event["seq"] <= before]
        good, wrong = right(seen, screens, ends)
        told["right"] += good
        told["wrong"] += [f"{id_}: {one}" for one in wrong]
    return told


def _deliveries(
    witnesses: list[dict[str, Any]], read: dict[str, list[Event]], ends: float
) -> dict[str, Any]:
    found: dict[str, Any] = {"due": 0, "delivered": 0, "passed": 0, "lost": []}
    found |= {"voices": 0, "heard": 0, "unheard": [], "gaps": [], "again": 0, "double": []}
    found |= {"unconfirmed": 0, "jumps": 0}
    for id_, events in read.items():
        screens = [one for one in witnesses if one.get("screen") == id_]
        due, delivered, lost, passed = account(calls(events), screens, ends)
        found["due"] += due
        found["delivered"] += delivered
        found["passed"] += passed
        found["lost"] += [f"{id_}: {one}" for one in lost]
        found["unconfirmed"] += sum(one["kind"] == "ticket.undelivered" for one in events)
        found["jumps"] += sum(one["kind"] == "day.reopened" for one in events)
        for voice in (one for one in witnesses if one.get("voice") == id_):
            found["voices"] += 1
            found["heard"] += len(voice["heard"])
            found["unheard"] += [f"{id_}: call {seq}" for seq in lost_events(voice, events)]
            found["gaps"] += [f"{id_}: {gap}" for gap in voice["gaps"]]
            found["again"] += voice["again"]
            found["double"] += [f"{id_}: {double}" for double in voice["double"]]
    return found


def _audit(hall: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "hall": hall,
        "clean": verdict.clean,
        "events": verdict.events,
        "tickets": verdict.tickets,
        "calls": verdict.calls,
        "checked": sum(verdict.checked.values()),
        "findings": [str(finding) for finding in verdict.findings[:20]],
    }
