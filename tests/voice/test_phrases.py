"""What is said, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.languages import CHINESE, ENGLISH, LANGUAGES
from voice.phrases import (
    broadcast,
    call,
    numbered,
    sayable,
    spelled,
    vocabulary,
    without_digits,
)

TICKETS = st.from_regex(r"[A-Z]{1,3}[0-9]{3,5}", fullmatch=True)
WINDOWS = st.from_regex(r"[A-Za-z]?[0-9]{1,5}|[A-Z]|[1-9]-[1-9]|[A-Z]_[0-9]", fullmatch=True)


@pytest.mark.parametrize(
    ("ticket", "window", "said"),
    [
        ("A001", "3", "请 A 零 零 一 号 到 三 号 窗口 办理 业务"),
        ("B120", "12", "请 B 一 二 零 号 到 十二 号 窗口 办理 业务"),
        ("AB1000", "20", "请 A B 一 零 零 零 号 到 二十 号 窗口 办理 业务"),
        ("C007", "101", "请 C 零 零 七 号 到 一百 零 一 号 窗口 办理 业务"),
        ("C007", "110", "请 C 零 零 七 号 到 一百 一十 号 窗口 办理 业务"),
        ("C007", "B3", "请 C 零 零 七 号 到 B 三 号 窗口 办理 业务"),
        ("C007", "0", "请 C 零 零 七 号 到 零 号 窗口 办理 业务"),
    ],
)
def test_a_call_in_chinese(ticket: str, window: str, said: str) -> None:
    """Digits of a ticket one by one, a window's number as one counts, letters as letters."""
    assert call(CHINESE, ticket, window).words == tuple(said.split())


def test_a_one_may_be_read_as_on_the_phone() -> None:
    """幺 in the ticket's number, by setting, and never in the window's."""
    assert spelled(CHINESE, "A110", phone=True) == ("A", "幺", "幺", "零")
    assert "幺" not in call(CHINESE, "A002", "11", phone=True).words


def test_a_call_in_english() -> None:
    """The English sentence, its caption, and a letter that is not read as the article."""
    speech = call(ENGLISH, "A001", "3")

    assert speech.words == ("Ticket", "A", "zero", "zero", "one", "please go to window", "three")
    assert speech.text == "Ticket A-zero zero one, please go to window three"
    assert speech.caption == "Ticket A001, please go to window 3"


def test_a_breath_is_taken_after_the_number() -> None:
    """The pause of the sentence stands after its number, in the words and in the text."""
    speech = call(CHINESE, "A001", "3")

    assert [speech.words[at] for at in speech.pauses] == ["号"]
    assert speech.text == "请 A 零 零 一 号， 到 三 号 窗口 办理 业务"
    assert speech.caption == "请A001号到3号窗口办理业务"


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        ("2", "二", "two"),
        ("10", "十", "ten"),
        ("12", "十二", "twelve"),
        ("99", "九十九", "ninety nine"),
        ("100", "一百", "one hundred"),
        ("215", "二百一十五", "two hundred and fifteen"),
        ("1005", "一千零五", "one thousand and five"),
        ("2015", "两千零一十五", "two thousand and fifteen"),
        ("3210", "三千二百一十", "three thousand two hundred and ten"),
        ("12345", "一二三四五", "one two three four five"),
    ],
)
def test_counting(number: str, chinese: str, english: str) -> None:
    """Numbers of windows as people count them."""
    assert "".join(numbered(CHINESE, number)) == chinese
    assert " ".join(numbered(ENGLISH, number)) == english


@given(ticket=TICKETS, window=WINDOWS, phone=st.booleans())
def test_everything_that_can_be_called_has_its_clips(ticket: str, window: str, phone: bool) -> None:
    """A whole clip set lacks no word of any call, and no synthesizer meets a digit."""
    for known in LANGUAGES.values():
        speech = call(known, ticket, window, phone=phone)

        assert set(speech.words) <= set(vocabulary(known))
        assert not any("0" <= sign <= "9" for sign in speech.text)


@given(st.text(max_size=80))
def test_no_synthesizer_meets_a_digit_in_a_broadcast(text: str) -> None:
    """Whatever somebody writes, its digits are words before it is spoken."""
    said = broadcast(text, (CHINESE, ENGLISH))

    assert not any("0" <= sign <= "9" for sign in said.text)
    assert said.caption == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("17:30停止取号", "十七 点 三十 分 停止取号"),
        ("9:05开始", "九 点 零 五 分 开始"),
        ("8:00开门", "八 点 开门"),
        ("共12个窗口", "共 十二 个窗口"),
        ("请拨12345", "请拨 一 二 三 四 五"),
        ("2026年停用", "二 零 二 六 年停用"),
        ("费用1005元", "费用 一千 零 五 元"),
        ("A012号", "A 零 一 二 号"),
        ("３号窗口", "三 号窗口"),
    ],
)
def test_a_broadcast_in_chinese(text: str, said: str) -> None:
    """Times, counts, codes and years are read as such."""
    assert without_digits(CHINESE, text) == said


def test_a_broadcast_is_said_in_its_own_language() -> None:
    """Most letters decide; what has none is said in the first language."""
    languages = (CHINESE, ENGLISH)

    assert broadcast("The hall closes at 17:30.", languages).language == "en"
    assert broadcast("请 A001 到 3 号窗口", languages).language == "zh-CN"
    assert broadcast("12345", languages).language == "zh-CN"


@pytest.mark.parametrize("text", ["请安静", "Hello!", "12:30", "①", "½", "Ⅳ", "བོད་ཡིག", "ئۇيغۇر"])
def test_letters_and_digits_can_be_said(text: str) -> None:
    """Of whatever alphabet."""
    assert sayable(text)


@pytest.mark.parametrize("text", ["", " ", "!!!", "。。。", "——", "★→", "🎉", "_", "％"])
def test_marks_alone_cannot_be_said(text: str) -> None:
    """A synthesizer makes silence of them, or the name of the mark."""
    assert not sayable(text)
