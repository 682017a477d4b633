"""A load report as Markdown, and as one HTML page that opens anywhere. Pure."""

from __future__ import annotations

from html import escape

from loadtest.load_report import Report, report
from loadtest.load_tables import Result, Table
from loadtest.load_words import LANGUAGES, words


def markdown(result: Result) -> str:
    """The report for a terminal, a diff or an issue."""
    told = report(result)
    parts = [f"# {told.title}", told.when, "\n".join(f"- {one}" for one in told.sentences)]
    if told.findings:
        parts += [f"## {words('en')['findings']}", "\n".join(f"- {one}" for one in told.findings)]
    parts += [f"## {one.title}\n\n{_grid(one)}" for one in told.tables]
    return "\n\n".join(parts) + "\n"


def _grid(table: Table) -> str:
    rows = (table.head, ("---",) + ("--:",) * (len(table.head) - 1), *table.rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)


def page(result: Result) -> str:
    """The report as one file that opens anywhere; its languages are switched without a script."""
    switch, bodies = [], []
    for language, name in LANGUAGES.items():
        checked = " checked" if language == "en" else ""
        id_ = f"in-{language}"
        switch.append(
            f'<input type="radio" name="language" id="{id_}"{checked}>'
            f'<label for="{id_}" lang="{language}">{name}</label>'
        )
        bodies.append(_body(report(result, language), language))
    title = escape(report(result).title)
    return _PAGE.format(title=title, switch="".join(switch), bodies="".join(bodies))


def _body(told: Report, language: str) -> str:
    verdict, *more = told.sentences
    mood = "good" if told.good else "bad"
    said = "".join(f"<li>{escape(one)}</li>" for one in more)
    wrong = "".join(f"<li>{escape(one)}</li>" for one in told.findings)
    wrong = f"<h2>{escape(words(language)['findings'])}</h2><ul>{wrong}</ul>" if wrong else ""
    return (
        f'<main class="{language}" lang="{language}"><h1>{escape(told.title)}</h1>'
        f"<p>{escape(told.when)}</p>"
        f'<p class="verdict {mood}">{"✓" if told.good else "✗"} {escape(verdict)}</p>'
        f"<ul class=said>{said}</ul>{wrong}{''.join(map(_html_table, told.tables))}</main>"
    )


def _html_table(table: Table) -> str:
    head = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in table.head)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    return (
        f"<h2>{escape(table.title)}</h2><div class=wide><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    # Words read from the left, numbers are compared from the right.
    sort = "" if not text or text[0].isdigit() else " class=text"
    return f"<td{sort}>{escape(text)}</td>"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8884; --soft: #8881; }}
body {{ font: 17px/1.55 system-ui, "Noto Sans CJK SC", "PingFang SC", sans-serif;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.7rem; margin: .5rem 0 0; }}
h2 {{ font-size: 1.15rem; margin: 2.2rem 0 .5rem; }}
.verdict {{ font-size: 1.4rem; font-weight: 600; padding: .6rem 1rem; border-left: .4rem solid; }}
.good {{ border-color: #1a7f4b; background: #1a7f4b1f; }}
.bad {{ border-color: #b3261e; background: #b3261e1f; }}
.said li {{ margin: .35rem 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .3rem .8rem; text-align: right; border-bottom: 1px solid var(--line); }}
th:first-child, td:first-child, .text {{ text-align: left; }}
tbody tr:nth-child(even) {{ background: var(--soft); }}
input[name=language] {{ position: absolute; opacity: 0; }}
label {{ padding: .3rem .9rem; border: 1px solid var(--line); cursor: pointer; }}
input:checked + label {{ font-weight: 700; background: var(--soft); }}
input:focus-visible + label {{ outline: 3px solid; }}
main {{ display: none; }}
#in-en:checked ~ main.en, #in-zh:checked ~ main.zh {{ display: block; }}
</style>
</head>
<body>
{switch}
{bodies}
</body>
</html>
"""
