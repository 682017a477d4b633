"""The report: plain words first, every kind of failure named, in two languages, in one file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loadtest.load_pages import markdown, page
from loadtest.load_report import findings, report
from loadtest.load_words import LANGUAGES, WORDS
from loadtest.samples import Key, Samples

Result = dict[str, Any]


def samples(*errors: tuple[str, str]) -> Samples:
    """A quiet run; `errors` as (phase, what)."""
    made = Samples()
    for ms in range(1, 101):
        made.note(Key("calm", "POST", "take"), ms)
        made.note(Key("calm", "WS", "call on a sign"), ms / 2)
    made.note(Key("calm", "NO", "call_next: NOBODY"), 0)
    for phase, what in errors:
        made.note(Key(phase, "POST", "call_next"), 0, what)
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
        "faults": [],
        "samples": samples(*errors).to_json(),
        "deliveries": deliveries,
        "audits": [{**audit, "checked": 100, "findings": []}],
        "looks": [[1.0, 0.2, 0.1, 0.3, 0.0, 200 * 2**20, 13 * 2**20]],
    }
    made |= changes
    return made | {"findings": findings(made)}


def test_a_clean_run_says_so_in_plain_words() -> None:
    """Nobody twice, everything shown, how long a ticket took; and nothing under "wrong"."""
    text = markdown(result())

    assert "All is well." in text
    assert "Nobody was called twice." in text
    assert "Every call reached every screen that it was for: 20 pictures." in text
    assert "50 ms (half of them) to 99 ms" in text
    assert "| take | calm | 100 | 50.0 | 90.0 | 99.0 | 100.0 |" in text
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
    made = result(("trouble", "503 UNAVAILABLE"), faults=[["redis", 30.0]])

    assert made["findings"] == []
    assert "On purpose: redis @ 30 s." in markdown(made)
    assert "| after a fault | POST call_next | 503 UNAVAILABLE | 1 |" in markdown(made)


def test_a_command_that_was_never_heard_counts_even_after_a_fault() -> None:
    """A fault may delay a command, but not lose it."""
    assert result(("trouble", "never heard"), faults=[["redis", 30.0]])["findings"]


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
