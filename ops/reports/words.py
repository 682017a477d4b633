"""What reports say, in each language: Chinese and English side by side. Pure."""

from __future__ import annotations

from ops.reports.lines import Unit

LANGUAGES = ("zh-CN", "en")

#: What a unit is called in a heading; numbers of things need none.
UNITS = {Unit.MINUTES: ("分钟", "min"), Unit.SHARE: ("%", "%")}

_SORTS = {
    "wait": ("等候", "wait"),
    "walk": ("到窗", "walk"),
    "service": ("办理", "service"),
    "hold": ("挂起", "hold"),
}
_TIMES = {
    "count": ("次数", "{}s"),
    "mean": ("平均{}", "Mean {}"),
    "p50": ("{}中位数", "Median {}"),
    "p90": ("{} p90", "{} p90"),
    "p95": ("{} p95", "{} p95"),
    "longest": ("最长{}", "Longest {}"),
}

#: Every measure's heading.
MEASURES: dict[str, tuple[str, str]] = {
    "visits": ("取号", "Visits"),
    "served": ("办结", "Served"),
    "no_show": ("过号未办", "No-shows"),
    "cancelled": ("取消", "Cancelled"),
    "expired": ("闭厅未办", "Expired"),
    "unfinished": ("未完", "Unfinished"),
    "quick": ("无号办理", "Without a ticket"),
    "called": ("呼叫", "Called"),
    **{
        f"{sort}_{name}": (zh.format(_SORTS[sort][0]), en.format(_SORTS[sort][1]).capitalize())
        for sort in ("wait", "walk", "service", "hold")
        for name, (zh, en) in _TIMES.items()
        if (sort, name) != ("wait", "count")
    },
    "walk_count": ("到窗人次", "Came to the window"),
    "service_count": ("办理人次", "Services"),
    "hold_count": ("挂起次数", "Holds"),
    "wait_mean_at_least": ("平均等候（至少）", "Mean wait, at least"),
    "wait_longest_at_least": ("最长等候（至少）", "Longest wait, at least"),
    "cut": ("未叫到", "Not called"),
    "cut_share": ("未叫到率", "Not called"),
    "abandoned": ("其中取消", "of these cancelled"),
    "expired_waiting": ("其中闭厅", "of these expired"),
    "moved": ("其中转走", "of these moved"),
    "standing": ("其中仍在等", "of these waiting"),
    "within": ("达标", "In time"),
    "beyond": ("超时", "Too late"),
    "within_share": ("达标率", "In time"),
    "missed": ("过号", "Missed calls"),
    "missed_share": ("过号率", "Missed"),
    "recalled": ("重呼的号", "Recalled tickets"),
    "recalled_share": ("重呼率", "Recalled"),
    "recalls": ("重呼次数", "Recalls"),
    "passed": ("被越过次数", "Passed by"),
    "passed_people": ("被越过人数", "People passed by"),
    "passed_most": ("一人最多被越过", "Most for one person"),
    "open": ("开窗", "Open"),
    "busy": ("忙", "Busy"),
    "idle": ("闲", "Idle"),
    "paused": ("暂停", "Paused"),
    "occupancy": ("忙率", "Occupancy"),
    "seats": ("上岗次数", "Seatings"),
    "window_calls": ("窗口呼叫", "Calls of the window"),
    "rated": ("评价", "Ratings"),
    "rated_5": ("非常满意", "Very satisfied"),
    "rated_4": ("满意", "Satisfied"),
    "rated_3": ("基本满意", "Fairly satisfied"),
    "rated_2": ("不满意", "Dissatisfied"),
    "rated_1": ("非常不满意", "Very dissatisfied"),
    "rated_share": ("参评率", "Rated"),
    "bad": ("差评", "Bad ratings"),
    "bad_share": ("差评率", "Bad"),
    "score": ("平均分", "Mean of 5"),
    "assumed": ("默认评价", "Assumed"),
    "overturned": ("申诉撤销", "Overturned"),
    "estimates": ("预计次数", "Estimates"),
    "uncalled": ("未叫到", "Not called"),
    "estimate_error": ("平均误差", "Mean error"),
    "estimate_bias": ("平均偏差", "Bias"),
    "covered": ("落在范围内", "In the range"),
    "covered_share": ("覆盖率", "Coverage"),
    "sooner": ("早于范围", "Sooner"),
    "later": ("晚于范围", "Later"),
}

