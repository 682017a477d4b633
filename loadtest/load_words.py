"""The words of a load report, in English and Chinese: `{}` are filled in by `load_report.py`."""

from __future__ import annotations

LANGUAGES = {"en": "English", "zh": "中文"}

#: key → English, Chinese
WORDS: dict[str, tuple[str, str]] = {
    "title": ("Load test: {}", "压力测试：{}"),
    "good": ("All is well.", "一切正常。"),
    "bad": ("Something is wrong.", "发现问题。"),
    "what": (
        "Halls: {halls}, windows: {windows}, screens: {screens}, phones: at most {phones}; for "
        "{minutes} minutes. Visitors came, and clerks worked, {speed} times as fast as "
        "in life; the calendar and the clock were real.",
        "{halls} 个大厅、{windows} 个窗口、{screens} 块屏幕、最多 {phones} 部手机，运行 {minutes} "
        "分钟。来访与办理速度为真实的 {speed} 倍；日期与时钟为真实时间。",
    ),
    "tickets": (
        "{tickets} tickets were taken and {calls} calls made.",
        "共取号 {tickets} 个，叫号 {calls} 次。",
    ),
    "twice": ("Nobody was called twice.", "没有任何人被重复叫号。"),
    "twice_not": ("{} calls were made twice.", "有 {} 次重复叫号。"),
    "shown": (
        "Every call reached every screen that it was for: {delivered} pictures.",
        "每次叫号都显示在应显示的每块屏幕上：共 {delivered} 次。",
    ),
    "shown_not": (
        "{lost} of {due} pictures of a call never came.",
        "应显示 {due} 次，其中 {lost} 次没有显示。",
    ),
    "said": (
        "Every voice heard every call and recall: {}.",
        "每次叫号与重呼都到达语音播报：共 {} 次。",
    ),
    "said_not": ("{} calls were not heard by a voice.", "有 {} 次叫号没有到达语音播报。"),
    "unconfirmed": (
        "{} times a clerk was told that no device had confirmed a call in time.",
        "有 {} 次叫号未在规定时间内得到设备确认，已提示窗口人员。",
    ),
    "printed": (
        "A ticket was there in {p50} (half of them) to {p99} (99 of 100).",
        "取号用时：一半在 {p50} 以内，百分之九十九在 {p99} 以内。",
    ),
    "pressed": (
        "After a clerk pressed “next”, the screens showed it in {p50} (half of them) to {p99} "
        "(99 of 100).",
        "窗口按“叫号”后，一半在 {p50} 内上屏，百分之九十九在 {p99} 内上屏。",
    ),
    "audit": (
        "The auditor read {halls} days, {events} events, and found that everything holds.",
        "审计程序核对了 {halls} 个业务日、{events} 条事件，全部符合规则。",
    ),
    "audit_not": ("The auditor refutes {} days.", "审计程序发现 {} 个业务日不符合规则。"),
    "errors": ("Nothing failed unexpectedly.", "没有任何操作意外失败。"),
    "errors_not": ("{} requests failed unexpectedly.", "有 {} 次请求意外失败。"),
    "trouble": (
        "On purpose: {}. In the half minute after that, {} requests were not answered at once and "
        "were said again; {} were never heard.",
        "人为故障：{}。其后半分钟内有 {} 次请求未能立即得到答复并已重试；最终未送达 {} 次。",
    ),
    "slower": (
        "In that half minute the slowest ticket took {worst}; in calm times 99 of 100 are there "
        "in {calm}.",
        "其间最慢的一次取号用时 {worst}；平稳时百分之九十九在 {calm} 以内。",
    ),
    "first": (
        "A screen that lost its line was right again after {p50} (half of them) to {worst} (the "
        "last one).",
        "断线的屏幕恢复显示：一半在 {p50} 内，最后一块在 {worst} 内。",
    ),
    "machine": (
        "The machine has {cores} cores, on which the load generator ran too. The server used "
        "{server} of a core on average and {memory} of memory at most; Redis {redis} of a core; "
        "the load generator {load}; everybody else {others}.",
        "本机 {cores} 核，压力程序也在本机运行。服务器平均占用 {server} 核，内存最高 {memory}；"
        "Redis {redis} 核；压力程序 {load} 核；其他程序 {others} 核。",
    ),
    "crowded": (
        "That is a lot of other work: on a quiet machine the times are better.",
        "其他程序占用较多：在空闲的机器上用时会更短。",
    ),
    "findings": ("What is wrong", "问题"),
    "commands": ("Commands and pages (ms)", "命令与页面（毫秒）"),
    "deliveries": ("Calls and pictures on their way (ms)", "叫号与画面送达（毫秒）"),
    "again": (
        "Commands that had to be said again, until they were heard (ms)",
        "重试后送达的命令（毫秒）",
    ),
    "refused": ("Refused by the rules", "按规则拒绝"),
    "failed": ("What failed, and when", "失败情况"),
    "server": ("What it cost", "资源占用"),
    "days": ("The auditor's verdict", "审计结论"),
    "name": ("what", "项目"),
    "count": ("count", "次数"),
    "worst": ("longest", "最长"),
    "phase": ("when", "阶段"),
    "start": ("arriving", "准备"),
    "calm": ("calm", "平稳"),
    "trouble_phase": ("after a fault", "故障后"),
    "after": ("later", "恢复后"),
    "second": ("second", "秒"),
    "cores": ("cores", "核"),
    "hall": ("hall", "大厅"),
    "verdict": ("verdict", "结论"),
    "clean": ("clean", "通过"),
    "refuted": ("refuted", "不通过"),
    "events": ("events", "事件"),
    "ticket": ("tickets", "号票"),
    "call": ("calls", "叫号"),
    "more": ("and {} more halls, all clean", "另有 {} 个大厅，全部通过"),
    "none": ("none", "无"),
}


def words(language: str) -> dict[str, str]:
    """Every word in one language."""
    which = list(LANGUAGES).index(language)
    return {key: said[which] for key, said in WORDS.items()}
