"""What a load report calls the things it measured, in English and Chinese: scenarios, commands,
pages, deliveries. What is not named here goes by its own name."""

from __future__ import annotations

#: scenario → English, Chinese
SCENARIOS: dict[str, tuple[str, str]] = {
    "village": ("a village", "村级服务点"),
    "town": ("a town", "镇级大厅"),
    "city_hall": ("a city hall", "市级大厅"),
    "city": ("a whole city", "全市 244 个大厅"),
    "province_morning": ("a province opens in the morning", "全省早高峰"),
    "contention": ("everybody presses at once", "同时叫号"),
}

#: what is measured → English, Chinese
THINGS: dict[str, tuple[str, str]] = {
    "take": ("take a number", "取号"),
    "printed": ("report: printed", "回报：已出票"),
    "open_window": ("open a window", "窗口开始办理"),
    "call_next": ("call the next", "叫下一位"),
    "recall": ("call again", "重呼"),
    "start": ("begin with a visitor", "开始办理"),
    "finish": ("finish with a visitor", "办结"),
    "no_show": ("record as missed", "过号"),
    "hold": ("put aside", "挂起"),
    "unhold": ("bring back", "取消挂起"),
    "transfer": ("send to another lane", "转办"),
    "reinstate": ("let a missed one in again", "过号恢复"),
    "reclassify": ("change a class", "改为优先"),
    "rate": ("rate", "评价"),
    "shown": ("report: shown", "回报：已上屏"),
    "announced": ("report: announced", "回报：已播报"),
    "hall now": ("guide: the hall now", "导办：大厅现状"),
    "ticket": ("guide: one ticket", "导办：查看号票"),
    "ticket link": ("phone: my ticket", "手机：我的号"),
    "call at a voice": ("call → voice", "叫号 → 语音"),
    "call on a board": ("call → board", "叫号 → 总屏"),
    "call on a sign": ("call → window sign", "叫号 → 窗口屏"),
    "call on a phone": ("call → phone", "叫号 → 手机"),
}
PLACES: dict[str, tuple[str, str]] = {
    "board": ("board", "总屏"),
    "sign": ("window sign", "窗口屏"),
    "console": ("clerk's console", "窗口操作页"),
    "desk": ("guide desk", "导办台"),
    "voice": ("voice", "语音"),
    "phone": ("phone", "手机"),
}
HAPPENS: dict[str, tuple[str, str]] = {
    "first picture": ("first picture", "首个画面"),
    "back after": ("back after a broken line", "断线后恢复"),
    "line": ("line", "连接"),
}


def thing(name: str, which: int) -> str:
    """What is measured, in the language with this index: `board: line`, `call_next: NOBODY`."""
    head, _, tail = name.partition(": ")
    if head in PLACES and tail in HAPPENS:
        return f"{PLACES[head][which]}: {HAPPENS[tail][which]}"
    said = THINGS.get(head, (head, head))[which]
    return f"{said}: {tail}" if tail else said


def scenario(name: str, which: int) -> str:
    """A scenario."""
    return SCENARIOS.get(name, (name, name))[which]
