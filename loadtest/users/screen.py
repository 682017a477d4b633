"""Screens: boards and window signs, each a line that shows whole pictures, and comes back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gevent
from locust import task
from pydantic_core import from_json

from loadtest.deliveries import Eye
from loadtest.last_look import digest
from loadtest.orders import HallOrders
from loadtest.users.in_hall import ORDERS, WITNESSES, InHall, rest

#: Two clocks may differ by so much (ms).
AHEAD = 1000.0


@lru_cache(256)
def calls_in(picture: bytes) -> tuple[tuple[int, float, str], ...]:
    """The calls of a board or a sign, as (seq, made at, ticket); twenty boards of a hall get the
    very same bytes, which are read once."""
    told = from_json(picture)
    shown = told.get("calls") or ([told["call"]] if told.get("call") else [])
    return tuple((call["call"], call["at"], call["ticket"]) for call in shown)


@lru_cache(4096)
def shown_in(picture: bytes) -> str:
    """What a picture shows, in short."""
    return digest(from_json(picture))


class Screen(InHall):
    """One board or one window's sign."""

    kind = "screen"

    @classmethod
    def posts(cls) -> list[HallOrders]:
        """Each hall's boards, then its signs."""
        return [hall for hall, _ in cls._screens()]

    @staticmethod
    def _screens() -> list[tuple[HallOrders, str]]:
        return [
            (hall, window) for hall in ORDERS.halls for window in (*[""] * hall.boards, *hall.signs)
        ]

    def on_start(self) -> None:
        """Find out what we show."""
        super().on_start()
        self.window = self._screens()[self.turn][1]
        self.eye = Eye(self.hall.id, self.window)
        self.picture = b""
        WITNESSES.append(self._told)
        self.confirms = bool(self.window) or not self.hall.signs

    @task
    def look(self) -> None:
        """Show whatever comes."""
        what = "sign" if self.window else "board"
        name = f"sign:{self.window}" if self.window else "board"
        path = f"/api/v1/halls/{self.hall.id}/pictures/{name}"
        for at, picture in self.lines(what, lambda: path, self.hall.tokens["screen"]):
            self.eye.heard = now = at * 1000 + ORDERS.clock
            if not picture:
                self.eye.light(now)
            elif not picture.startswith(b'{"same"'):
                self.picture = picture
                self._show(what, calls_in(picture), now)
        rest()

    def _told(self) -> dict[str, Any]:
        self.eye.last = shown_in(self.picture) if self.picture else ""
        return self.eye.to_json()

    def _show(self, what: str, calls: tuple[tuple[int, float, str], ...], now: float) -> None:
        fresh = self.eye.look([(seq, made) for seq, made, _ in calls], now)
        for seq, delay in fresh:
            # What comes before it was called was called by a clock that is wrong.
            if delay > -AHEAD:
                self.note("WS", f"call on a {what}", max(delay, 0))
            if self.confirms and self.dice.random() < ORDERS.reports:
                ticket = next(ticket for call, _, ticket in calls if call == seq)
                gevent.spawn(self._confirm, ticket, seq, delay)

    def _confirm(self, ticket: str, call: int, delay: float) -> None:
        device = f"sign-{self.window}" if self.window else "board"
        words = {"ticket": ticket, "call": call, "device": device, "delay": max(round(delay), 0)}
        self.say("screen", "shown", **words)
