"""What came of a run: the users' accounts, the days' events and the verdicts, as one JSON."""

from __future__ import annotations

import os
from typing import Any

from loadtest import load_report
from loadtest.days import Event, judged
from loadtest.deliveries import account, calls, lost_events
from loadtest.orders import Orders
from loadtest.samples import Samples
from loadtest.scenarios import Scenario
from loadtest.watch import Look
from queue_server.audit.auditor import Verdict


def result(
    scenario: Scenario,
    told: Orders,
    seen: list[dict[str, Any]],
    read: dict[str, list[Event]],
    looks: list[Look],
    busy: float,
) -> dict[str, Any]:
    """Everything the report says, as plain JSON; `busy` is the machine's load before it began."""
    samples = Samples()
    for one in seen:
        samples.add(Samples.from_json(one["samples"]))
    witnesses = [witness for one in seen for witness in one["witnesses"]]
    found: dict[str, Any] = {
        "scenario": scenario.name,
        "at": told.began,
        "minutes": scenario.minutes,
        "speed": told.speed,
        "processes": told.processes,
        "missing_processes": told.processes - len(seen),
        "halls": len(told.halls),
        "windows": sum(len(hall.seats) for hall in told.halls),
        "screens": sum(hall.boards + len(hall.signs) for hall in told.halls),
        "phones": told.phones,
        "cores": os.cpu_count(),
        "busy": busy,
        "own": told.forwarded,
        "faults": [[one.what, one.at] for one in scenario.faults],
        "samples": samples.to_json(),
        "deliveries": _deliveries(witnesses, read, told.ends * 1000 + told.clock),
        "audits": [_audit(id_, judged(events)) for id_, events in read.items()],
        "looks": [list(look) for look in looks if look.at >= told.settled],
    }
    return found | {"findings": load_report.findings(found)}


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
