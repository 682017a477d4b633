"""What may be asked besides a path: the words of the query, as the OpenAPI document tells them."""

from __future__ import annotations

from typing import Any

from queue_server.api.audit_log import LARGEST_ID, MOST, USUAL
from queue_server.api.stories import DAY, NUMBER
from queue_server.api.time_travel import AT
from queue_server.api.work_orders import DATE, GROUPS
from queue_server.api.work_orders import MOST as MOST_ORDERS
from queue_server.archive.work_orders import State

Json = dict[str, Any]
#: Its name, what it must be, and a sentence.
Query = tuple[str, Json, str]

LANGUAGE: Query = (
    "language",
    {"type": "string", "enum": ["en", "zh-CN"], "default": "en"},
    "Of the words.",
)
BOOK: list[Query] = [
    (
        "before",
        {"type": "integer", "minimum": 0, "maximum": LARGEST_ID, "default": 0},
        "The id that the last page ended with; 0 is the newest page.",
    ),
    ("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "At most."),
]
OF_DAY: Query = (
    "day",
    {"type": "string", "pattern": f"^$|^{DAY.pattern}$"},
    "Of which day; without it, today's.",
)
A_DATE: Json = {"type": "string", "pattern": f"^$|^{DATE.pattern}$"}
#: Paths (of reads, people and operators) → further words of the query: name, schema, sentence.
QUERIES: dict[str, list[Query]] = {
    "/api/v1/audit": BOOK,
    "/api/v1/audit/sign-ins": BOOK,
    "/api/v1/halls/{hall}/events": [
        (
            "after",
            {"type": "string", "pattern": r"^$|^[A-Za-z0-9_-]{1,64}:[0-9]{1,15}$"},
            "A position, day:seq; without it, the start of this day.",
        ),
        ("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}, "At most."),
    ],
    "/api/v1/halls/{hall}/bookings": [
        (
            "date",
            {"type": "string", "pattern": "^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "A day such as 2026-03-02; without it, today.",
        )
    ],
    "/api/v1/halls/{hall}/ratings": [
        ("from", A_DATE, "The first day; without it, 29 days before the last."),
        ("to", A_DATE, "The last day; without it, today."),
        ("by", {"type": "string", "enum": list(GROUPS), "default": "window"}, "What groups are."),
    ],
    "/api/v1/halls/{hall}/work_orders": [
        ("state", {"type": "string", "enum": ["", *State], "default": ""}, "Only these."),
        ("overdue", {"type": "boolean", "default": False}, "Only what should be answered by now."),
        ("skip", {"type": "integer", "minimum": 0, "maximum": 10**6, "default": 0}, "So many."),
        (
            "limit",
            {"type": "integer", "minimum": 0, "maximum": MOST_ORDERS, "default": MOST_ORDERS},
            "At most.",
        ),
    ],
    "/api/v1/halls/{hall}/explain": [
        ("first", {"type": "string", "pattern": f"^{NUMBER.pattern}$"}, "A ticket."),
        ("second", {"type": "string", "pattern": f"^{NUMBER.pattern}$"}, "Another one."),
        OF_DAY,
        LANGUAGE,
    ],
    "/api/v1/halls/{hall}/past/{picture}": [
        (
            "at",
            {"type": "string", "pattern": f"^({AT.pattern})$"},
            "When: Unix ms, or 2026-03-02T10:00:05 on the hall's own clock.",
        ),
        OF_DAY,
    ],
    "/api/v1/halls/{hall}/tickets/{ticket}/explain": [OF_DAY, LANGUAGE],
    "/api/v1/tickets/{token}/story": [LANGUAGE],
}
