"""The synthesizers, by URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from voice.cache import Cache
from voice.clip_set import ClipSet
from voice.synthesizer import Synthesizer
from voice.synthesizers.chime import ChimeOnly
from voice.synthesizers.clips import Clips
from voice.synthesizers.engine import Engine
from voice.synthesizers.espeak import ESPEAK
from voice.synthesizers.pyttsx3_voice import PYTTSX3

PROGRAMS = {"espeak": ESPEAK, "pyttsx3": PYTTSX3}
FORMS = (
    "clips:///folder, clips:///folder?missing=espeak:, espeak:, espeak:?rate=160&voice.en=en-us, "
    "pyttsx3:, pyttsx3:?rate=160&voice=en-gb or chime:"
)


def synthesizer(url: str, cache: Path) -> Synthesizer:
    """The synthesizer that a URL names; what it makes is kept in the folder `cache`.

    `missing` is the URL of what says the words that a clip set lacks; `rate` is words a minute,
    `limit` seconds, `voice` one voice for all languages and `voice.en` one for a language.
    Raises ValueError that names the forms.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        made = _made(parts.scheme, parts.netloc, unquote(parts.path), options, cache)
        if options:
            raise ValueError(f"{', '.join(sorted(options))} means nothing here")
    except ValueError as error:
        raise ValueError(f"{url!r}: {error}; a synthesizer is {FORMS}") from None
    return made


def _made(scheme: str, place: str, path: str, options: dict[str, str], cache: Path) -> Synthesizer:
    """What the parts of a URL name; the options that it understands are taken out."""
    if scheme == "clips" and path and not place:
        stand_in = options.pop("missing", "")
        other = synthesizer(stand_in, cache) if stand_in else None
        return Clips(ClipSet(Path(path)), Cache(cache), other)
    if scheme in PROGRAMS and not (path or place):
        return _engine(scheme, options, cache)
    if scheme == "chime" and not (path or place):
        return ChimeOnly()
    raise ValueError("there is no such synthesizer")


def _engine(scheme: str, options: dict[str, str], cache: Path) -> Engine:
    voices = {
        name.removeprefix("voice").removeprefix("."): options.pop(name)
        for name in list(options)
        if name == "voice" or name.startswith("voice.")
    }
    program = PROGRAMS[scheme]
    rate = int(options.pop("rate", program.rate))
    limit = float(options.pop("limit", program.limit))
    if not 60 <= rate <= 500:
        raise ValueError("rate is 60 to 500 words a minute")
    if not 0 < limit <= 60:
        raise ValueError("limit is at most 60 seconds")
    return Engine(program, Cache(cache), voices, rate, limit)
