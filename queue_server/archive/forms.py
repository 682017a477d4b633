"""How a single value stands in a file that people write: durations, hours, dates, words.

A `Form` reads and writes one kind of value, so that what is written can always be read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import yaml

from queue_server.archive.yaml_nodes import Path, Read, Reader, Wrong
from queue_server.domain.calling import HOUR, MINUTE, SECOND
from queue_server.domain.layout_problems import LONGEST_TEXT, is_one_line

UNITS = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR}
DURATION = re.compile(r"(\d{1,9}) ?(ms|s|min|h)")
SPAN = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")
NUMBER = re.compile(r"0|[1-9]\d{0,8}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is read from a node and written as plain YAML data."""

    read: Read
    write: Callable[[Any], Any] = lambda value: value


def scalar(node: yaml.Node, what: str) -> str:
    """The characters of a node that is one value, whatever type YAML would guess."""
    if not isinstance(node, yaml.ScalarNode):
        raise Wrong(f"must be {what}")
    return str(node.value)


def _text(_reader: Reader, node: yaml.Node, _path: Path) -> str:
    said = scalar(node, "text")
    # `name:` and `name: ~` are empty; `name: no` and `number: 3` are the text that stands there.
    if node.tag == "tag:yaml.org,2002:null":
        return ""
    if not is_one_line(said):
        raise Wrong("must be one line of text without control characters")
    if len(said) > LONGEST_TEXT:
        raise Wrong(f"must be at most {LONGEST_TEXT} characters long")
    return said


def _whole(_reader: Reader, node: yaml.Node, _path: Path) -> int:
    said = scalar(node, "a whole number, 0 or more")
    if not NUMBER.fullmatch(said):
        raise Wrong(f"must be a whole number, 0 or more, not {said[:40]!r}")
    return int(said)


def _duration(_reader: Reader, node: yaml.Node, _path: Path) -> int:
    said = scalar(node, "a duration such as 60 s or 15 min")
    if not (match := DURATION.fullmatch(said)):
        raise Wrong(f"must be a duration such as 60 s or 15 min, not {said[:40]!r}")
    return int(match[1]) * UNITS[match[2]]


def duration(ms: int) -> str:
    """A duration as people write it: `15 min`, `60 s`, `1500 ms`."""
    # A single minute stays `60 s`: it is what the rules of a hall are quoted in.
    unit = "min" if ms % MINUTE == 0 and ms > MINUTE else "s" if ms % SECOND == 0 else "ms"
    return f"{ms // UNITS[unit]} {unit}"


def _span(_reader: Reader, node: yaml.Node, _path: Path) -> tuple[int, int]:
    said = scalar(node, "hours such as 08:30-12:00")
    if not (match := SPAN.fullmatch(said)):
        raise Wrong(f"must be hours such as 08:30-12:00, not {said[:40]!r}")
    begins, began, ends, ended = map(int, match.groups())
    return begins * 60 + began, ends * 60 + ended


def span(hours: tuple[int, int]) -> str:
    """Hours as people write them: `08:30-12:00`, up to `24:00`."""
    begins, ends = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in hours)
    return f"{begins}-{ends}"


def day(said: str) -> date:
    """The date that `2026-10-01` means; raises `Wrong`."""
    try:
        if DAY.fullmatch(said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise Wrong(f"must be a date such as 2026-10-01, not {said[:40]!r}")


def _date(_reader: Reader, node: yaml.Node, _path: Path) -> date:
    return day(scalar(node, "a date such as 2026-10-01"))


TEXT = Form(_text)
WHOLE = Form(_whole)
DURATIONS = Form(_duration, duration)
HOURS = Form(_span, span)
DATES = Form(_date)


def one_of(kinds: type[StrEnum]) -> Form:
    """One word of an enumeration."""

    def read(_reader: Reader, node: yaml.Node, _path: Path) -> StrEnum:
        known = ", ".join(kinds)
        said = scalar(node, f"one of {known}")
        if said not in list(kinds):
            raise Wrong(f"must be one of {known}, not {said[:40]!r}")
        return kinds(said)

    return Form(read, str)
