"""The rule for missed calls, as the hall's numbers make it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_server.domain.calling import CallingRule
from queue_server.domain.layout import Service
from ticketing.missed_calls import sentences
from ticketing.slip_words import LANGUAGES

RULE = CallingRule()
ZH, EN = LANGUAGES["zh-CN"], LANGUAGES["en"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"min_calls": 1, "grace": 0}, "过号：叫号 1 次仍未到窗口的，记为过号。"),
        ({"min_calls": 3, "grace": 90_000}, "过号：叫号 3 次且满 90 秒仍未到窗口的"),
        ({"misses_allowed": 0}, "过号后本号作废，请重新取号。"),
        ({"misses_allowed": 1}, "第 1 次排在后 3 位之后，第 2 次作废。"),
        ({"misses_allowed": 3}, "第 2-3 次排到队尾，第 4 次作废。"),
        ({"back_behind": 0}, "第 1 次保留原位，第 2 次排到队尾，第 3 次作废。"),
        ({"back_behind": 5}, "第 1 次排在后 5 位之后"),
    ],
)
def test_each_number_is_said(numbers: dict[str, int], said: str) -> None:
    assert said in sentences(replace(RULE, **numbers), None, ZH)


def test_a_service_has_its_own_grace() -> None:
    slow = Service(code="S", name="慢", lane="l", grace=120_000, min_calls=3)

    assert "after 3 calls and 120 s" in sentences(RULE, slow, EN)
