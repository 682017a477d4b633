"""The services of a hall as they are looked for: by lane, by department, by name, by sound.

Pure: the plan in, JSON's own types out. A name's sound is its pinyin without tones, a syllable a
character with blanks in between (`hu kou deng ji`), so that whoever searches may type the whole of
it, the initials (`hkdj`) or a mixture. Which service can be had now is in the picture `kiosk`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from queue_server.domain.layout import Layout, Service
from queue_server.domain.view import HallView

Json = dict[str, Any]

#: A server holds the plans of a city's halls, and no plan is read twice.
MOST_KEPT = 512
_SYLLABLES = re.compile(r"[a-z]+|[0-9]+")


def catalogue(view: HallView, _name: str, _now: int) -> Json:
    """The picture `catalogue`: the lanes and services of the plan that holds today."""
    return _catalogue(view.layout) if view.layout else {"lanes": [], "services": []}


@lru_cache(MOST_KEPT)
def _catalogue(layout: Layout) -> Json:
    return {
        "lanes": [
            {"lane": lane.id, "name": lane.name, "name_en": lane.name_en, "prefix": lane.prefix}
            for lane in layout.lanes
        ],
        "services": [_service(layout, service) for service in layout.services],
    }


def _service(layout: Layout, service: Service) -> Json:
    """What is empty is left out: most services have neither steps nor a name in English."""
    told = {
        "service": service.code,
        "name": service.name,
        "name_en": service.name_en,
        "sound": sound(service.name),
        "department": service.department,
        "lane": service.lane,
        "minutes": service.minutes,
        "materials": list(service.materials),
        "online": bool(service.online),
        "steps": [
            {"lane": step.lane, "services": [_name(layout, code) for code in step.services]}
            for step in service.steps
        ],
    }
    return {name: value for name, value in told.items() if value}


def _name(layout: Layout, code: str) -> Json:
    known = layout.service.get(code)
    return {"name": known.name if known else code, "name_en": known.name_en if known else ""}


def sound(name: str) -> str:
    """How a name sounds, as it is typed: syllables without tones, ü as v, no punctuation."""
    # Its dictionaries take as long to load as half of the program; most commands need none.
    from pypinyin import lazy_pinyin

    return " ".join(_SYLLABLES.findall(" ".join(lazy_pinyin(name)).lower()))
