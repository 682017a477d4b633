"""The numbers of a hall's calling rule as its public page says them. Pure.

Every setting of `CallingRule` is among them; the sentences are in `templates/rules.html`.
"""

from __future__ import annotations

from typing import Any

from queue_server.domain.calling import MINUTE, SECOND
from queue_server.domain.layout import APPOINTMENT, GREEN, Layout


def numbers(layout: Layout) -> dict[str, Any]:
    """What the sentences need: minutes, seconds and counts, as people say them."""
    rule = layout.rule
    classes = {one.id for one in layout.classes}
    own = any(s.min_calls is not None or s.grace is not None for s in layout.services)
    return {
        "heads": [
            (one, _plain(one.head_start / MINUTE)) for one in layout.classes if one.head_start
        ],
        "booked": APPOINTMENT in classes,
        "reserve": _plain(rule.reserve / MINUTE),
        "ceiling": _plain(rule.ceiling / MINUTE),
        "promise": _plain(rule.green_promise / MINUTE) if GREEN in classes else "0",
        "overtaken": rule.max_overtaken,
        "calls": max(rule.min_calls, 1),
        "grace": _plain(rule.grace / SECOND),
        "behind": rule.back_behind,
        "misses": rule.misses_allowed,
        "own_numbers": own,
        "undo": _plain(rule.undo_within / SECOND),
        "several": any(service.steps for service in layout.services),
    }


def _plain(number: float) -> str:
    """`15`, `7.5`: without a point where none is needed."""
    return f"{number:g}"
