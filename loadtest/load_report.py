"""The report of a load test: what a hall's manager wants to know, in sentences, and the findings.

Pure: the result of a run in (`outcome.py`). The tables are in `load_tables.py`; `load_pages.py`
makes Markdown and HTML of it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from loadtest.load_names import scenario
from loadtest.load_tables import Result, Table, errors, mean, tables
from loadtest.load_words import LANGUAGES, words
from loadtest.orders import CLOSED
from loadtest.samples import Samples, percentile

#: What goes wrong in these is no surprise after a fault.
EXPECTED = ("trouble",)
NEVER = "never heard"
#: Of all requests this share may come upon a connection that the server has just let go of.
IDLE = 0.002
#: Other programs' share of the machine from which on it is said that they disturb.
CROWDED = 0.2
SCREENS = ("call on a board", "call on a sign")


@dataclass(frozen=True)
class Report:
    """A report in one language, before it is Markdown or HTML."""

    title: str
    when: str
    good: bool
    sentences: tuple[str, ...]
    findings: tuple[str, ...]
    tables: tuple[Table, ...]


def findings(result: Result) -> list[str]:
    """Everything that makes a run a failure, each a sentence; empty when all is well."""
    told, found = result["deliveries"], []
    for name, sentence in (
        ("double", "called twice: {}"),
        ("lost", "never shown: {}"),
        ("unheard", "not heard by the voice: {}"),
        ("gaps", "events missing for the voice: {}"),
    ):
        found += [sentence.format(one) for one in told[name]]
    if told["again"]:
        found.append(f"events told twice to a voice: {told['again']}")
    found += [
        f"{phase}: {sort} {name}: {text} ({n} times)"
        for phase, sort, name, text, n in _unexpected(result)
    ]
    for day in result["audits"]:
        found += [
            f"{day['hall']}: {one}"
            for one in day["findings"] or ([] if day["clean"] else ["refuted"])
        ]
    if result["missing_processes"]:
        found.append(f"{result['missing_processes']} load processes ended without a word")
    found += [f"at the end {one}" for one in result["last"]["wrong"]]
    found += [f"not archived: {one}" for one in result["archive"].get("missing", ())]
    found += [f"{one['what']} failed: {one['failed']}" for one in result["faults"] if one["failed"]]
    if (bound := _bound(result)) and bound.worst > bound.most:
        found.append(f"a ticket took {bound.worst:.0f} ms, {bound.most:.0f} ms are allowed")
    if not sum(day["tickets"] for day in result["audits"]):
        found.append("nobody came: there is nothing to prove")
    return found


def _unexpected(result: Result) -> list[tuple[str, str, str, str, int]]:
    # Either side may let go of an idle connection, and sometimes both act at once: RFC 9112, 9.5.
    excused = _closed(result) <= IDLE * sum(_answered(result))
    return [
        one
        for one in errors(result)
        if (one[0] not in EXPECTED or one[3] == NEVER) and not (excused and one[3] == CLOSED)
    ]


def _closed(result: Result) -> int:
    return sum(one[4] for one in errors(result) if one[0] not in EXPECTED and one[3] == CLOSED)


def _answered(result: Result) -> Iterable[int]:
    samples = Samples.from_json(result["samples"])
    return (
        samples.of(sort, name).total() for sort, name in samples.names() if sort in ("POST", "GET")
    )


class Bound(NamedTuple):
    """How long (ms) the slowest ticket after a fault took, and how long it may take."""

    worst: float
    most: float


def _bound(result: Result) -> Bound | None:
    """None where there is no bound, or nothing to hold it against."""
    samples = Samples.from_json(result["samples"])
    slow = samples.of("POST", "take", EXPECTED) + samples.of("SAID", "take", EXPECTED)
    calm = samples.of("POST", "take", ("calm",))
    if not (result["slowest"] and slow and calm):
        return None
    return Bound(percentile(slow, 1.0), percentile(calm, 0.99) * result["slowest"])


# --- the report in one language


def report(result: Result, language: str = "en") -> Report:
    """All that is said."""
    say, samples = words(language), Samples.from_json(result["samples"])
    return Report(
        title=say["title"].format(scenario(result["scenario"], list(LANGUAGES).index(language))),
        when=time.strftime("%Y-%m-%d %H:%M", time.localtime(result["at"])),
        good=not result["findings"],
        sentences=tuple(_sentences(result, samples, say)),
        findings=tuple(result["findings"][:50]),
        tables=tuple(one for one in tables(result, samples, say) if one.rows),
    )


def _sentences(result: Result, samples: Samples, say: dict[str, str]) -> Iterable[str]:
    told, audits = result["deliveries"], result["audits"]
    yield say["bad" if result["findings"] else "good"]
    yield say["what"].format(
        **{**result, "minutes": _short(result["minutes"]), "speed": _short(result["speed"])}
    )
    totals = {name: f"{sum(day[name] for day in audits):,}" for name in ("tickets", "calls")}
    yield say["tickets"].format(**totals)
    yield say["twice_not"].format(len(told["double"])) if told["double"] else say["twice"]
    if told["lost"]:
        yield say["shown_not"].format(lost=len(told["lost"]), due=told["due"])
    else:
        yield say["shown"].format(delivered=f"{told['delivered']:,}")
    yield from _ends(result, say)
    unheard = len(told["unheard"]) + len(told["gaps"])
    yield say["said_not"].format(unheard) if unheard else say["said"].format(f"{told['heard']:,}")
    if told["unconfirmed"]:
        yield say["unconfirmed"].format(told["unconfirmed"])
    yield from _race(result, samples, say)
    yield from _times(samples, say)
    yield _judged(audits, say)
    yield from _archive(result["archive"], say)
    unexpected = sum(one[4] for one in _unexpected(result))
    yield say["errors_not"].format(unexpected) if unexpected else say["errors"]
    if closed := _closed(result):
        yield say["closed"].format(closed)
    yield from _faults(result, samples, say)
    yield from _machine(result, say)


def _times(samples: Samples, say: dict[str, str]) -> Iterable[str]:
    quiet = ("calm", "after")
    if taken := samples.of("POST", "take", quiet):
        yield say["printed"].format(p50=_span(taken, 0.5, say), p99=_span(taken, 0.99, say))
    shown: Counter[float] = Counter()
    for name in SCREENS:
        shown.update(samples.of("WS", name, quiet))
    if shown:
        yield say["pressed"].format(p50=_span(shown, 0.5, say), p99=_span(shown, 0.99, say))


def _judged(audits: list[Result], say: dict[str, str]) -> str:
    if refuted := sum(not day["clean"] for day in audits):
        return say["audit_not"].format(refuted)
    return say["audit"].format(
        halls=len(audits), events=f"{sum(day['events'] for day in audits):,}"
    )


def _ends(result: Result, say: dict[str, str]) -> Iterable[str]:
    right, wrong = result["last"]["right"], len(result["last"]["wrong"])
    if wrong:
        yield say["last_not"].format(wrong=wrong, right=right)
    elif right:
        yield say["last"].format(f"{right:,}")


def _archive(told: Result, say: dict[str, str]) -> Iterable[str]:
    if not told:
        return
    if told["missing"]:
        yield say["archive_not"].format(len(told["missing"]))
    else:
        yield say["archive"].format(**{**told, "events": f"{told['events']:,}"})


def _race(result: Result, samples: Samples, say: dict[str, str]) -> Iterable[str]:
    """What became of everybody's pressing at once."""
    if not result["beat"]:
        return
    refused = samples.of("NO", "call_next: NOBODY").total()
    pressed = samples.of("POST", "call_next").total()
    called = sum(day["calls"] for day in result["audits"])
    yield say["race_not" if result["findings"] else "race"].format(
        beat=_short(result["beat"]),
        windows=result["windows"],
        pressed=f"{pressed:,}",
        called=f"{called:,}",
        nobody=f"{refused:,}",
    )


