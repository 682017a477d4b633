"""The words of `explain.py`, in each language: what a citizen is told about each event.

`{ticket}` and the other names are fields of the event; `{due}`, `{reason}` and the like come
with their own sentence and are empty when there is nothing to say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. `events` by kind; `rules` by the receipt's word; `classes` by id."""

    events: dict[str, str]
    rules: dict[str, str]
    extras: dict[str, str]
    first: str
    later: str
    undone: str
    unknown: str
    stop: str


ENGLISH = Words(
    events={
        "ticket.taken": "{ticket} was taken for {lane}{reason}; it counts from {counts_from}",
        "ticket.called": "{ticket} was called to window {window}, because {rule}; the wait was "
        "{wait}",
        "ticket.recalled": "{ticket} was called to window {window} again, call {calls}",
        "ticket.started": "the visitor came to window {window}",
        "ticket.finished": "done at window {window}",
        "ticket.step_finished": "step {done} was done at window {window}; {ticket} waits for "
        "{lane} with the place of its first entry",
        "ticket.missed": "nobody came to window {window}; that was miss {misses}{final}",
        "ticket.held": "window {window} put {ticket} on hold{reason}{due}",
        "ticket.unheld": "{ticket} is back in line for {lane}, in its own place",
        "ticket.requeued": "window {window} put {ticket} back in line, {place}{due}",
        "ticket.skipped": "window {window} called the next one first; {ticket} keeps its place",
        "ticket.transferred": "{ticket} was sent to {lane}, {place}{come_back_to}",
        "ticket.moved": "the hall's plan changed; {ticket} now waits for {lane} with its old entry",
        "ticket.step_added": "one more stop was added",
        "ticket.cancelled": "the visit was cancelled{reason}",
        "ticket.expired": "the day ended before it was called",
        "ticket.reinstated": "{ticket} is back in line after a missed call; it counts from "
        "{counts_from} now",
        "ticket.went_away": "the visitor stepped out; the place is kept and nobody calls it",
        "ticket.came_back": "the visitor is back and may be called again",
        "ticket.reclassified": "{ticket} became {class}{reason}; it counts from {counts_from} now",
        "ticket.rated": "the visit was rated {score} of 5",
        "ticket.announced": "the call was announced",
        "ticket.shown": "the call was shown on a screen",
        "ticket.undelivered": "no {sort} had confirmed the call in time",
        "ticket.printed": "the slip was printed",
        "ticket.reprint_asked": "the slip was asked for once more",
        "ticket.print_failed": "the slip was not printed; the number holds all the same",
    },
    rules={
        "order": "it counted as having come first",
        "ceiling": "it had waited longer than the ceiling, and such tickets go first",
        "green_promise": "it is a green-channel ticket that had waited longer than was promised",
        "overtaken": "it had been passed as often as the rules allow",
        "sent": "it had been sent to this window",
        "by_number": "the clerk called its number",
        "unheld": "its visitor, who had been on hold, was back",
    },
    extras={
        "final": ", and the ticket is closed",
        "reason": " ({})",
        "due": ", until {}",
        "come_back_to": "; afterwards it comes back to window {}",
        "same": "in its own place",
        "own": "keeping its place",
        "first": "to the first place",
        "end": "at the end",
        "window": "window {}",
        "minutes": "{} min {} s",
        "screen": "screen",
        "voice": "voice",
    },
    first="{other} was called to window {window} before {ticket}: it counts from "
    "{counts_from}{class}, and {rule}",
    later="{other}, which came later, was called to window {window} before {ticket}: it counts "
    "from {counts_from}{class}, and {rule}",
    undone="window {window} took its last step back ({undone}); for {ticket} it never happened",
    unknown="There is no ticket {} in these events.",
    stop=".",
)

CHINESE = Words(
    events={
        "ticket.taken": "{ticket} 号取号，办理{lane}{reason}，从 {counts_from} 起算",
        "ticket.called": "{window} 号窗口呼叫 {ticket} 号，因为{rule}；共等候 {wait}",
        "ticket.recalled": "{window} 号窗口再次呼叫 {ticket} 号，第 {calls} 次",
        "ticket.started": "来到 {window} 号窗口，开始办理",
        "ticket.finished": "在 {window} 号窗口办结",
        "ticket.step_finished": "在 {window} 号窗口办完第 {done} 步；{ticket} 号按最初的取号时间"
        "继续等候{lane}",
        "ticket.missed": "{window} 号窗口呼叫后无人前来，第 {misses} 次过号{final}",
        "ticket.held": "{window} 号窗口暂时挂起 {ticket} 号{reason}{due}",
        "ticket.unheld": "{ticket} 号按原位置重新排队等候{lane}",
        "ticket.requeued": "{window} 号窗口将 {ticket} 号退回队列，{place}{due}",
        "ticket.skipped": "{window} 号窗口先叫了下一位；{ticket} 号保留原位置",
        "ticket.transferred": "{ticket} 号转到{lane}，{place}{come_back_to}",
        "ticket.moved": "大厅布局有调整；{ticket} 号按原取号时间改在{lane}等候",
        "ticket.step_added": "增加了一个办理环节",
        "ticket.cancelled": "已取消{reason}",
        "ticket.expired": "当日结束时仍未叫到",
        "ticket.reinstated": "{ticket} 号过号后重新排队，现从 {counts_from} 起算",
        "ticket.went_away": "暂时离开；保留位置，期间不呼叫",
        "ticket.came_back": "已回来，可以呼叫",
        "ticket.reclassified": "{ticket} 号改为{class}{reason}，现从 {counts_from} 起算",
        "ticket.rated": "已评价，{score} 分（满分 5 分）",
        "ticket.announced": "已语音播报",
        "ticket.shown": "已上屏显示",
        "ticket.undelivered": "呼叫未按时得到{sort}确认",
        "ticket.printed": "号票已打印",
        "ticket.reprint_asked": "要求补打号票",
        "ticket.print_failed": "号票未能打印，号码仍然有效",
    },
    rules={
        "order": "按起算时间轮到它",
        "ceiling": "它等候已超过上限，超时者优先",
        "green_promise": "它是绿色通道，等候已超过承诺时间",
        "overtaken": "它被后来者越过的次数已到规定上限",
        "sent": "它是专门转到本窗口的",
        "by_number": "工作人员按号码呼叫",
        "unheld": "挂起的办事人已回来",
    },
    extras={
        "final": "，本号作废",
        "reason": "（{}）",
        "due": "，至 {}",
        "come_back_to": "；之后回到 {} 号窗口",
        "same": "保留原位置",
        "own": "保留原位置",
        "first": "排到最前",
        "end": "排到最后",
        "window": " {} 号窗口",
        "minutes": "{} 分 {} 秒",
        "screen": "屏幕",
        "voice": "语音",
    },
    first="{other} 号先于 {ticket} 号被叫到 {window} 号窗口：它从 {counts_from} "
    "起算{class}，{rule}",
    later="后到的 {other} 号先于 {ticket} 号被叫到 {window} 号窗口：它从 {counts_from} "
    "起算{class}，{rule}",
    undone="{window} 号窗口撤销了上一步操作（{undone}）；对 {ticket} 号视为没有发生",
    unknown="这些记录里没有 {} 号。",
    stop="。",
)

LANGUAGES = {"en": ENGLISH, "zh-CN": CHINESE}
