"""A clerk: calls whose turn it is as soon as he is free, and does what clerks do."""

from __future__ import annotations

import time
from typing import Any

import gevent
from gevent.event import Event as Signal
from locust import task
from pydantic_core import from_json

from loadtest.orders import HallOrders
from loadtest.users.in_hall import ORDERS, Event, InHall, rest
from ops.behaviour import lognormal


class Clerk(InHall):
    """One clerk at one window, with the console's picture of it before him."""

    kind = "clerk"

    @classmethod
    def posts(cls) -> list[HallOrders]:
        """A clerk for each window."""
        return [hall for hall in ORDERS.halls for _ in hall.seats]

    def on_start(self) -> None:
        """Find the window, switch the console on."""
        super().on_start()
        before = self.posts()[: self.turn].count(self.hall)
        self.window, self.token = list(self.hall.seats.items())[before]
        self.ticket, self.picture = "", b""
        self.news = Signal()
        self.page = gevent.spawn(self._watch)

    def _watch(self) -> None:
        path = f"/api/v1/halls/{self.hall.id}/pictures/window:{self.window}"
        for _, picture in self.lines("console", lambda: path, self.token):
            if picture and not picture.startswith(b'{"same"'):
                self.picture = picture
                self.news.set()

    # --- commands of this window

    def do(self, verb: str, **words: Any) -> list[Event] | str:
        """One command; answers with its events, or why not."""
        told = self.ask(self.token, verb, {"window": self.window, **words})
        return told["events"] if "events" in told else str(told.get("code", "GIVEN_UP"))

    def did(self, verb: str, **words: Any) -> bool:
        """One command; whether the hall agreed."""
        return isinstance(self.do(verb, **words), list)

    # --- the day

    @task
    def work(self) -> None:
        """From sitting down to the end of the run."""
        self.did("open_window", clerk=f"clerk-{self.window}")
        self.until_settled()
        while self.open:
            if ORDERS.beat:
                self._race()
            elif called := self._next():
                self._attend(called)
            else:
                self._wait()
        rest()

    def _race(self) -> None:
        """Press at the same instant as everybody else."""
        gevent.sleep(ORDERS.beat - time.time() % ORDERS.beat)
        if self.open and self._next(pressed=True):
            gevent.sleep(ORDERS.beat * 0.3)
            self.did("start")
            gevent.sleep(ORDERS.beat * 0.3)
            self.did("finish", outcome="accepted")

    def _next(self, pressed: bool = False) -> Event | None:
        """The call, if somebody could be called."""
        self.news.clear()
        if not pressed and not self._somebody():
            return None
        told = self.do("call_next")
        if isinstance(told, str):
            if told == "BUSY":
                self._recover()
            return None
        return next((event for event in told if event["kind"] == "ticket.called"), None)

    def _somebody(self) -> bool:
        return bool(from_json(self.picture or b"{}").get("waiting"))

    def _wait(self) -> None:
        """Until the console shows something else, and a moment more to notice it."""
        if self.news.wait(5):
            self.life(lognormal(self.dice, 2.0, 0.6))

    def _recover(self) -> None:
        """Somebody is here whom we don't remember: an answer that never came."""
        self.did("start")
        self.did("finish", outcome="accepted")

    # --- one visitor

    def _attend(self, called: Event) -> None:
        dice, fate = self.dice, self.dice.random()
        if fate < 0.06:
            self._wait_in_vain()
            return
        if dice.random() < 0.10:
            self.life(25)
            self.did("recall")
        self.life(lognormal(dice, 15.0, 0.6))
        if not self.did("start"):
            return
        minutes = ORDERS.sorts[self.hall.sort].minutes.get(called["lane"], 10.0)
        service = minutes * 60 * lognormal(dice, 1.0, dice.uniform(0.8, 1.0))
        if fate > 0.97 and self._send_on(called["lane"], service):
            return
        if fate > 0.93 and self._put_aside(called["ticket"], service):
            return
        self.life(service)
        self._finish(called["ticket"])

    def _wait_in_vain(self) -> None:
        self.life(30)
        self.did("recall")
        self.life(31)
        while self.open and self.do("no_show") == "TOO_SOON":
            self.life(10)
            gevent.sleep(0.2)

    def _send_on(self, lane: str, service: float) -> bool:
        self.life(service / 2)
        others = [one for one in ORDERS.sorts[self.hall.sort].minutes if one != lane]
        return bool(others) and self.did("transfer", lane=self.dice.choice(others))

    def _put_aside(self, ticket: str, service: float) -> bool:
        self.life(service / 2)
        if not self.did("hold", reason="a paper is missing"):
            return False
        gevent.spawn_later(self.dice.uniform(3, 15) * 60 / ORDERS.speed, self._bring_back, ticket)
        return True

    def _bring_back(self, ticket: str) -> None:
        if self.open:
            self.say("guide", "unhold", ticket=ticket)

    def _finish(self, ticket: str) -> None:
        told = self.do("finish", outcome="accepted")
        kinds = [event["kind"] for event in told] if isinstance(told, list) else []
        if "ticket.finished" in kinds and self.dice.random() < 0.33:
            score = self.dice.choice((5, 5, 5, 5, 4, 4, 3, 2, 1))
            self.say("caller", "rate", ticket=ticket, score=score, source="window")