#: Everything else, by what it is for.
WORDS: dict[str, tuple[str, str]] = {
    "day": ("日报", "Daily report"),
    "week": ("周报", "Weekly report"),
    "month": ("月报", "Monthly report"),
    "free": ("统计报表", "Report"),
    "sheet": ("叫号系统统计", "Jiaohao"),
    "from_to": ("{first} 至 {last}", "{first} to {last}"),
    "halls_in": ("{halls} 个大厅", "{halls} halls"),
    "made": ("生成于 {made}", "made {made}"),
    "page": ("第 {page} 页，共 {pages} 页", "page {page} of {pages}"),
    "nothing": ("这段时间没有记录。", "There are no records of this time."),
    "total": ("合计", "All"),
    "none": ("（无）", "(none)"),
    "never_called": ("（未叫到）", "(never called)"),
    "busiest": (
        "共 {all} 行，此处只列最忙的 {most} 行，其余见电子表格。",
        "{all} rows, of which the {most} busiest stand here; the others are in the spreadsheet.",
    ),
    "first_ones": (
        "共 {all} 行，此处只列前 {most} 行，其余见电子表格。",
        "{all} rows, of which the first {most} stand here; the others are in the spreadsheet.",
    ),
    # Sections, tables and charts.
    "overview": ("概览", "Overview"),
    "halls": ("各级与各大厅", "Places and halls"),
    "waits": ("等候", "Waits"),
    "windows": ("窗口", "Windows"),
    "clerks": ("人员", "Staff"),
    "services": ("事项", "Services"),
    "ratings": ("好差评", "Ratings"),
    "estimates": ("预计等候", "Estimates"),
    "notes": ("口径说明", "How it is counted"),
    "by_place": ("各级汇总（由差到好）", "By place, worst first"),
    "by_hall": ("各大厅（由差到好）", "By hall, worst first"),
    "by_lane": ("按队列", "By lane"),
    "by_class": ("按类别", "By class"),
    "by_hour": ("按取号钟点", "By hour"),
    "by_date": ("按日期", "By date"),
    "by_month": ("按月份", "By month"),
    "by_window": ("窗口统计", "By window"),
    "by_clerk": ("人员统计", "By clerk"),
    "by_service": ("事项统计", "By service"),
    "rated_by_window": ("各窗口评价", "Ratings by window"),
    "rated_by_clerk": ("各人员评价", "Ratings by clerk"),
    "rated_by_service": ("各事项评价", "Ratings by service"),
    "levels": ("评价分布", "Levels"),
    "estimated_by_lane": ("按队列", "By lane"),
    "estimated_by_expected": ("按预计长短", "By how long was expected"),
    "chart_halls": ("达标率最低的大厅（%）", "Least in time (%)"),
    "chart_hours_calls": ("各钟点取号与呼叫", "Visits and calls by hour"),
    "chart_hours_waits": ("各钟点等候（分钟）", "Waits by hour (min)"),
    "chart_days": ("等候走势（分钟）", "Waits over time (min)"),
    "chart_visits": ("取号走势", "Visits over time"),
    "chart_windows": ("窗口忙率（%）", "Occupancy of windows (%)"),
    "chart_services": ("取号最多的事项", "Services with most visits"),
    "chart_levels": ("评价分布", "Levels of ratings"),
    "chart_coverage": ("预计范围的覆盖率（%）", "Coverage of estimates (%)"),
    # Columns that are no measures.
    "of_place": ("地区", "Place"),
    "of_halls": ("大厅数", "Halls"),
    "of_hall": ("大厅", "Hall"),
    "of_lane": ("队列", "Lane"),
    "of_class": ("类别", "Class"),
    "of_hour": ("钟点", "Hour"),
    "of_date": ("日期", "Date"),
    "of_month": ("月份", "Month"),
    "of_window": ("窗口", "Window"),
    "of_clerk": ("人员", "Clerk"),
    "of_service": ("事项", "Service"),
    "of_expected": ("预计等候", "Expected wait"),
    "of_level": ("评价", "Level"),
    "of_code": ("编码", "Code"),
    "of_by": ("分组", "Group"),
    "of_name": ("名称", "Name"),
    "of_count": ("人次", "Ratings"),
    "of_share": ("占比", "Share"),
    "of_measure": ("指标", "Measure"),
    "of_value": ("数值", "Value"),
    "of_unit": ("单位", "Unit"),
    "minutes_from": ("{from_}–{to} 分钟", "{from_} to {to} min"),
    "minutes_over": ("{from_} 分钟以上", "over {from_} min"),
}

