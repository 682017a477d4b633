"""What each word of a command may be: one word, one meaning, one rule, in every command.

The same rules validate bodies and are printed in the OpenAPI document.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

#: JSON readers in browsers are exact up to here.
LARGEST = 2**53 - 1
HOUR = 3_600_000

# Control characters, line separators, and the marks that turn text around on a screen.
_READABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
_PLAIN = r"^[A-Za-z0-9_-]+$"
_PLAIN_OR_NOTHING = r"^[A-Za-z0-9_-]*$"
#: A text of several lines.
LINES = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
# Lists travel as spaced text, so no part of one may hold a blank of any kind.
_UNSPACED = r"^[^\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+$"
_HASHED = r"^[A-Za-z0-9+/=_.:-]*$"
_LANGUAGE = r"^[A-Za-z0-9-]*$"
_VISIBLE = r"^[!-~]*$"

#: What a pattern means, for people.
MEANING = {
    _READABLE: "must not hold control characters",
    LINES: "must not hold control characters",
    _PLAIN: "must be letters, digits, - or _",
    _PLAIN_OR_NOTHING: "must be letters, digits, - or _",
    _UNSPACED: "must be a word without blanks",
    _HASHED: "must be a keyed hash: letters, digits and + / = _ . : -",
    _LANGUAGE: "must be a language tag such as zh-CN",
    _VISIBLE: "must be visible ASCII characters without blanks",
}


def _text(longest: int, pattern: str = _READABLE) -> Any:
    return Annotated[str, Field(max_length=longest, pattern=pattern)]


def _number(least: int = 0, most: int = LARGEST) -> Any:
    return Annotated[int, Field(ge=least, le=most)]


def _list(longest: int, part: Any) -> Any:
    return Annotated[list[part], Field(max_length=longest)]


_ID = Annotated[str, Field(min_length=1, max_length=32, pattern=_PLAIN)]
_ID_OR_NOTHING = _text(32, _PLAIN_OR_NOTHING)
#: Names of things in the plan and of ours: letters, digits, - and _.
_IDS = frozenset(
    {"window", "to_window", "ticket", "service", "lane", "class", "mode", "policy"}
    | {"place", "source", "sort", "state"}
)
_TIME = _number()

_WORDS: dict[str, Any] = {
    "services": _list(20, _ID),
    "lanes": _list(100, _ID),
    "reasons": _list(20, Annotated[str, Field(min_length=1, max_length=32, pattern=_UNSPACED)]),
    "day": _text(48, _PLAIN_OR_NOTHING),
    # Line breaks are welcome in a plan; whatever it holds is checked as a plan.
    "layout": Annotated[str, Field(max_length=2 * 1024 * 1024)],
    "notice": _text(500),
    "text": Annotated[str, Field(min_length=1, max_length=500, pattern=_READABLE)],
    "note": _text(500),
    "reason": _text(500),
    "error": _text(500),
    "outcome": _text(64),
    "zone": _text(64),
    "clerk": _text(64),
    "helper": _text(64),
    "device": Annotated[str, Field(min_length=1, max_length=64, pattern=_READABLE)],
    "on_behalf": _text(64),
    "person": _text(128, _HASHED),
    "booking": _text(64, _VISIBLE),
    "language": _text(35, _LANGUAGE),
    "until": _TIME,
    "starts": _TIME,
    "appointed": _TIME,
    "delay": _number(0, 24 * HOUR),
    "lease": _number(0, 24 * HOUR),
    "after": _number(0, 24 * 60),
    "call": _number(1),
    "speed": _number(1, 1000),
    "persons": _number(1, 1000),
    "score": _number(1, 5),
}


def json_name(word: str) -> str:
    """How JSON spells a word of Python's: `class_` is `class`."""
    return word.rstrip("_")


def rule_of(word: str, annotation: object, required: bool) -> Any:
    """The type of a word, as pydantic takes it; raises LookupError for a word without a rule."""
    name = json_name(word)
    if annotation is bool:
        return bool
    if name in _IDS:
        return _ID if required else _ID_OR_NOTHING
    if name == "device" and not required:
        return _text(64)
    if name not in _WORDS:
        raise LookupError(f"words.py says nothing about {name!r}")
    return _WORDS[name]


def default_of(default: Any) -> Any:
    """A default as JSON writes it."""
    return list(default) if isinstance(default, tuple) else default
