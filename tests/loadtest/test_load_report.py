"""The report: plain words first, every kind of failure named, in two languages, in one file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loadtest import load_names
from loadtest.load_pages import markdown, page
from loadtest.load_report import findings, report
from loadtest.load_words import LANGUAGES, WORDS
from loadtest.orders import CLOSED
from loadtest.samples import Key, Samples
from loadtest.scenarios import SCENARIOS

Result = dict[str, Any]


def samples(*errors: tuple[str, str]) -> Samples:
    """A quiet run; `errors` as (phase, what)."""
    made = Samples()
    for ms in range(1, 101):
        made.note(Key("calm", "POST", "take"), ms)
        made.note(Key("calm", "WS", "call on a sign"), ms / 2)
    made.note(Key("calm", "NO", "call_next: NOBODY"), 0)
    for phase, what in errors:
        made.note(Key(phase, "POST", "call_next"), 0, what, at=31.0)
    return made


def result(*errors: tuple[str, str], **changes: Any) -> Result:
    """What a run came to."""
    deliveries: Result = {"due": 20, "delivered": 20, "passed": 0, "lost": [], "voices": 1}
    deliveries |= {"heard": 10, "unheard": [], "gaps": [], "again": 0, "double": []}
    deliveries |= {"unconfirmed": 0, "jumps": 0} | changes.pop("deliveries", {})
    audit = {"hall": "load-town-1", "clean": True, "events": 80, "tickets": 10, "calls": 10}
    made: Result = {
        "scenario": "town",
        "at": 1_772_411_400.0,
        "minutes": 2.0,
        "speed": 60.0,
        "processes": 1,
        "missing_processes": 0,
        "halls": 1,
        "windows": 12,
        "screens": 15,
        "phones": 40,
        "cores": 2,
        "busy": 0.5,
        "own": True,
        "beat": 0.0,
        "slowest": 0.0,
        "calm_gap": 2.5,
        "faults": [],
        "last": {"right": 15, "wrong": []},
        "archive": {"days": 1, "events": 80, "seconds": 3.5, "missing": []},
        "samples": samples(*errors).to_json(),
        "deliveries": deliveries,
        "audits": [{**audit, "checked": 100, "findings": []}],
        "looks": [[1.0, 0.2, 0.1, 0.3, 0.0, 200 * 2**20, 13 * 2**20]],
    }
    made |= changes
    return made | {"findings": findings(made)}


def fault(what: str, at: float = 30.0, **more: Any) -> Result:
    """What was done, and what was seen of it."""
    seen = {"failed": 3, "lines": 2, "gap": 4.5, "late": 1, "slowest": 900.0}
    return {"what": what, "at": at, "until": at, "told": {}, "failed": "", "seen": seen, **more}


def test_a_clean_run_says_so_in_plain_words() -> None:
    """Nobody twice, everything shown, how long a ticket took; and nothing under "wrong"."""
    text = markdown(result())

    assert "All is well." in text
    assert "Nobody was called twice." in text
    assert "At the end all 15 screens showed exactly what the log says." in text
    assert "3.5 s after the end the archive had the very same 80 events of 1 days." in text
    assert "Every call reached every screen that it was for: 20 pictures." in text
    assert "50 ms (half of them) to 99 ms" in text
    assert "| take a number | calm | 100 | 50.0 | 90.0 | 99.0 | 100.0 |" in text
    assert "What is wrong" not in text


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"deliveries": {"double": ["h: 5: A1 at 2"]}}, "called twice"),
        ({"deliveries": {"lost": ["h: A1 on 3"]}}, "never shown"),
        ({"deliveries": {"unheard": ["h: call 5"]}}, "not heard"),
        ({"deliveries": {"gaps": ["h: 4–6"]}}, "missing"),
        ({"deliveries": {"again": 2}}, "told twice"),
        ({"missing_processes": 1}, "without a word"),
        ({"audits": []}, "nobody came"),
        ({"last": {"right": 3, "wrong": ["h: a board was dark"]}}, "at the end h: a board"),
        ({"archive": {"missing": ["h: 3 events"], "days": 1, "events": 9}}, "not archived: h"),
        ({"faults": [fault("disk", failed="OSError: no")]}, "disk failed: OSError"),
    ],
)
def test_whatever_is_wrong_is_a_finding(broken: Result, said: str) -> None:
    """Each of them makes the run a failure, and stands in the report."""
    made = result(**broken)

    assert any(said in one for one in made["findings"])
    assert "Something is wrong." in markdown(made)


def test_an_audit_that_refutes_a_day_is_a_finding() -> None:
    """With the auditor's own sentence."""
    day = {"hall": "h", "clean": False, "events": 5, "tickets": 1, "calls": 1, "checked": 9}

    made = result(audits=[{**day, "findings": ["4: A1 was passed [fifo]"]}])

    assert made["findings"] == ["h: 4: A1 was passed [fifo]"]
    assert "The auditor refutes 1 days." in markdown(made)


def test_an_error_counts_when_nothing_was_done_to_the_hall() -> None:
    """A 503 in a calm minute is a finding."""
    assert result(("calm", "503 UNAVAILABLE"))["findings"]


