"""The speakers, by URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from voice.speaker import Speaker
from voice.speakers.file import File
from voice.speakers.silent import Silent
from voice.speakers.system import System

FORMS = "system:, system://plughw:0,0, file:///folder, file:///folder?pace=0, none: or none:?pace=0"


def speaker(url: str) -> Speaker:
    """The speaker that a URL names; `pace` is how long a sound takes there, 1 being real time.

    Raises ValueError that names the forms.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        made = _made(parts.scheme, parts.netloc, unquote(parts.path), options)
        if options:
            raise ValueError(f"{', '.join(sorted(options))} means nothing here")
    except ValueError as error:
        raise ValueError(f"{url!r}: {error}; a speaker is {FORMS}") from None
    return made


def _made(scheme: str, place: str, path: str, options: dict[str, str]) -> Speaker:
    """What the parts of a URL name; the options that it understands are taken out."""
    if scheme == "system" and not path:
        return System(unquote(place))
    if scheme == "file" and path and not place:
        return File(Path(path), _pace(options))
    if scheme == "none" and not (path or place):
        return Silent(_pace(options))
    raise ValueError("there is no such speaker")


def _pace(options: dict[str, str]) -> float:
    pace = float(options.pop("pace", 1))
    if not 0 <= pace <= 100:
        raise ValueError("pace is 0 to 100")
    return pace
