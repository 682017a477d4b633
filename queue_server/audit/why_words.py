"""The words of `why.py`, in each language: what lay between two visits.

`{ticket}` was called first, `{other}` later; times are those of the hall's clock. `stop` ends a
sentence; `class`, `window`, `minutes`, `none` and what explains a place are parts of one.
"""

from __future__ import annotations

ENGLISH = {
    "place": "{ticket} was taken at {taken} for {lane}{class}; it counts from {counts}{because}",
    "head_start": ", since people of this class count as having come {minutes} min earlier",
    "booked": ", the time of its appointment",
    "moved": ", since its place changed after it was taken",
    "called": "At {at} window {window} called {ticket}, because {rule}",
    "absent": "At that moment {other} was not there yet: it was taken at {taken}",
    "away": "At that moment the visitor of {other} had stepped out: the place was kept, and nobody "
    "called it",
    "held": "At that moment {other} was on hold",
    "put_off": "At that moment {other} had been put off until {due}",
    "by_name": "This call was meant for {ticket} alone, so nobody else was compared with it",
    "elsewhere": "Window {window} does not serve {other_lane}{other_class}: {other} waited for "
    "other windows ({windows}), so the two did not stand in one line",
    "asked": "Window {window} had asked for {lane} only, and {other} waited for {other_lane}",
    "ceiling": "{ticket} had waited {wait}; whoever waits longer than {minutes} min goes first, "
    "and {other} had not waited so long",
    "ceiling_both": "Both had waited longer than {minutes} min; then whoever has waited longest "
    "goes first, and that was {ticket} with {wait}",
    "green_promise": "{ticket} is a green-channel ticket that had waited {wait}, longer than the "
    "{minutes} min that are promised, and such tickets go first",
    "overtaken": "{ticket} had been passed by later comers {times} times, as often as the rules "
    "allow, and then nobody may pass it again",
    "same_moment": "Both count from the same moment; then the number that was given first goes "
    "first",
    "earlier": "Whoever counts from earlier is called first: {ticket} from {counts}, {other} from "
    "{other_counts}",
    "reserve": "{other} counts from earlier, but {other_lane} has a window of its own; at window "
    "{window}, which serves others too, it counts {minutes} min later",
    "rule": "That rule chose {ticket} and not {other}",
    "later": "{other} was called to window {window} at {at}",
    "cancelled": "{other} was not called: it was cancelled at {at}",
    "expired": "{other} was not called: the day ended first",
    "not_called": "{other} has not been called so far",
    "neither": "Neither {ticket} nor {other} has been called",
    "other_way": "It was the other way round: {ticket} was called first",
    "unknown": "There is no ticket {ticket} in these events",
    "class": " ({name})",
    "window": "window {window}",
    "minutes": "{minutes} min {seconds} s",
    "none": "none was open",
    "stop": ".",
}

CHINESE = {
    "place": "{ticket} 号于 {taken} 取号，办理{lane}{class}，从 {counts} 起算{because}",
    "head_start": "（此类办事人提前 {minutes} 分钟起算）",
    "booked": "（按预约时间）",
    "moved": "（取号后位置有过变动）",
    "called": "{at} {window} 号窗口呼叫 {ticket} 号，因为{rule}",
    "absent": "当时 {other} 号还没有取号，它在 {taken} 才取号",
    "away": "当时 {other} 号的办事人暂时离开，位置保留，但期间不呼叫",
    "held": "当时 {other} 号处于挂起状态",
    "put_off": "当时 {other} 号已推迟到 {due} 之后",
    "by_name": "这次呼叫只针对 {ticket} 号，没有与其他号比较",
    "elsewhere": "{window} 号窗口不办理{other_lane}{other_class}，{other} 号等候的是其他窗口"
    "（{windows}），两个号不在同一队里",
    "asked": "{window} 号窗口当时只叫{lane}的号，而 {other} 号等候的是{other_lane}",
    "ceiling": "{ticket} 号已等候 {wait}；超过 {minutes} 分钟的优先，而 {other} 号还没有等这么久",
    "ceiling_both": "两个号等候都超过了 {minutes} 分钟，这时等得最久的优先，"
    "{ticket} 号已等候 {wait}",
    "green_promise": "{ticket} 号是绿色通道，已等候 {wait}，超过承诺的 {minutes} 分钟，"
    "这样的号优先",
    "overtaken": "{ticket} 号被后来者越过已达 {times} 次，到了规定上限，不能再被越过",
    "same_moment": "两个号同时起算，先取号的先叫",
    "earlier": "起算时间早的先叫：{ticket} 号 {counts}，{other} 号 {other_counts}",
    "reserve": "{other} 号起算更早，但{other_lane}另有专门窗口；{window} 号窗口还办理其他业务，"
    "在这里{other_lane}按晚 {minutes} 分钟计算",
    "rule": "按该规则轮到 {ticket} 号，而不是 {other} 号",
    "later": "{other} 号于 {at} 被叫到 {window} 号窗口",
    "cancelled": "{other} 号没有被叫到：{at} 已取消",
    "expired": "{other} 号没有被叫到：当日结束时仍在等候",
    "not_called": "{other} 号至今还没有被叫到",
    "neither": "{ticket} 号和 {other} 号都还没有被叫到",
    "other_way": "实际上是 {ticket} 号先被叫到",
    "unknown": "这些记录里没有 {ticket} 号",
    "class": "（{name}）",
    "window": " {window} 号窗口",
    "minutes": "{minutes} 分 {seconds} 秒",
    "none": "当时都未开放",
    "stop": "。",
}

LANGUAGES = {"en": ENGLISH, "zh-CN": CHINESE}
