"""A thread for one device."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from queue_server.client.own_thread import OwnThread

pytestmark = pytest.mark.anyio


async def test_calls_come_one_after_the_other_from_one_thread() -> None:
    """Also when several are asked for at once; the last thing is done last."""
    thread, did, ended = OwnThread("device"), list[tuple[int, int]](), threading.Event()

    def work(turn: int) -> None:
        did.append((turn, threading.get_ident()))

    await asyncio.gather(*(thread.do(partial(work, turn)) for turn in range(5)))
    thread.end(ended.set)

    assert [turn for turn, _ in did] == [0, 1, 2, 3, 4]
    assert len({ident for _, ident in did} - {threading.get_ident()}) == 1
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_call_that_blocks_is_not_waited_for_at_the_end() -> None:
    """The device is closed after it, by the same thread."""
    thread, blocked, order = OwnThread("device"), threading.Event(), list[str]()
    closed = threading.Event()

    def block() -> None:
        blocked.wait(10)
        order.append("read")

    def close() -> None:
        order.append("closed")
        closed.set()

    reading = asyncio.create_task(thread.do(block))
    await asyncio.sleep(0)
    reading.cancel()
    thread.end(close)
    assert not order
    blocked.set()

    assert await asyncio.to_thread(closed.wait, 10)
    assert order == ["read", "closed"]
