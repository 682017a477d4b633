"""What stands on a slip, and what never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_server.domain.tickets import State
from tests.ticketing.sample_slips import LAYOUT, LINK, LONG, NOW, STEPS, sample, ticket, view
from ticketing.slip_words import known
from ticketing.slips import Code, Mark, Slip, Text, slip


def words(made: Slip) -> list[str]:
    return [part.words for part in made.parts if isinstance(part, Text | Mark)]


def test_a_slip_says_everything_in_both_languages() -> None:
    """Hall, number, service, lane, windows, people ahead, range, time, rule, link, phone."""
    people = view(*(ticket(f"B{n:03d}") for n in range(1, 8)))

    made = slip(people, "B007", link=LINK, now=NOW)

    assert words(made) == [
        "青石县人民政府政务服务中心",
        "Qingshi County Government Service Hall",
        "B007",
        f"办理事项：{LONG}",
        "For: Changes in the register",
        "排队队列：公安",
        "Queue: Police",
        "办理窗口：1-3、12 号",
        "Windows: 1-3, 12",
        "前面等候：6 人",
        "Ahead of you: 6",
        "预计等候：15～110 分钟",
        "Expected wait: 15-110 min",
        "取号时间：2026-03-02 08:30",
        "Taken: 2026-03-02 08:30",
        "过号：叫号 2 次且满 60 秒仍未到窗口的，记为过号。过号后请找导办人员恢复："
        "第 1 次排在后 3 位之后，第 2 次排到队尾，第 3 次作废。",
        "If you are not at the window after 2 calls and 60 s, you have missed the call. Ask a "
        "guide to be put back: after miss 1 behind the next 3; after miss 2 at the end; "
        "miss 3 voids the ticket.",
        "扫码查看排队进度",
        "Scan to follow your place",
        "投诉电话：0555-12345",
        "Complaints: 0555-12345",
    ]
    assert [part for part in made.parts if isinstance(part, Code)] == [Code(LINK)]
    assert [p.words for p in made.parts if isinstance(p, Text) and p.size == 3] == ["B007"]


def test_the_visitors_language_comes_first() -> None:
    made = words(sample(language="en"))

    assert made[:2] == ["Qingshi County Government Service Hall", "青石县人民政府政务服务中心"]
    assert made.index("Queue: Police") < made.index("排队队列：公安")


@pytest.mark.parametrize(
    ("class_", "mark"), [("green", "绿色通道 Green channel"), ("appointment", "预约 Appointment")]
)
def test_a_class_is_marked(class_: str, mark: str) -> None:
    assert Mark(mark) in sample(class_=class_).parts
    assert not any(isinstance(part, Mark) for part in sample().parts)


def test_a_copy_is_marked() -> None:
    made = sample(copy=True)

    assert made.copy
    assert Mark("补打 Copy") in made.parts


def test_green_tickets_may_be_called_by_the_green_window() -> None:
    assert "办理窗口：1-3、12、9 号" in words(sample(class_="green"))


def test_nobody_knows_the_wait_while_no_window_is_open() -> None:
    made = words(slip(view(ticket("B001"), open_windows=()), "B001", link=LINK, now=NOW))

    assert "等候时间暂时无法估计，请留意叫号" in made
    assert "前面等候：0 人" in made


def test_a_slip_that_comes_late_says_where_to_go() -> None:
    """The ticket was called before the printer had paper again."""
    made = words(sample(state=State.CALLED, window="3"))

    assert "已叫号，请到 3 号窗口" in made
    assert not any("等候" in line for line in made)


def test_a_one_thing_visit_lists_its_steps() -> None:
    made = words(sample(services=("T1",), lane="general", steps=STEPS, step=2, done="100"))

    at = made.index("办理步骤：")
    assert made[at + 1 : at + 4] == [
        "√ 综合受理 退休一件事",
        f"2. 公安 {LONG}",
        "3. 社保 社保登记",
    ]


def test_names_and_notes_stay_off_the_paper() -> None:
    made = " ".join(words(sample(note="张三", on_behalf="李四", booking="BK-77", reason="轮椅")))

    assert not any(word in made for word in ("张三", "李四", "BK-77", "轮椅"))


def test_without_a_link_there_is_no_code() -> None:
    made = slip(view(ticket("B001")), "B001", link="", now=NOW)

    assert not any(isinstance(part, Code) for part in made.parts)
    assert "扫码查看排队进度" not in words(made)


def test_the_time_is_the_halls_own() -> None:
    there = view(ticket("B001"), layout=replace(LAYOUT, timezone="Asia/Urumqi"))

    assert "取号时间：2026-03-02 06:30" in words(slip(there, "B001", link=LINK, now=NOW))


def test_languages_without_words_are_left_out() -> None:
    assert known(("xx", "en-GB", "en", "zh")) == ("en", "zh-CN")
    assert known(("xx",)) == ("zh-CN",)


def test_only_the_languages_that_were_asked_for() -> None:
    made = slip(view(ticket("B001")), "B001", link=LINK, now=NOW, languages=("zh-CN",))

    assert "Queue: Police" not in words(made)
