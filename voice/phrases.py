"""What is said: the words of a call or a broadcast, for clips, for a synthesizer and to read.

Pure. Digits are turned into words here, never by a synthesizer: espeak-ng has read Arabic digits
wrongly in Mandarin (its issues 257, 338, 346, 1236). The words themselves are in `languages.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from voice.languages import LETTERS, TICKET, WINDOW, Language

_PIECE = re.compile(r"[0-9]+|[A-Z]")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_NUMBER = re.compile(r"([A-Za-z]*)(\d+)(\D?)")
_LOOSE = re.compile(r"\s+([,.;:!?])")
_PAUSES = "，,"


@dataclass(frozen=True, slots=True)
class Speech:
    """Something to say in one language (its code).

    `words` are the clips in order, and `pauses` the places in them after which a breath is
    taken; `text` is the same for a synthesizer, `caption` the same to read.
    """

    language: str
    words: tuple[str, ...]
    text: str
    caption: str
    pauses: tuple[int, ...] = ()


def call(language: Language, ticket: str, window: str, *, phone: bool = False) -> Speech:
    """The sentence that calls a ticket to a window; with `phone`, 1 is read as on the phone."""
    numbers = {TICKET: spelled(language, ticket, phone=phone), WINDOW: numbered(language, window)}
    words: list[str] = []
    text: list[str] = []
    pauses: list[int] = []
    for part in language.call:
        bare = part.rstrip(_PAUSES)
        here = numbers.get(bare, (bare,))
        words += here
        if bare != part:
            pauses.append(len(words) - 1)
        text.append(_written(language, here) + part.removeprefix(bare))
    caption = language.caption.format(ticket=ticket, window=window)
    return Speech(language.code, tuple(words), " ".join(text), caption, tuple(pauses))


def broadcast(text: str, languages: Sequence[Language]) -> Speech:
    """A free text, in that one of the languages which most of its letters belong to."""
    language = max(languages, key=lambda one: len(re.findall(one.script, text)))
    said = without_digits(language, text)
    return Speech(language.code, (said,), said, text)


def sayable(text: str) -> bool:
    """Whether a text has a letter or a digit: of marks alone a synthesizer makes silence."""
    return any(sign.isalnum() for sign in unicodedata.normalize("NFKC", text))


def spelled(language: Language, number: str, *, phone: bool = False) -> tuple[str, ...]:
    """A ticket's number, sign by sign: `A001` → A 零 零 一."""
    digits = language.phone if phone else language.digits
    signs = (sign for piece in _PIECE.findall(number.upper()) for sign in piece)
    return tuple(digits[int(sign)] if sign.isdigit() else sign for sign in signs)


def numbered(language: Language, window: str) -> tuple[str, ...]:
    """A window's number as one counts, letters as letters: `12` → 十二, `B3` → B 三."""
    words: list[str] = []
    for piece in _PIECE.findall(window.upper()):
        words += cardinal(language, int(piece)) if piece.isdigit() else (piece,)
    return tuple(words)


def cardinal(language: Language, number: int) -> tuple[str, ...]:
    """A number as one counts: 101 → 一百 零 一; from 10,000 on, digit by digit."""
    if number < 100:
        return (language.cardinals[number],)
    if number >= 10_000:
        return tuple(language.digits[int(digit)] for digit in str(number))
    if number < 1000:
        return (language.hundreds[number // 100 - 1], *_rest(language, number % 100))
    rest, link = number % 1000, language.link
    behind = cardinal(language, rest) if rest >= 100 else (link, language.behind[rest])
    return (language.thousands[number // 1000 - 1], *(behind if rest else ()))


def _rest(language: Language, rest: int) -> tuple[str, ...]:
    if not rest:
        return ()
    link = (language.link,) if rest < language.link_below else ()
    return (*link, language.behind[rest])


def without_digits(language: Language, text: str) -> str:
    """A text with its digits in words: times of day, numbers as one counts, codes sign by sign."""

    def clock(found: re.Match[str]) -> str:
        hour, minute = (int(part) for part in found.groups())
        form = language.clock[0 if not minute else 1 if minute < 10 else 2]
        counted = language.cardinals
        return f" {form.format(hour=counted[hour], minute=counted[minute])} "

    def number(found: re.Match[str]) -> str:
        letters, digits, after = found.groups()
        code = letters or len(digits) > 4 or (digits[0] == "0" and len(digits) > 1)
        if code or (len(digits) == 4 and after and after == language.year):
            words = tuple(language.digits[int(digit)] for digit in digits)
        else:
            words = cardinal(language, int(digits))
        spelled = letters if letters.isupper() else [letters]
        return f" {_written(language, (*spelled, *words))} {after}"

    plain = unicodedata.normalize("NFKC", text)
    said = _NUMBER.sub(number, _CLOCK.sub(clock, plain))
    return _LOOSE.sub(r"\1", " ".join(said.split()))


def vocabulary(language: Language) -> tuple[str, ...]:
    """Every word that a call can have, each once: what a whole clip set consists of."""
    sentence = (part.rstrip(_PAUSES) for part in language.call)
    words = [part for part in sentence if part not in (TICKET, WINDOW)]
    words += (*language.digits, *language.phone, *LETTERS, *language.cardinals)
    words += (*language.hundreds, *language.thousands, language.link, *language.behind)
    return tuple(dict.fromkeys(words))


def _written(language: Language, words: Sequence[str]) -> str:
    """Words in a row; a letter is written so that its name is read."""
    signs = (word + (language.after_letter if word in LETTERS else " ") for word in words)
    return "".join(signs)[:-1]