#: Sentences at the end, in their order.
NOTES: dict[str, tuple[str, str]] = {
    "wait": (
        "等候：从排入队列到首次被叫到；转办或分步办理的，每一段各算一次。"
        "所有时长以分钟计，保留一位小数，超过 60 分钟照实累计。",
        "A wait is from coming to stand in a lane until the first call; a transfer or a further "
        "step is a wait of its own. All times are minutes with one decimal, however long.",
    ),
    "censored": (
        "未叫到的等候（取消、闭厅未办、转走、仍在等）不剔除：每一段至少等了那么久。"
        "它们的数量和比例始终列在旁边；有这类等候时，中位数、p90、p95 用 Kaplan–Meier 法估计，"
        "太多而无法判断时留空。“平均等候”只算叫到的；“平均等候（至少）”把未叫到的按已知时长计入，"
        "真实平均不会更短。",
        "Waits that ended without a call (cancelled, expired, moved, still waiting) are not left "
        "out: each was at least so long. How many they are always stands beside. Where there are "
        "any, median, p90 and p95 are Kaplan–Meier estimates, and empty when too many were cut "
        "short to say. The mean wait is that of the called; “mean wait, at least” takes the others "
        "in with the length that is known, so that the true mean is no shorter.",
    ),
    "target": (
        "达标：{target} 分钟内叫到。未叫到而已超过 {target} 分钟的算超时，未超过的两边都不算。",
        "In time is called within {target} minutes. A wait that was cut short counts as too late "
        "once it was longer, and as neither before.",
    ),
    "exact": (
        "本报表逐条计算，所有数字都是精确值。",
        "This report was counted record by record: every figure is exact.",
    ),
    "sketch": (
        "数据量大，百分位数取自每日概要（DDSketch），每个时长的相对误差不超过 {error}%；"
        "达标与超时的界线也在此误差之内。人次、总和、平均和最长仍是精确值。",
        "There is much to count: percentiles are read off the days' summaries (DDSketch), in which "
        "every duration is known to within {error} % of itself, and so is on which side of the "
        "target it lies. Counts, sums, means and the longest are exact.",
    ),
    "occupancy": (
        "忙率：窗口有人被叫或在办的时间，除以开窗且未暂停的时间。",
        "Occupancy is the time with somebody called or served, of the time open and not paused.",
    ),
    "worst": (
        "由差到好：达标率低的在前；相同时平均等候（至少）长的在前；没有人等候的在最后。",
        "Worst first: the smallest share in time; of equals, the longest mean wait, at least; "
        "last, where nobody waited.",
    ),
    "ratings": (
        "差评：不满意与非常不满意。参评率：评价数除以办结数。无人评价而按本地规定默认的、"
        "经申诉撤销的另列，不计入任何比例。",
        "Bad ratings are the two lowest levels. The share rated is of the served. Ratings that "
        "nobody gave and a local rule assumes, and those that an appeal has overturned, stand "
        "aside, in no share.",
    ),
    "estimates": (
        "预计等候：取号时告诉来人的范围，与实际等候比较。误差是范围中值与实际之差的绝对值的平均；"
        "偏差大于 0 表示说长了；覆盖率以 {nominal}% 为目标。未叫到的没有实际值，只列数量。",
        "Estimates are the ranges told with the number, held against the wait that came of it. The "
        "error is the mean absolute difference from the middle of the range; a bias above 0 means "
        "that people were told more than it took; the range is meant to hold {nominal} % of waits. "
        "Who was never called has no wait to compare, and is counted beside.",
    ),
    "drills": (
        "演练日（加速运行的日子）不在任何报表中。",
        "Drills, days that ran faster than the clock, are in no report.",
    ),
}


def say(language: str, pair: tuple[str, str], **values: object) -> str:
    """One of the two, its values filled in."""
    text = pair[0] if language.startswith("zh") else pair[1]
    return text.format(**values) if values else text


def word(language: str, key: str, **values: object) -> str:
    """One of `WORDS`."""
    return say(language, WORDS[key], **values)


def heading(language: str, measure: str, unit: Unit) -> str:
    """A measure with its unit."""
    text = say(language, MEASURES[measure])
    if unit not in UNITS:
        return text
    told = say(language, UNITS[unit])
    return f"{text}（{told}）" if language.startswith("zh") else f"{text} ({told})"
