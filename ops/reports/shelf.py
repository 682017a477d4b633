"""Where finished reports stand: a folder for each hall's page, in it each report with its card.

A report's id is its hall's and a number of its own, `east-9f2c51d07ab34e68`. The card says what it
is about; it is written last, so a report that has one is whole.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: What an id may be: a hall's, and a number.
ID = re.compile(r"([A-Za-z0-9_-]{1,32})-([0-9a-f]{16})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a report is: of which halls (`place`: its path, if it is of one), from when to when
    (`2026-11-22`, included), in what; asked for `by` whom; `made` in Unix ms. `home` is the hall
    whose page has it, `title` what people call it."""

    id: str
    home: str
    title: str
    place: str
    halls: tuple[str, ...]
    period: str
    label: str
    first: str
    last: str
    format: str
    language: str
    by: str
    made: int = 0

    @classmethod
    def of(cls, told: dict[str, Any]) -> Card:
        """From what `asdict` made of one, perhaps through JSON."""
        return cls(**{**told, "halls": tuple(told["halls"])})

    @property
    def file(self) -> str:
        """What the file is called when somebody keeps it."""
        return f"{self.title} {self.label}.{self.format}".replace("/", " ")


class Shelf:
    """All finished reports, in a folder that every process of this machine may use at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, card: Card) -> Path:
        """Where the report's file is, or will be."""
        folder = self._folder / card.home
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{card.id}.{card.format}"

    def put(self, card: Card) -> None:
        """The file stands there now; so does its card."""
        path = self.place(card).with_suffix(".json")
        half = path.with_name(f"{path.name}.{os.getpid()}.half")
        half.write_text(json.dumps(asdict(card), ensure_ascii=False), "utf-8")
        half.replace(path)

    def card(self, id_: str) -> Card | None:
        """The card of a report that is done; None when there is none."""
        found = ID.fullmatch(id_)
        return self._read(self._folder / found[1] / f"{id_}.json") if found else None

    def of(self, hall: str) -> list[Card]:
        """The reports on a hall's page, newest first."""
        cards = filter(None, map(self._read, (self._folder / hall).glob("*.json")))
        return sorted(cards, key=lambda card: (-card.made, card.id))

    def forget(self, before: int) -> int:
        """Throw away what was made before a moment (Unix ms); how many there were."""
        old = [card for card in self._every() if card.made < before]
        for card in old:
            self.drop(card)
        return len(old)

    def drop(self, card: Card) -> None:
        """Throw a report away."""
        path = self.place(card)
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _every(self) -> Iterator[Card]:
        for path in sorted(self._folder.glob("*/*.json")):
            if card := self._read(path):
                yield card

    def _read(self, path: Path) -> Card | None:
        try:
            return Card.of(json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
