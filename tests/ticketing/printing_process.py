"""A printing service in a process of its own, which can be killed.

python -m tests.ticketing.printing_process REDIS TENANT PORT JOURNAL
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from queue_server.client.device import Device
from queue_server.domain.layout import Layout
from queue_server.engine.connection import Address, Connection
from queue_server.engine.feed import Feed
from queue_server.engine.library import load
from queue_server.engine.redis_hall import RedisHall
from tests.ticketing.paper_printer import PATIENT
from ticketing.printer import PAPERS
from ticketing.printers.lines import Tcp
from ticketing.printers.receipt import ReceiptPrinter
from ticketing.printing import Printing


async def nothing_published() -> Layout:
    raise NotImplementedError


async def main(redis: str, tenant: str, port: str, journal: str) -> None:
    address = Address.parse(redis)
    connection, feed = Connection(address, prepare=load), Feed(address)
    await connection.open()
    await feed.open()
    hall = RedisHall(connection, feed, tenant, "hall", nothing_published)
    line = Tcp("127.0.0.1", int(port), patience=PATIENT.status)
    printer = ReceiptPrinter(line, PAPERS[58], text=True, patience=PATIENT)
    await Printing(
        hall,
        lambda: printer,
        Device(hall, "printer-1", "printer"),
        sources=("kiosk",),
        journal=Path(journal),
        base_url="https://queue.example",
    ).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
