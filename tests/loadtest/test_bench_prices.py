"""What a ticket and a hall cost is measured, whatever it is."""

from __future__ import annotations

import pytest

from loadtest.bench_prices import Load, run

pytestmark = pytest.mark.anyio


async def test_every_price_is_told() -> None:
    """A few visits and halls are enough to see that each meter moves or stands still."""
    found = {one["name"]: one["value"] for one in await run(Load(40, 4, 2, 1.0))}

    assert len(found) == 6
    assert found["price of a ticket: server, processor"] > 0
    assert found["price of a ticket: bytes in Redis"] > 0
    assert found["price of a ticket: bytes in SQL"] > 0
