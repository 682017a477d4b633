"""What a ticket and a hall cost is measured, whatever it is."""

from __future__ import annotations

import pytest

from loadtest import bench_servers
from loadtest.bench_prices import Load, run

pytestmark = pytest.mark.anyio


async def test_every_price_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few visits and halls are enough to see that each meter moves or stands still."""
    monkeypatch.setattr(bench_servers, "LOOK", 0.3)
    load = Load(40, 4, 2, seconds=0.3, settled=0.1)

    found = {one["name"]: one["value"] for one in await run(load)}

    assert len(found) == 6
    assert found["price of a ticket: server, processor"] > 0
    assert found["price of a ticket: bytes in Redis"] > 0
    assert found["price of a ticket: bytes in SQL"] > 0