def _faults(result: Result, samples: Samples, say: dict[str, str]) -> Iterable[str]:
    if not result["faults"]:
        return
    failed = errors(result)
    again = sum(
        n for phase, sort, _, _, n in failed if phase in EXPECTED and sort in ("POST", "GET")
    )
    never = sum(n for *_, text, n in failed if text == NEVER)
    yield say["trouble"].format(_what(result, say), again, never)
    slow = samples.of("POST", "take", EXPECTED) + samples.of("SAID", "take", EXPECTED)
    if slow and (calm := samples.of("POST", "take", ("calm",))):
        yield say["slower"].format(worst=_span(slow, 1.0, say), calm=_span(calm, 0.99, say))
    if bound := _bound(result):
        verdict = say["broken" if bound.worst > bound.most else "kept_to"]
        yield say["bound"].format(bound=_time(bound.most, say), verdict=verdict)
    back: Counter[float] = Counter()
    for name in ("board", "sign"):
        back.update(samples.of("WS", f"{name}: back after", EXPECTED))
    if back:
        yield say["first"].format(p50=_span(back, 0.5, say), worst=_span(back, 1.0, say))


def _what(result: Result, say: dict[str, str]) -> str:
    return say["comma"].join(
        say["fault_at"].format(said=say[f"fault {one['what']}"], at=_short(one["at"]))
        for one in result["faults"]
    )


def _machine(result: Result, say: dict[str, str]) -> Iterable[str]:
    looks = result["looks"]
    if not looks or not result["own"]:
        return
    server, redis, load, others = (mean(look[place] for look in looks) for place in (1, 2, 3, 4))
    yield say["machine"].format(
        cores=result["cores"],
        server=f"{server:.2f}",
        redis=f"{redis:.2f}",
        load=f"{load:.2f}",
        others=f"{others:.2f}",
        memory=f"{max(look[5] for look in looks) / 2**20:,.0f} MB",
    )
    if others > CROWDED * result["cores"]:
        yield say["crowded"]


def _short(number: float) -> str:
    return f"{number:g}"


def _span(times: Counter[float], share: float, say: dict[str, str]) -> str:
    return _time(percentile(times, share), say)


def _time(ms: float, say: dict[str, str]) -> str:
    return f"{ms:.0f} {say['ms']}" if ms < 1000 else f"{ms / 1000:.1f} {say['s']}"
