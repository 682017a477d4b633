"""The synthesizers, by URL.

clips:///folder     recorded words; `missing` is the URL of what says those that it lacks
espeak: pyttsx3:    a program: `rate` is words a minute, `limit` seconds, `voice` one voice for
                    all languages and `voice.en` one for a language
chime:              only the chime
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from queue_server.client.address import Address, resolve
from voice.cache import Cache
from voice.clip_set import ClipSet
from voice.synthesizer import Synthesizer
from voice.synthesizers.chime import ChimeOnly
from voice.synthesizers.clips import Clips
from voice.synthesizers.engine import Engine, Program
from voice.synthesizers.espeak import ESPEAK
from voice.synthesizers.pyttsx3_voice import PYTTSX3

FORMS = (
    "clips:///folder",
    "clips:///folder?missing=espeak:",
    "espeak:",
    "espeak:?rate=160&voice.en=en-us",
    "pyttsx3:",
    "pyttsx3:?rate=160&voice=en-gb",
    "chime:",
)


def synthesizer(url: str, cache: Path) -> Synthesizer:
    """The synthesizer that a URL names; what it makes is kept in the folder `cache`.

    Raises ValueError that names the forms.
    """
    kinds: Mapping[str, Callable[[Address], Synthesizer]] = {
        "clips": partial(_clips, cache),
        "espeak": partial(_engine, cache, ESPEAK),
        "pyttsx3": partial(_engine, cache, PYTTSX3),
        "chime": _chime,
    }
    return resolve(url, "synthesizer", FORMS, kinds)


def _clips(cache: Path, address: Address) -> Synthesizer:
    missing = address.text("missing")
    stand_in = synthesizer(missing, cache) if missing else None
    return Clips(ClipSet(address.path(relative=True)), Cache(cache), stand_in)


def _engine(cache: Path, program: Program, address: Address) -> Synthesizer:
    address.nothing()
    voices = address.texts("voice")
    rate = address.number("rate", program.rate, 60, 500)
    return Engine(
        program, Cache(cache), voices, rate, address.decimal("limit", program.limit, 0.1, 60)
    )


def _chime(address: Address) -> Synthesizer:
    address.nothing()
    return ChimeOnly()
