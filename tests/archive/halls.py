"""Small halls to test with."""

from __future__ import annotations

from queue_server.archive.places import Level, Place, PlacePath
from queue_server.domain.layout import Kind, Lane, Layout, Service, Slot, Window
from queue_server.domain.tickets import Step


def town_hall(hall: str = "east", tenant: str = "city", **changes: object) -> Layout:
    """Two lanes, three services (one in two steps) and two windows."""
    plan: dict[str, object] = {
        "tenant": tenant,
        "hall": hall,
        "name": "东镇便民服务中心",
        "lanes": (Lane("general", "综合", "A", "General"), Lane("police", "公安", "B")),
        "services": (
            Service(code="51201", name="最低生活保障", lane="general", minutes=20, quota=30),
            Service(
                code="511F",
                name="户口登记",
                lane="police",
                slots=(Slot(510, 720, 40), Slot(840, 1050)),
                grace=90_000,
            ),
            Service(
                code="YJS-01",
                name="新生儿出生一件事",
                lane="general",
                steps=(Step("general", ("YJS-01",), 12), Step("police", ("511F",), 8, (0,))),
            ),
        ),
        "windows": (
            Window(number="1", name="综合", kinds=(Kind.UNIFIED, Kind.GUIDE), lanes=("general",)),
            Window(number="2", name="公安", kinds=(Kind.DOMAIN,), lanes=("police", "general")),
        ),
    }
    return Layout(**(plan | changes))  # type: ignore[arg-type]


def path(*names: str) -> PlacePath:
    """A way down the tree from the city."""
    return tuple(Place(level, name) for level, name in zip(Level, names, strict=False))
