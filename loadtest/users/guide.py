"""The guide desk: watches all tickets, marks some green, and lets the missed ones in again."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
from locust import task
from pydantic_core import from_json

from loadtest.orders import HallOrders
from loadtest.users.in_hall import ORDERS, Event, InHall, rest


class Guide(InHall):
    """One guide."""

    kind = "guide"

    @classmethod
    def posts(cls) -> list[HallOrders]:
        """As many as each hall has."""
        return [hall for hall in ORDERS.halls for _ in range(hall.guides)]

    def on_start(self) -> None:
        """Switch the desk's page on."""
        super().on_start()
        self.desk = b"{}"
        self.known: set[str] = set()
        self.page = gevent.spawn(self._watch)

    def _watch(self) -> None:
        path = f"/api/v1/halls/{self.hall.id}/pictures/desk"
        for _, picture in self.lines("desk", lambda: path, self.hall.tokens["guide"]):
            if picture and not picture.startswith(b'{"same"'):
                self.desk = picture

    @task
    def attend(self) -> None:
        """Every half minute or so, see whether somebody needs something."""
        self.until_settled()
        while self.open:
            self.life(self.dice.uniform(20, 40))
            gevent.sleep(0.5)
            token = self.hall.tokens["guide"]
            self.read(f"/api/v1/halls/{self.hall.id}", token, "hall now")
            for ticket in self._news():
                self._help(ticket, token)
        rest()

    def _news(self) -> Iterator[Event]:
        for ticket in from_json(self.desk).get("tickets", ()):
            state = f"{ticket['ticket']} {ticket.get('state')}"
            if state not in self.known:
                self.known.add(state)
                yield ticket

    def _help(self, ticket: Event, token: str) -> None:
        number, state = ticket["ticket"], ticket.get("state")
        if not self.open:
            return
        if state == "no_show" and ticket.get("again") and self.dice.random() < 0.6:
            self.say("guide", "reinstate", ticket=number)
        elif state == "waiting" and ticket["class"] == "ordinary" and self.dice.random() < 0.03:
            self.read(f"/api/v1/halls/{self.hall.id}/tickets/{number}", token, "ticket")
            self.say("guide", "reclassify", ticket=number, reason="aged 80", **{"class": "green"})
