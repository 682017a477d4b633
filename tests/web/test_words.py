"""What pages say: every message has its words in every language, and none is left over."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from queue_server.web.words import HERE, Words, said_in

ROOT = Path(__file__).parents[2]
PACKAGES = ("queue_server", "display", "ticketing", "voice", "ops")


def said() -> set[str]:
    """Everything that templates, scripts and pages of all packages say."""
    found: set[str] = set()
    for package in PACKAGES:
        for pattern, method in (("*.js", "javascript"), ("*.html", "jinja2")):
            for path in (ROOT / package).rglob(pattern):
                found |= said_in(method, path.read_bytes())
    return found


def listed(language: str) -> dict[str, str]:
    with (HERE / f"{language}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def given() -> set[str]:
    """Whole sentences that pages are given as they are, by Python."""
    sources = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    text = "".join(path.read_text("utf-8") for path in sources)
    return {message for message in listed("zh_CN") if f'"{message}"' in text}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_catalogue_lists_what_is_said_and_nothing_else(language: str) -> None:
    """A new language starts as a copy of en.po, which is why that has everything."""
    assert said() - set(listed(language)) == set()
    assert set(listed(language)) - said() - given() == set()


def test_everything_is_translated() -> None:
    """With the same values in braces."""
    values = {message: words for message, words in listed("zh_CN").items() if not words}
    assert values == {}
    for message, words in listed("zh_CN").items():
        for part in message.split("{")[1:]:
            name = part.partition("}")[0]
            assert f"{{{name}}}" in words, message


def test_a_message_is_said_in_a_language() -> None:
    """Values are filled in; where there are no words, the English sentence stands."""
    words = Words()
    message = "Ticket {ticket}, please go to window {window}"
    said = words.say("zh-CN", message, ticket="A001", window=3)
    assert said == "请 A001 到 3 号窗口"
    assert words.say("en", message, ticket="A001", window=3) == (
        "Ticket A001, please go to window 3"
    )
    assert words.say("bo", "Number") == "Number"
    assert words.say("zh-CN", "Never said before") == "Never said before"


def test_a_hall_speaks_the_languages_that_pages_know() -> None:
    """In its own order; a hall of unknown tongues speaks English."""
    words = Words()
    assert words.known(["en", "bo", "zh-CN"]) == ("en", "zh-CN")
    assert words.known(["bo"]) == ("en",)


def test_a_new_language_is_a_file(tmp_path: Path) -> None:
    """Nothing is compiled, and nothing is registered anywhere."""
    (tmp_path / "ug.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Window"\nmsgstr "كۆزنەك"\n',
        "utf-8",
    )
    words = Words(tmp_path)
    assert words.languages == ("ug",)
    assert words.say("ug", "Window") == "كۆزنەك"


def test_scripts_and_templates_say_messages_alike() -> None:
    """With `say`, and only that is looked for."""
    assert said_in("javascript", b'x = say("Number"); y = says("Other");') == {"Number"}
    assert said_in("jinja2", b'{{ say("Number") }} {{ other("Window") }}') == {"Number"}
