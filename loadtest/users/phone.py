"""A phone: somebody looks at his ticket, and stays with it once he is near the front."""

from __future__ import annotations

import json

import gevent
from locust import task

from loadtest.users.in_hall import ORDERS, InHall, rest
from loadtest.users.kiosk import SCANNED
from loadtest.users.lines import PATIENCE, Line, LineDown

NEAR = 5
OVER = ("served", "no_show", "cancelled", "expired")


class Phone(InHall):
    """One phone after the other, each with a ticket of its own."""

    kind = "phone"

    @task
    def visit(self) -> None:
        """From the scan to the window."""
        if not self.open:
            rest()
        self.hall, link = SCANNED.get()
        self.address = {"X-Forwarded-For": self._anybody()} if ORDERS.forwarded else {}
        token = link.rpartition("/")[2]
        while self.open:
            told = self.read(f"/api/v1/tickets/{token}", "", "ticket link", **self.address)
            if told.get("state") in OVER:
                return
            if told and (told["state"] != "waiting" or (told["ahead"] or 0) <= NEAR):
                self._watch(token)
                return
            self.life(30)
            gevent.sleep(1)

    def _anybody(self) -> str:
        return ".".join(map(str, (10, *(self.dice.randrange(1, 255) for _ in range(3)))))

    def _watch(self, token: str) -> None:
        path = f"/api/v1/halls/{self.hall.id}/pictures/ticket:{token}"
        line = None
        try:
            line = Line(ORDERS.url, path, self.address, PATIENCE)
            self._follow(line)
        except (LineDown, OSError) as down:
            self.note("WS", "phone: line", 0, str(down) or type(down).__name__)
        finally:
            if line:
                line.close()

    def _follow(self, line: Line) -> None:
        call = -1
        for at, text in line.texts():
            told = json.loads(text)
            if "state" not in told:
                continue
            # What was called before we looked is not news.
            if told["call"] and call not in (-1, told["call"]) and told["state"] == "called":
                delay = at * 1000 + ORDERS.clock - told["called"]
                self.note("WS", "call on a phone", max(delay, 0))
            call = told["call"]
            if told["state"] in OVER or not self.open:
                return
