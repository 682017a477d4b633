"""What pages say, in every language there is a catalogue for.

A message is its English sentence, with values in braces (`Ticket {ticket}`). The catalogues are
GNU gettext PO files, one a language, read without a build step; where one has no words for a
message, the English sentence stands. A new language starts as a copy of `en.po`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Protocol

from babel.messages.extract import extract
from babel.messages.pofile import read_po

HERE = Path(__file__).parent / "translations"
#: Templates and scripts say a message with `say("…")`, and nothing else is looked for.
KEYWORDS = {"say": None}

Catalogue = Mapping[str, str]


class Words:
    """The catalogues by BCP 47 tag (`zh-CN`)."""

    def __init__(self, folder: Path = HERE) -> None:
        self._catalogues = {
            path.stem.replace("_", "-"): _catalogue(path) for path in sorted(folder.glob("*.po"))
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that pages can speak."""
        return tuple(self._catalogues)

    def known(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Those of these languages that pages can speak, in their order; English if none."""
        return tuple(one for one in languages if one in self._catalogues) or ("en",)

    def say(self, language: str, message: str, **values: object) -> str:
        """A message in a language, its values filled in."""
        said = self._catalogues.get(language, {}).get(message) or message
        return said.format_map(values) if values else said

    def block(self, languages: Iterable[str], messages: Iterable[str]) -> dict[str, Catalogue]:
        """Some messages in some languages, for a script to say: language → message → words."""
        listed = sorted(messages)
        return {
            language: {message: self.say(language, message) for message in listed}
            for language in languages
        }


class Named(Protocol):
    """What a plan gives a name; only the Chinese one must be there."""

    @property
    def name(self) -> str:
        """The Chinese name."""

    @property
    def name_en(self) -> str:
        """The English name, if there is one."""


def name_in(language: str, thing: Named) -> str:
    """What it is called in this language."""
    return thing.name if language.startswith("zh") else thing.name_en or thing.name


def _catalogue(path: Path) -> Catalogue:
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


def said_in(method: str, text: bytes) -> frozenset[str]:
    """The messages that a text says; `method` is `javascript` or `jinja2`."""
    found: Sequence[tuple[int, object, object, object]] = list(
        extract(method, BytesIO(text), keywords=KEYWORDS)
    )
    return frozenset(str(message) for _, message, _, _ in found)
