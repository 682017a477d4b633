"""What window signs and LED strips say, in every language they can say it: data only.

A strip has several wordings of everything, the fullest first; each is a tuple of pages. Braces
name values: `ticket`, `window`, `name`, `functions`, `hall`, `text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Wordings = tuple[tuple[str, ...], ...]

FIRST = "zh-CN"

#: language → kind of window → its function in words
FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {
        "unified": "无差别综合受理",
        "domain": "分领域综合受理",
        "green": "绿色通道",
        "one_thing": "“一件事”",
        "certificate": "综合出证",
        "complaint": "有诉即办",
        "assist": "帮办代办",
        "guide": "咨询引导",
    },
    "en": {
        "unified": "All services",
        "domain": "Specialist services",
        "green": "Green channel",
        "one_thing": "One-stop cases",
        "certificate": "Certificates",
        "complaint": "Complaints",
        "assist": "Assistance",
        "guide": "Information",
    },
}


class StripWords(NamedTuple):
    """One language: at the window itself, then in a zone, where the window must be named."""

    called: Wordings
    serving: Wordings
    idle: Wordings
    paused: Wordings
    closed: Wordings
    to_window: tuple[str, ...]
    welcome: Wordings
    between: str


STRIPS: Mapping[str, StripWords] = {
    "zh-CN": StripWords(
        called=(("请{ticket}号到{window}号窗口",), ("{ticket} 到{window}号窗口",), ("{ticket}",)),
        serving=(("{ticket} 正在办理",), ("{ticket}",)),
        idle=(
            ("{window}号窗口 {name} {functions}",),
            ("{window}号窗口 {name}", "{functions}"),
            ("{window}号窗口", "{name}", "{functions}"),
        ),
        paused=(("{window}号窗口 暂停服务",), ("暂停服务",)),
        closed=(("{window}号窗口 未开放",), ("未开放",)),
        to_window=(
            "请{ticket}号到{window}号窗口",
            "{ticket} 到{window}号窗口",
            "{ticket}→{window}",
        ),
        welcome=(("欢迎光临{hall}",), ("欢迎光临", "{hall}")),
        between="·",
    ),
    "en": StripWords(
        called=(("{ticket}, please come to window {window}",), ("{ticket}",)),
        serving=(("{ticket} being served",), ("{ticket}",)),
        idle=(
            ("Window {window} {name} {functions}",),
            ("Window {window} {name}", "{functions}"),
            ("Window {window}", "{name}", "{functions}"),
        ),
        paused=(("Window {window} paused",), ("Paused",)),
        closed=(("Window {window} closed",), ("Closed",)),
        to_window=(
            "{ticket}, please go to window {window}",
            "{ticket} window {window}",
            "{ticket}→{window}",
        ),
        welcome=(("Welcome to {hall}",), ("Welcome", "{hall}")),
        between=", ",
    ),
}


def functions(kinds: tuple[str, ...]) -> dict[str, list[str]]:
    """What a window of these kinds is for, in words, by language."""
    return {
        language: [named[kind] for kind in kinds if kind in named]
        for language, named in FUNCTIONS.items()
    }
