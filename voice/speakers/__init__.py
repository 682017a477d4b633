"""The speakers, by URL; `pace` is how long a sound takes there, 1 being real time.

system:                     the sound card (system://plughw:0,0: an ALSA device)
file:///folder?keep=200     the newest sounds in a folder; without `keep`, all
none:                       silence
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from queue_server.client import newest
from queue_server.client.address import Address, resolve
from voice.speaker import Speaker
from voice.speakers.file import File
from voice.speakers.silent import Silent
from voice.speakers.system import System

FORMS = (
    "system:",
    "system://plughw:0,0",
    "file:///folder",
    "file:///folder?pace=0&keep=200",
    "none:",
    "none:?pace=0",
)


def speaker(url: str) -> Speaker:
    """The speaker that a URL names; raises ValueError that names the forms."""
    return resolve(url, "speaker", FORMS, _KINDS)


def _system(address: Address) -> Speaker:
    return System(address.place())


def _file(address: Address) -> Speaker:
    keep = address.number("keep", 0, 0, newest.MOST)
    return File(address.path(relative=True), _pace(address), keep)


def _none(address: Address) -> Speaker:
    address.nothing()
    return Silent(_pace(address))


def _pace(address: Address) -> float:
    return address.decimal("pace", 1, 0, 100)


_KINDS: Mapping[str, Callable[[Address], Speaker]] = {
    "system": _system,
    "file": _file,
    "none": _none,
}