def test_an_error_after_a_fault_is_told_but_is_no_finding() -> None:
    """Redis was killed: what users saw stands in the report, and the run is still good."""
    made = result(("trouble", "503 UNAVAILABLE"), faults=[fault("redis")])

    assert made["findings"] == []
    assert "On purpose, Redis was killed at 30 s." in markdown(made)
    assert "| after a fault | call the next | 503 UNAVAILABLE | 1 | 31 | 31 |" in markdown(made)
    assert "| Redis was killed | 30 | 30 | 3 | 2 | 4.5 | 1 | 900 |  |" in markdown(made)
    assert "Redis 进程被强制终止（第 30 秒）" in page(made)


def test_an_idle_connection_that_closes_now_and_then_is_no_finding() -> None:
    """One in a thousand is the way of HTTP; one in a hundred is a server that hangs up."""
    rare = samples(("calm", CLOSED))
    rare.times[Key("calm", "POST", "take")][5.0] += 1000

    assert result(samples=rare.to_json())["findings"] == []
    assert "1 times the server let go of an idle connection" in markdown(
        result(samples=rare.to_json())
    )
    assert len(result(("calm", CLOSED))["findings"]) == 1


def test_a_command_that_was_never_heard_counts_even_after_a_fault() -> None:
    """A fault may delay a command, but not lose it."""
    assert result(("trouble", "never heard"), faults=[fault("redis")])["findings"]


def storm(slowest: float) -> Result:
    """All screens come back at once while tickets are taken: 99 ms is the calm p99."""
    made = samples()
    made.note(Key("trouble", "POST", "take"), slowest)
    return result(samples=made.to_json(), slowest=5.0, faults=[fault("cut")])


def test_a_ticket_may_take_so_much_longer_in_a_storm() -> None:
    """Five times the calm p99: 400 ms is good, 600 ms is a finding."""
    assert storm(400)["findings"] == []
    assert "No ticket may take longer than 495 ms then: none did." in markdown(storm(400))
    assert storm(600)["findings"] == ["a ticket took 600 ms, 495 ms are allowed"]


def test_a_race_is_told_in_one_sentence() -> None:
    """Everybody pressed at once: how many got a visitor, and how many heard that nobody waits."""
    made = samples()
    for _ in range(11):
        made.note(Key("calm", "POST", "call_next"), 9)

    text = markdown(result(beat=2.0, samples=made.to_json()))

    assert "Every 2 s all 12 clerks pressed “next” at the same instant: 11 presses" in text
    assert "10 got a visitor, 1 heard that nobody waits" in text


def test_what_a_stranger_saw_stands_beside_what_he_did() -> None:
    """How a flood was answered, with counts."""
    flood = fault("flood", told={"asked": 1050, "answers": {"429": 1000, "404": 50}})

    text = markdown(result(faults=[flood]))

    assert "| 1,050 requests were answered with 429 (1,000 ×), 404 (50 ×) |" in text


def test_the_page_is_one_file_in_two_languages() -> None:
    """Nothing is fetched, there is no script, and Chinese is one click away."""
    html = page(result())

    assert not re.search(r"<script|<link|src=|https?://", html)
    assert "没有任何人被重复叫号。" in html
    assert "Nobody was called twice." in html
    for language in LANGUAGES:
        assert f'<main class="{language}" lang="{language}">' in html


def test_what_others_wrote_is_no_markup() -> None:
    """A finding is text, whatever stands in it."""
    html = page(result(deliveries={"lost": ["<script>alert(1)</script>"]}))

    assert "<script>" not in html


def test_both_languages_fill_in_the_same_blanks() -> None:
    """A sentence that was changed in one language only would break the other's report."""
    for english, chinese in WORDS.values():
        assert sorted(re.findall(r"{(\w*)}", english)) == sorted(re.findall(r"{(\w*)}", chinese))


def test_only_the_busiest_halls_stand_in_the_table() -> None:
    """244 halls are one line more, as long as they are clean."""
    day = {"clean": True, "events": 1, "tickets": 1, "calls": 1, "checked": 9, "findings": []}
    made = result(audits=[{**day, "hall": f"h{n}"} for n in range(244)])

    verdicts = next(one for one in report(made).tables if "verdict" in one.head)

    assert len(verdicts.rows) == 13
    assert "232 more halls" in verdicts.rows[-1][0]


def test_every_scenario_has_a_name_in_both_languages() -> None:
    """The title of its report."""
    assert set(load_names.SCENARIOS) == set(SCENARIOS)
    assert report(result(), "zh").title == "压力测试：镇级大厅"


def test_things_go_by_words_and_what_has_none_by_its_own_name() -> None:
    """A command, a refusal, a line; something new."""
    names = ("call_next: NOBODY", "board: back after", "feed_the_cat")

    said = [[load_names.thing(name, which) for name in names] for which in (0, 1)]

    assert said[0] == ["call the next: NOBODY", "board: back after a broken line", "feed_the_cat"]
    assert said[1] == ["叫下一位: NOBODY", "总屏: 断线后恢复", "feed_the_cat"]
