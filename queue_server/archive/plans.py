"""A hall's plan as rows that can be edited, and back: `Layout` ⇄ tables."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session, col, delete, select

from queue_server.archive.tables import ClassRow, HallRow, LaneRow, ServiceRow, WindowRow
from queue_server.domain.layout import Layout

#: The plan's lists, in an order in which their rows may be written: services name lanes.
ROWS: dict[str, type[LaneRow | ClassRow | ServiceRow | WindowRow]] = {
    "lanes": LaneRow,
    "classes": ClassRow,
    "services": ServiceRow,
    "windows": WindowRow,
}

#: What a plan says beside its lists, and a hall's row has under the same name.
PLAIN = ("name", "name_en", "timezone", "closing", "complaint_phone", "languages", "rule")


def plain(layout: Layout) -> dict[str, Any]:
    """What the hall's own row keeps of a plan."""
    plan = _plan(layout)
    return {name: plan[name] for name in PLAIN}


def write_rows(session: Session, hall: HallRow, layout: Layout) -> None:
    """Replace the rows of this hall's plan."""
    for table in reversed(ROWS.values()):
        session.exec(delete(table).where(col(table.hall) == hall.id))
    plan = _plan(layout)
    for group, table in ROWS.items():
        session.add_all(
            table(hall=hall.id, position=position, **row)
            for position, row in enumerate(plan[group])
        )
        session.flush()
    for name in PLAIN:
        setattr(hall, name, plan[name])


def read_rows(session: Session, hall: HallRow) -> Layout:
    """The plan that the rows of this hall make, published or not, valid or not."""
    plan: dict[str, Any] = {name: getattr(hall, name) for name in PLAIN}
    plan |= {"tenant": hall.tenant, "hall": hall.id}
    for group, table in ROWS.items():
        rows = session.exec(
            select(table).where(table.hall == hall.id).order_by(col(table.position))
        )
        plan[group] = [row.model_dump(exclude={"hall", "position"}) for row in rows]
    return Layout.from_json(json.dumps(plan))


def _plan(layout: Layout) -> dict[str, Any]:
    # By way of JSON, because JSON columns keep lists where the plan has tuples.
    plan: dict[str, Any] = json.loads(layout.to_json())
    return plan
