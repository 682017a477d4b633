"""What stands on a slip besides the hall's own names: one `Words` for each language.

A language is data: add its `Words` to `LANGUAGES` and halls may name it. `{braces}` are filled in
by the planner (`slips.py`). Chinese texts keep to GBK, which the printers' own fonts have.
"""

from __future__ import annotations

from dataclasses import dataclass

SPOILT = "作废 VOID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's texts. `comma` parts the items of a list, `pause` the halves of a sentence and
    `space` sentences."""

    copy: str
    service: str
    lane: str
    windows: str
    called: str
    ahead: str
    wait: str
    wait_unknown: str
    taken: str
    steps: str
    scan: str
    complaint: str
    calls: str
    grace: str
    both: str
    missed: str
    back_behind: str
    back_own: str
    back_end: str
    void: str
    void_at_once: str
    comma: str
    pause: str
    space: str


LANGUAGES: dict[str, Words] = {
    "zh-CN": Words(
        copy="补打",
        service="办理事项：{names}",
        lane="排队队列：{name}",
        windows="办理窗口：{numbers} 号",
        called="已叫号，请到 {window} 号窗口",
        ahead="前面等候：{people} 人",
        wait="预计等候：{low}～{high} 分钟",
        wait_unknown="等候时间暂时无法估计，请留意叫号",
        taken="取号时间：{time}",
        steps="办理步骤：",
        scan="扫码查看排队进度",
        complaint="投诉电话：{phone}",
        calls="叫号 {calls} 次",
        grace="满 {seconds} 秒",
        both="{calls}且{grace}",
        missed="过号：{when}仍未到窗口的，记为过号。",
        back_behind="过号后请找导办人员恢复：第 1 次排在后 {behind} 位之后",
        back_own="过号后请找导办人员恢复：第 1 次保留原位",
        back_end="第 {times} 次排到队尾",
        void="第 {times} 次作废。",
        void_at_once="过号后本号作废，请重新取号。",
        comma="、",
        pause="，",
        space="",
    ),
    "en": Words(
        copy="Copy",
        service="For: {names}",
        lane="Queue: {name}",
        windows="Windows: {numbers}",
        called="Called: please go to window {window}",
        ahead="Ahead of you: {people}",
        wait="Expected wait: {low}-{high} min",
        wait_unknown="We cannot estimate your wait yet; please listen for your number",
        taken="Taken: {time}",
        steps="Your steps:",
        scan="Scan to follow your place",
        complaint="Complaints: {phone}",
        calls="{calls} calls",
        grace="{seconds} s",
        both="{calls} and {grace}",
        missed="If you are not at the window after {when}, you have missed the call.",
        back_behind="Ask a guide to be put back: after miss 1 behind the next {behind}",
        back_own="Ask a guide to be put back: after miss 1 to your old place",
        back_end="after miss {times} at the end",
        void="miss {times} voids the ticket.",
        void_at_once="The ticket is void then; please take a new one.",
        comma=", ",
        pause="; ",
        space=" ",
    ),
}


def known(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `languages` that have words, in their order and once; Chinese when none has."""
    found = (_known(language) for language in languages)
    return tuple(dict.fromkeys(filter(None, found))) or ("zh-CN",)


def _known(language: str) -> str:
    """`en-GB` is spoken as `en`, and `zh` as `zh-CN`."""
    if language in LANGUAGES:
        return language
    family = language.partition("-")[0]
    return next((known for known in LANGUAGES if known.partition("-")[0] == family), "")
