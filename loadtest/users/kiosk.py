"""A kiosk: visitors come, take a number, get a slip; some look at their phone afterwards."""

from __future__ import annotations

import time

import gevent
from gevent.queue import Full, Queue
from locust import task

from loadtest.arrivals import Piece, arrivals
from loadtest.orders import HallOrders
from loadtest.users.in_hall import ORDERS, InHall, rest

#: Links that somebody scans, as (hall, link): phones of this process take them.
SCANNED: Queue[tuple[HallOrders, str]] = Queue(maxsize=200)


class Kiosk(InHall):
    """One kiosk."""

    kind = "kiosk"
    # A burst stands for several kiosks: nobody waits for another's connection.
    concurrency = 40

    @classmethod
    def posts(cls) -> list[HallOrders]:
        """As many as each hall has."""
        return [hall for hall in ORDERS.halls for _ in range(hall.kiosks)]

    def on_start(self) -> None:
        """Our share of the hall's appointments: each code is shown once, at one kiosk."""
        super().on_start()
        first = self.posts().index(self.hall)
        self.bookings = self.hall.bookings[self.turn - first :: self.hall.kiosks]

    @task
    def give(self) -> None:
        """Numbers, as visitors come."""
        self.until_settled()
        if ORDERS.beat:
            self._between_beats()
        share = [Piece(a, b, rate / self.hall.kiosks) for a, b, rate in self.hall.arrivals]
        for at in arrivals(share, self.dice):
            gevent.sleep(max(ORDERS.settled + at - time.time(), 0))
            if not self.open:
                break
            gevent.spawn(self._one)
        rest()

    def _between_beats(self) -> None:
        """Half as many numbers as there are clerks: most of those who press are too late."""
        people = max(len(self.hall.seats) // 2, 1)
        while self.open:
            gevent.sleep(ORDERS.beat - time.time() % ORDERS.beat + ORDERS.beat * 0.2)
            gevent.joinall([gevent.spawn(self._one) for _ in range(people)])
        rest()

    def _one(self) -> None:
        dice, role = self.dice, "kiosk"
        service, class_ = dice.choice(ORDERS.sorts[self.hall.sort].people)
        words = {"services": [service], "class": class_, "person": f"{dice.getrandbits(64):016x}"}
        if class_ == "appointment":
            del words["class"]
            if self.bookings:
                words["booking"] = self.bookings.pop()
        told = self.ask(self.hall.tokens[role], "take", words)
        if "events" not in told:
            return
        if dice.random() < ORDERS.phone_share:
            self._scan(told["link"])
        ticket = told["events"][0]["ticket"]
        self.say(role, "printed", ticket=ticket, device=f"printer-{self.turn}")

    def _scan(self, link: str) -> None:
        try:
            SCANNED.put_nowait((self.hall, link))
        except Full:
            return
