"""The languages a hall can speak, as data: their words, numbers, sentence and voices.

One more language is one more `Language` in `LANGUAGES`; how a sentence is put together from one
stands in `phrases.py`. Dialects that are written alike come as clip sets, or as a language here
with voices of its own (粤语).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

TICKET, WINDOW = "{ticket}", "{window}"
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language. Every word here is a clip of its clip set.

    `digits` are read one by one, 0 to 9, and `phone` likewise where a 1 must not be taken for a
    7 (幺). `cardinals` are 0 to 99, and `behind` are 0 to 99 behind a hundred or a thousand.
    `link` stands between a hundred and what is smaller than `link_below` (零, and).

    `call` is the sentence, a clip a part; a comma at its end is a pause. `clock` has three
    forms: at the hour, before ten past, and later. `voices` are espeak-ng's names, best first;
    `after_letter` is written behind a letter that is spelled, for its name to be read.
    """

    code: str
    name: str
    script: str
    digits: tuple[str, ...]
    phone: tuple[str, ...]
    cardinals: tuple[str, ...]
    behind: tuple[str, ...]
    hundreds: tuple[str, ...]
    thousands: tuple[str, ...]
    link: str
    link_below: int
    year: str
    call: tuple[str, ...]
    caption: str
    clock: tuple[str, str, str]
    voices: tuple[str, ...]
    after_letter: str = " "


def _chinese(number: int, ten: str = "十") -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return (ten if tens == 1 else f"{_HAN[tens]}十") + (_HAN[ones] if ones else "")


_HAN = tuple("零一二三四五六七八九")
_CARDINALS = tuple(map(_chinese, range(100)))

CHINESE = Language(
    code="zh-CN",
    name="普通话",
    script=r"[\u3400-\u9fff]",
    digits=_HAN,
    phone=("零", "幺", *_HAN[2:]),
    cardinals=_CARDINALS,
    behind=tuple(_chinese(number, "一十") for number in range(100)),
    hundreds=tuple(f"{digit}百" for digit in _HAN[1:]),
    thousands=tuple(f"{digit}千" for digit in ("一", "两", *_HAN[3:])),
    link="零",
    link_below=10,
    year="年",
    call=("请", TICKET, "号，", "到", WINDOW, "号", "窗口", "办理", "业务"),
    caption="请{ticket}号到{window}号窗口办理业务",
    clock=("{hour} 点", "{hour} 点 零 {minute} 分", "{hour} 点 {minute} 分"),
    # espeak-ng 1.51's cmn reads the tone numbers of its own pinyin in English; where Latin text
    # is taken for pinyin it does not (espeak-ng issue 1370).
    voices=("cmn-latn-pinyin", "cmn", "zh"),
)

CANTONESE = replace(CHINESE, code="yue", name="粤语", voices=("yue", "zh-yue", "zhy"))

# fmt: off
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_ENGLISH = (
    *_SMALL,
    *(f"{ten} {one}" if one else ten for ten in _TENS for one in ("", *_SMALL[1:10])),
)

ENGLISH = Language(
    code="en",
    name="English",
    script="[A-Za-z]",
    digits=_ENGLISH[:10],
    phone=_ENGLISH[:10],
    cardinals=_ENGLISH,
    behind=_ENGLISH,
    hundreds=tuple(f"{digit} hundred" for digit in _ENGLISH[1:10]),
    thousands=tuple(f"{digit} thousand" for digit in _ENGLISH[1:10]),
    link="and",
    link_below=100,
    year="",
    call=("Ticket", f"{TICKET},", "please go to window", WINDOW),
    caption="Ticket {ticket}, please go to window {window}",
    clock=("{hour} o'clock", "{hour} oh {minute}", "{hour} {minute}"),
    voices=("en", "en-us"),
    # "A zero" would begin with the article.
    after_letter="-",
)

#: code → language, for everything that can be said
LANGUAGES = {language.code: language for language in (CHINESE, CANTONESE, ENGLISH)}


def language(code: str) -> Language:
    """The language of this code (`zh-CN`), or its next relative (`en-US` → `en`).

    Raises LookupError.
    """
    if code in LANGUAGES:
        return LANGUAGES[code]
    for known in LANGUAGES.values():
        if known.code.partition("-")[0] == code.partition("-")[0]:
            return known
    raise LookupError(f"there are no phrases in {code!r}; there are {', '.join(LANGUAGES)}")


def chosen(codes: Iterable[str]) -> tuple[Language, ...]:
    """The languages of these codes, in order, each once; what is not known here is left out."""
    found: dict[str, Language] = {}
    for code in codes:
        try:
            known = language(code)
        except LookupError:
            continue
        found.setdefault(known.code, known)
    return tuple(found.values()) or (CHINESE,)
