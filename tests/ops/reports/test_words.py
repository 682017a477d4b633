"""What reports say, in every language."""

from __future__ import annotations

import re

from ops.reports import sections
from ops.reports.lines import MEASURES, Unit
from ops.reports.sections import SECTIONS
from ops.reports.words import MEASURES as HEADINGS
from ops.reports.words import NOTES, WORDS, heading


def test_every_measure_has_a_heading_and_every_table_its_words() -> None:
    """And nothing has words that nobody says."""
    assert set(HEADINGS) == set(MEASURES)
    plans = [plan for some in SECTIONS.values() for plan in some]
    for plan in plans:
        assert set(plan.measures) <= set(MEASURES)
        assert {plan.name, f"of_{plan.by}", *(one.name for one in plan.drawings)} <= set(WORDS)
        assert all(set(one.measures) <= set(plan.measures) for one in plan.drawings)
    assert set(sections.GREAT) <= {name for group in sections.FIGURES for name in group}


def test_all_words_stand_in_both_languages_with_the_same_values() -> None:
    """The Chinese has Chinese letters, but for signs."""
    for zh, en in [*WORDS.values(), *NOTES.values(), *HEADINGS.values()]:
        assert zh
        assert en
        assert {*re.findall(r"{(\w+)}", zh)} == {*re.findall(r"{(\w+)}", en)}
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert not re.search(r"[\u4e00-\u9fff]", en)


def test_a_heading_says_its_unit() -> None:
    assert heading("zh-CN", "wait_mean", Unit.MINUTES) == "平均等候（分钟）"
    assert heading("en", "within_share", Unit.SHARE) == "In time (%)"
    assert heading("en", "visits", Unit.COUNT) == "Visits"
