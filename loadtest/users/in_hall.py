"""What all users share: who they are, a hall they speak to, and lines that come back."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any, ClassVar

import gevent
from geventhttpclient.response import HTTPConnectionClosed
from locust.contrib.fasthttp import FastHttpUser

from loadtest import orders as orders_
from loadtest.orders import HallOrders, Orders
from loadtest.users.lines import PATIENCE, SILENCE, Line, LineDown

Event = dict[str, Any]

#: How long (s) a command is said again before it counts as never heard.
GIVES_UP = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
#: A page tries a broken line again after so long (s), jittered, and then less and less often.
SOONEST = 0.2

ORDERS: Orders = orders_.read()
#: Everything that wants to say something at the end.
WITNESSES: list[Callable[[], dict[str, Any]]] = []
#: Lines of screens, which a cut breaks.
LINES: set[Line] = set()


class InHall(FastHttpUser):
    """Somebody in a hall. `kind` names the sort of user; `posts` lists what there is to be."""

    abstract = True
    network_timeout = 15.0
    connection_timeout = 5.0
    concurrency = 4
    kind: ClassVar[str] = ""

    def on_start(self) -> None:
        """Find out who we are."""
        posts = self.posts()
        self.turn = orders_.turn(ORDERS, self.kind) % len(posts)
        self.hall: HallOrders = posts[self.turn]
        self.dice = Random(f"{ORDERS.scenario}/{self.kind}/{self.turn}")
        self.made_up = map(f"{secrets.token_hex(5)}-{{}}".format, count())

    @classmethod
    def posts(cls) -> list[HallOrders]:
        """The hall of each user of this kind."""
        return list(ORDERS.halls)

    # --- time

    def life(self, seconds: float) -> None:
        """Wait as long as this takes in life: `speed` times shorter."""
        gevent.sleep(seconds / ORDERS.speed)

    def until_settled(self) -> None:
        """Wait until everybody is there."""
        gevent.sleep(max(ORDERS.settled - time.time(), 0))

    @property
    def open(self) -> bool:
        """Whether things are still being done."""
        return time.time() < ORDERS.ends - orders_.QUIET

    # --- commands

    def say(self, role: str, verb: str, **words: Any) -> list[Event] | str:
        """Say a command until it is heard; answers with its events, or with the refusal's code."""
        answer = self.ask(self.hall.tokens[role], verb, words)
        return answer["events"] if "events" in answer else str(answer.get("code", "GIVEN_UP"))

    def ask(self, token: str, verb: str, words: dict[str, Any]) -> dict[str, Any]:
        """The whole answer to a command; the same key again never does a thing twice."""
        began, pause, tries = time.time(), FIRST_PAUSE, 0
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": next(self.made_up)}
        path = f"/api/v1/halls/{self.hall.id}/{verb}"
        while time.time() - began < GIVES_UP:
            tries += 1
            with self.client.post(
                path, json=words, headers=headers, name=verb, catch_response=True
            ) as heard:
                status = heard.status_code
                if status in (200, 409):
                    heard.success()
                    told: dict[str, Any] = json.loads(heard.content)
                    self._heard(verb, told.get("code", ""), began, tries)
                    return told
                heard.failure(_failed(heard))
            if status not in (0, 429, 502, 503, 504):
                break
            gevent.sleep(pause * self.dice.uniform(0.7, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)
        self.note("SAID", verb, 0, "never heard")
        return {}

    def _heard(self, verb: str, code: str, began: float, tries: int) -> None:
        if code:
            self.note("NO", f"{verb}: {code}", 0)
        if tries > 1:
            self.note("SAID", verb, (time.time() - began) * 1000)

    def read(self, path: str, token: str, name: str, **headers: str) -> dict[str, Any]:
        """What a page asks for; empty when there is no answer or nothing there."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with self.client.get(path, headers=headers, name=name, catch_response=True) as heard:
            if heard.status_code == 200:
                told: dict[str, Any] = json.loads(heard.content)
                return told
            heard.failure(_failed(heard))
        return {}

    def note(self, sort: str, name: str, ms: float, error: str = "") -> None:
        """Count something that is no HTTP request, where locust counts the others."""
        self.environment.events.request.fire(
            request_type=sort,
            name=name,
            response_time=ms,
            response_length=0,
            exception=RuntimeError(error) if error else None,
            context={},
        )

    # --- lines

    def lines(
        self, what: str, path: Callable[[], str], token: str, **headers: str
    ) -> Iterator[tuple[float, bytes]]:
        """All texts of a subscription for the whole run, over as many lines as that takes; an
        empty text says that a new line is up. What breaks it is counted under its name."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        pause, line, down = FIRST_PAUSE, None, 0.0
        while True:
            began = time.time()
            try:
                # A voice's first text may be long in coming: it is whatever happens next.
                patience = SILENCE if what == "voice" else PATIENCE
                line = Line(ORDERS.url, path(), headers, patience)
                LINES.add(line)
                for at, text in line.texts():
                    if pause:
                        self._lit(what, at, began, down)
                        pause = 0
                        yield at, b""
                    yield at, text
            except (LineDown, OSError) as broken:
                if ORDERS.over(time.time()):
                    return
                self.note("WS", f"{what}: line", 0, _reason(broken))
                if isinstance(broken, LineDown) and 4500 <= broken.code <= 4999:
                    return
            finally:
                if line:
                    LINES.discard(line)
                    line.close()
            down = down if pause and down else time.time()
            pause = min(max(pause * 2, SOONEST), LONGEST_PAUSE)
            gevent.sleep(pause * self.dice.uniform(0.5, 1.0))

    def _lit(self, what: str, at: float, began: float, down: float) -> None:
        # A voice's first text is whatever happens next, at any time.
        if what != "voice":
            self.note("WS", f"{what}: first picture", (at - began) * 1000)
            if down:
                self.note("WS", f"{what}: back after", (at - down) * 1000)


def _reason(down: Exception) -> str:
    return str(down) if isinstance(down, LineDown) else type(down).__name__


def _failed(heard: Any) -> str:
    """`503 UNAVAILABLE`, or what became of the connection."""
    if heard.status_code:
        return f"{heard.status_code} {_code(heard.content)}".strip()
    if isinstance(heard.error, HTTPConnectionClosed):
        return orders_.CLOSED
    return f"no answer: {type(heard.error).__name__}"


def _code(content: bytes | None) -> str:
    try:
        return str(json.loads(content or b"{}").get("code", ""))
    except (ValueError, AttributeError):
        return ""


def rest() -> None:
    """There is nothing more to do in this run."""
    gevent.sleep(max(ORDERS.ends - time.time(), 0) + 3600)
