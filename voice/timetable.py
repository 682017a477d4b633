"""How loud it is when: quiet hours and volume by the time of day.

Pure. Minutes count from midnight on the hall's wall clock; volumes are percent, 0 is silent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_FORMS = "write 80, 12:00-14:00 50 or 22:00-07:00 quiet, with commas between"
_WHOLE = re.compile(r"(\d{1,3})")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d) +(\d{1,3}|quiet)")


@dataclass(frozen=True, slots=True)
class Span:
    """From minute `begins` until before minute `ends` (past midnight when that is smaller)."""

    begins: int
    ends: int
    volume: int

    def has(self, minute: int) -> bool:
        """Whether this minute of the day is in it."""
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(frozen=True, slots=True)
class Timetable:
    """The volume of a day: `volume`, and other ones in some spans; the first span that fits."""

    volume: int = 100
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        for volume in (self.volume, *(span.volume for span in self.spans)):
            if not 0 <= volume <= 100:
                raise ValueError(f"a volume is 0 to 100 percent, not {volume}")
        if any(not 0 <= minute <= 1440 for s in self.spans for minute in (s.begins, s.ends)):
            raise ValueError("a day has 24 hours")

    def at(self, minute: int) -> int:
        """The volume (percent) at this minute of the day."""
        return next((span.volume for span in self.spans if span.has(minute)), self.volume)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`80, 12:00-14:00 50, 22:00-07:00 quiet`; raises ValueError that names the forms."""
        volume, spans = 100, []
        for part in filter(None, map(str.strip, text.split(","))):
            if whole := _WHOLE.fullmatch(part):
                volume = int(whole[1])
            elif span := _SPAN.fullmatch(part):
                begins, ends = (int(span[at]) * 60 + int(span[at + 1]) for at in (1, 3))
                loud = 0 if span[5] == "quiet" else int(span[5])
                spans.append(Span(begins, ends, loud))
            else:
                raise ValueError(f"{part!r} is no volume: {_FORMS}")
        return cls(volume, tuple(spans))
