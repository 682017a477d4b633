"""差评 work orders on the manager's page: answered, appealed, decided, closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from queue_server.api.state import ServerState
from queue_server.archive import work_orders
from queue_server.archive.configuration import Configuration
from queue_server.archive.memory import DayRow, RatingRow
from queue_server.engine.redis_hall import RedisHall
from tests.api.serving import running
from tests.browser import axe
from tests.browser.chromium import Opener, Screen
from tests.browser.managing import employ, managed, sign_in
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def url(state: ServerState) -> AsyncIterator[str]:
    async with running(managed(state)) as address:
        yield address


@pytest.fixture
def rated(configuration: Configuration, clock: Clock, hall: RedisHall) -> Configuration:
    """Two bad ratings of window 3, one of them long ago, and a good one."""
    employ(configuration, "lin", "manager", clock(), full_name="林主任")
    employ(configuration, "shen", "auditor", clock(), full_name="沈审计")
    day: dict[str, Any] = {"hall": "hall", "day": "2026-03-02", "date": "2026-03-02"}
    day |= {"window": "3", "service": "P1", "lane": "police", "clerk": "person:9"}
    old = clock() - 30 * 24 * 3_600_000
    rows = [
        RatingRow(**day, ticket="B001", at=clock(), score=1, reasons="slow manner"),
        RatingRow(**day, ticket="B002", at=old, score=2),
        RatingRow(**day, ticket="B003", at=clock(), score=5, source="tablet"),
    ]
    with configuration.database.writing() as session:
        session.add(DayRow(hall="hall", day="2026-03-02", date="2026-03-02", opened=old))
        session.add_all(rows)
        work_orders.opened(session, rows)
    return configuration


async def opened(window: Opener, url: str, name: str, query: str = "") -> Screen:
    screen = await window("about:blank", height=1000)
    await sign_in(screen.page, url, name)
    await screen.open(f"{url}/manage/hall/ratings{query}")
    await screen.see("#orders li[data-order]")
    return screen


async def test_an_order_is_worked_off(url: str, window: Opener, rated: Configuration) -> None:
    """The overdue one first; nothing is sent without words; the last word is on the page."""
    page = await opened(window, url, "lin")
    first = "#orders li:first-child"
    await page.reads(f"{first} .due", "已逾期")
    await page.reads("#counts", "2 件待答复")
    await page.reads("#orders li:nth-child(2) h3", "非常不满意 · 办理太慢 · 服务态度不好")

    await page.page.click(f"{first} button:has-text('由我核查')")
    await page.reads(f"{first} .state", "林主任 正在核查")
    await page.page.click(f"{first} button[data-verb=answer]")
    assert await page.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    await page.page.fill(f"{first} textarea", "已向办事人说明。")
    await page.page.click(f"{first} button[data-verb=answer]")
    await page.reads("#counts", "1 件待答复")

    answered = "#orders li.answered"
    await page.reads(f"{answered} .state", "逾期答复")
    await page.page.click(f"{answered} summary")
    await page.page.fill(f"{answered} textarea", "评价按错了键。")
    await page.page.click(f"{answered} button[data-verb=appeal]")
    await page.page.fill("#orders li.appealed textarea", "情况属实。")
    await page.page.click("#orders li.appealed button[data-outcome=overturned]")
    await page.reads(f"{answered} .state", "撤销该评价")
    assert await axe.violations(page.page) == []
    await page.page.click(f"{answered} button:has-text('办结')")
    await page.reads("#orders li.closed .words", "情况属实。")

    await page.page.fill("#from", "2026-03-01")
    await page.page.fill("#to", "2026-03-31")
    await page.page.click("#sums button")
    await page.reads("#table tbody tr:first-child", "全部")
    await page.until(
        """() => [...document.querySelectorAll("#table tbody tr:first-child td")]
           .map((one) => one.textContent).join(" ") === "1 0 0 0 1 50% – 1 0" """
    )
    assert page.complaints == []


async def test_an_auditor_reads_only(url: str, window: Opener, rated: Configuration) -> None:
    """In English as well, and nothing that can be pressed would change anything."""
    page = await opened(window, url, "shen", "?language=en")
    await page.reads("#orders li:nth-child(2) h3", "Very dissatisfied · Slow at the window")
    assert await page.page.locator("#orders button, #orders textarea").count() == 0
    await page.page.select_option("#which", "closed")
    await page.reads("#orders", "There are no such work orders.")
    assert await axe.violations(page.page) == []
    assert page.complaints == []
