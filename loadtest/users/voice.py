"""A voice: follows a hall's events, says every call, and notices what is missing or comes twice."""

from __future__ import annotations

import gevent
from gevent.queue import Queue
from locust import task
from pydantic_core import from_json

from loadtest.deliveries import Ear
from loadtest.users.in_hall import ORDERS, WITNESSES, Event, InHall, rest


class Voice(InHall):
    """One voice for each hall."""

    kind = "voice"

    def on_start(self) -> None:
        """Find out where we are, and from where on we listen."""
        super().on_start()
        self.ear = Ear(self.hall.id, self.hall.day, self.hall.seq, self.hall.seq)
        WITNESSES.append(self.ear.to_json)
        self.calls: Queue[tuple[Event, float]] = Queue()
        self.speaker = gevent.spawn(self._speak)

    @task
    def listen(self) -> None:
        """Every event, from the position we had when the line broke."""
        for at, text in self.lines("voice", self._path, self.hall.tokens["voice"]):
            if not text:
                continue
            event = from_json(text)
            if self.ear.hear(event):
                delay = max(at * 1000 + ORDERS.clock - event["at"], 0)
                self.note("WS", "call at a voice", delay)
                self.calls.put((event, delay))
        rest()

    def _path(self) -> str:
        after = f"{self.hall.day}:{self.ear.seq}"
        return f"/api/v1/halls/{self.hall.id}/follow?after={after}"

    def _speak(self) -> None:
        while True:
            call, delay = self.calls.get()
            words = {"ticket": call["ticket"], "call": call["seq"], "delay": round(delay)}
            self.say("voice", "announced", device="voice", **words)
