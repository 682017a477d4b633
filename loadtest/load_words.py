"""The words of a load report, in English and Chinese: `{}` are filled in by `load_report.py`."""

from __future__ import annotations

from loadtest.faults import KINDS

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
        "取号用时：一半在 {p50}以内，百分之九十九在 {p99}以内。",
    ),
    "pressed": (
        "After a clerk pressed “next”, the screens showed it in {p50} (half of them) to {p99} "
        "(99 of 100).",
        "窗口按“叫号”后，一半在 {p50}内上屏，百分之九十九在 {p99}内上屏。",
    ),
    "audit": (
        "The auditor read {halls} days, {events} events, and found that everything holds.",
        "审计程序核对了 {halls} 个业务日、{events} 条事件，全部符合规则。",
    ),
    "audit_not": ("The auditor refutes {} days.", "审计程序发现 {} 个业务日不符合规则。"),
    "errors": ("Nothing failed unexpectedly.", "没有任何操作意外失败。"),
    "errors_not": ("{} requests failed unexpectedly.", "有 {} 次请求意外失败。"),
    "closed": (
        "{} times the server let go of an idle connection just when it was used again; what was "
        "said on it was said again at once.",
        "有 {} 次空闲连接恰在再次使用时被服务器关闭，随即重试。",
    ),
    "trouble": (
        "On purpose, {0}. Meanwhile and in the half minute after it {1} requests were not answered "
        "at once and were said again; {2} were never heard.",
        "人为故障：{0}。故障期间及其后半分钟内有 {1} 次请求未能立即得到答复并已重试；"
        "最终未送达 {2} 次。",
    ),
    "comma": (", ", "，"),
    "ms": ("ms", "毫秒"),
    "s": ("s", "秒"),
    "language": ("0", "1"),
    "half": ("half within", "50% 以内"),
    "most": ("90 % within", "90% 以内"),
    "nearly": ("99 % within", "99% 以内"),
    "fault_at": ("{said} at {at} s", "{said}（第 {at} 秒）"),
    "slower": (
        "In that half minute the slowest ticket took {worst}; in calm times 99 of 100 are there "
        "in {calm}.",
        "其间最慢的一次取号用时 {worst}；平稳时百分之九十九在 {calm}以内。",
    ),
    "bound": (
        "No ticket may take longer than {bound} then: {verdict}.",
        "此时取号用时不得超过 {bound}：{verdict}。",
    ),
    "kept_to": ("none did", "符合"),
    "broken": ("one did", "不符合"),
    "last": (
        "At the end all {} screens showed exactly what the log says.",
        "结束时 {} 块屏幕显示的内容全部与日志一致。",
    ),
    "last_not": (
        "At the end {wrong} screens were dark or showed something else than the log; {right} were "
        "right.",
        "结束时有 {wrong} 块屏幕无画面或与日志不一致，{right} 块正确。",
    ),
    "archive": (
        "{seconds} s after the end the archive had the very same {events} events of {days} days.",
        "结束后 {seconds} 秒，{days} 个业务日的 {events} 条事件全部归档，与日志逐条一致。",
    ),
    "archive_not": ("The archive of {} days is not complete.", "有 {} 个业务日的归档不完整。"),
    "race": (
        "Every {beat} s all {windows} clerks pressed “next” at the same instant: {pressed} "
        "presses, {called} got a visitor, {nobody} heard that nobody waits. No visitor was given "
        "to two.",
        "每 {beat} 秒 {windows} 个窗口同时按“叫号”：共 {pressed} 次，其中 {called} 次叫到号，"
        "{nobody} 次答复无人等候；没有一个号被叫到两个窗口。",
    ),
    "race_not": (
        "Every {beat} s all {windows} clerks pressed “next” at the same instant: {pressed} "
        "presses, {called} got a visitor, {nobody} heard that nobody waits. See what is wrong "
        "below.",
        "每 {beat} 秒 {windows} 个窗口同时按“叫号”：共 {pressed} 次，其中 {called} 次叫到号，"
        "{nobody} 次答复无人等候。问题见下文。",
    ),
    "first": (
        "A screen that lost its line was right again after {p50} (half of them) to {worst} (the "
        "last one).",
        "断线的屏幕恢复显示：一半在 {p50}内，最后一块在 {worst}内。",
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
    "done": ("What was done on purpose, and what people saw of it", "人为故障及其影响"),
    "fault": ("fault", "故障"),
    "begins": ("from (s)", "开始（秒）"),
    "until": ("until (s)", "结束（秒）"),
    "said_again": ("said again", "重试"),
    "lines_lost": ("lines lost", "断线"),
    "gap": ("longest without an answer (s)", "最长无答复（秒）"),
    "late": ("calls shown late", "上屏延迟 1 秒以上"),
    "slowest_ticket": ("slowest ticket (ms)", "最慢取号（毫秒）"),
    "remark": ("remark", "备注"),
    "calm_gap": ("(in calm times)", "（平稳时）"),
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
    found = {key: said[which] for key, said in WORDS.items()}
    for name, kind in KINDS.items():
        found |= {f"fault {name}": kind.said[which], f"told {name}": kind.told[which]}
    return found
