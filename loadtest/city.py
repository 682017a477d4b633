"""A city that never was: 244 halls, and what a day in each of them leaves in the memory.

Pure, and the same for the same seed. The tree and its loads are those of the domain notes: a city
hall, 18 towns and 225 villages, 6,500 visits a day. Waits come from what makes them in real halls:
opening bursts, lanes of their own, windows that are busy. The queue of each lane is simulated; how
a transferred ticket waits the second time is drawn. Tuples are rows of `archive/memory.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import accumulate
from math import log, sqrt
from random import Random
from typing import Any

from sqlmodel import SQLModel

from ops.behaviour import DAY
from queue_server.archive.memory import (
    DayRow,
    EstimateRow,
    RatingRow,
    SeatRow,
    StageRow,
    VisitRow,
)
from queue_server.domain.calling import MINUTE, SECOND

Row = dict[str, Any]

OPENS, CLOSES, LAST_CALL = 510 * MINUTE, 1050 * MINUTE, 1080 * MINUTE
#: Monday first; 1 on average.
WEEK = (1.2, 1.0, 0.97, 0.95, 0.98, 0.95, 0.95)
CLASSES = (("ordinary", 0.68), ("appointment", 0.22), ("green", 0.10))
SCORES = (5, 5, 5, 5, 4, 4, 3, 2, 1)
TIMEZONE = 8 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall of the tree: how many come a day, its lanes (name → windows), items for each lane."""

    id: str
    level: str
    parent: str
    visits: float
    lanes: tuple[tuple[str, int], ...]
    items: int


def halls() -> list[Hall]:
    """The city hall first, then towns, then villages."""
    city_lanes = tuple((f"lane-{n}", 3) for n in range(1, 21))
    fields = ("police", "social", "medical", "market", "veterans")
    town_lanes = (("general", 2), *((name, 1) for name in fields))
    found = [Hall("city", "city", "", 2_540, city_lanes, 8)]
    found += [Hall(f"town-{n}", "town", "city", 120, town_lanes, 12) for n in range(18)]
    for n in range(225):
        found.append(Hall(f"village-{n}", "village", f"town-{n % 18}", 8, (("general", 1),), 20))
    return found


@dataclass(slots=True)
class Day:
    """What a day left behind, by table."""

    days: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    stages: list[Row] = field(default_factory=list)
    seats: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    estimates: list[Row] = field(default_factory=list)


TABLES: dict[str, type[SQLModel]] = {
    "days": DayRow,
    "visits": VisitRow,
    "stages": StageRow,
    "seats": SeatRow,
    "ratings": RatingRow,
    "estimates": EstimateRow,
}


def day(hall: Hall, on: date, seed: int) -> Day:
    """One day of one hall."""
    return _Drawing(hall, on, Random(f"{seed}/{hall.id}/{on}")).drawn()


_SHARES = list(accumulate(share for *_, share in DAY))
_CLASS_SHARES = list(accumulate(share for _, share in CLASSES))


class _Drawing:
    def __init__(self, hall: Hall, on: date, dice: Random) -> None:
        self.hall, self.dice, self.day = hall, dice, Day()
        self.on = on.isoformat()
        self.midnight = (on.toordinal() - 719_163) * 86_400_000 - TIMEZONE
        self.named: Row = {"hall": hall.id, "day": self.on, "date": self.on}
        self.count = 0

    def drawn(self) -> Day:
        mean = self.hall.visits * WEEK[date.fromisoformat(self.on).weekday()]
        visits = max(round(self.dice.gauss(mean, sqrt(mean))), 0)
        windows = sum(windows for _, windows in self.hall.lanes)
        first = 1
        for index, (lane, some) in enumerate(self.hall.lanes):
            many = visits * some // windows + (index < visits * some % windows)
            self._lane(index, lane, range(first, first + some), many)
            first += some
        opened, closed = self.midnight + OPENS, self.midnight + LAST_CALL
        self.day.days.append(
            {**self.named, "speed": 1, "opened": opened, "closed": closed, "sealed": closed}
        )
        return self.day

    def _lane(self, index: int, lane: str, windows: Sequence[int], many: int) -> None:
        free = [(OPENS + self.dice.randrange(240) * SECOND, window, 0) for window in windows]
        heapify(free)
        busy, calls = dict.fromkeys(windows, 0), dict.fromkeys(windows, 0)
        for arrives in sorted(self._moment() for _ in range(many)):
            at, window, _ = heappop(free)
            called = max(at, arrives + 2 * SECOND)
            done = self._visit(index, lane, arrives, called, window)
            heappush(free, (max(done, at), window, 0))
            if done > called:
                busy[window] += done - called
                calls[window] += 1
        for window in windows:
            self._seat(window, busy[window], calls[window])

    def _moment(self) -> int:
        begins, ends, _ = self.dice.choices(DAY, cum_weights=_SHARES)[0]
        return int(self.dice.uniform(begins, ends) * MINUTE)

    def _lognormal(self, mean: float, cv: float) -> int:
        variance = log(1 + cv * cv)
        return int(self.dice.lognormvariate(log(mean) - variance / 2, sqrt(variance)))

    def _visit(self, index: int, lane: str, arrives: int, called: int, window: int) -> int:
        """A visit, and when its window is free again (the moment of the call if it was none)."""
        dice, self.count = self.dice, self.count + 1
        ticket = f"{chr(65 + index)}{self.count:03}"
        patience = dice.randint(10, 40) * MINUTE if dice.random() < 0.05 else LAST_CALL
        stage = {
            **self.named,
            "ticket": ticket,
            "stage": 1,
            "hour": arrives // (60 * MINUTE),
            "lane": lane,
            "class_": dice.choices(CLASSES, cum_weights=_CLASS_SHARES)[0][0],
            "service": self._service(lane),
            "since": self.midnight + arrives,
        }
        left = min(arrives + patience, LAST_CALL)
        if called > left:
            outcome = "expired" if left == LAST_CALL else "cancelled"
            cut = {"ended": self.midnight + left, "wait": left - arrives, "outcome": outcome}
            self._keep([{**stage, **cut}], outcome, None)
            return called
        return self._served(stage, arrives, called, window)

    def _served(self, stage: Row, arrives: int, called: int, window: int) -> int:
        dice = self.dice
        missed, recalled = dice.random() < 0.06, dice.random() < 0.10
        walk = self._lognormal(15 * SECOND, 0.6) + (45 * SECOND if recalled else 0)
        service = self._lognormal(9 * MINUTE, 0.9)
        hold = dice.randint(3, 15) * MINUTE if dice.random() < 0.04 else 0
        if missed:
            walk, service, hold = 2 * MINUTE, 0, 0
        done = called + walk + service + hold
        stage |= {
            "window": str(window),
            "clerk": f"person:{self.hall.id}-{window}",
            "called": self.midnight + called,
            "started": 0 if missed else self.midnight + called + walk,
            "ended": self.midnight + done,
            "wait": called - arrives,
            "walk": walk,
            "service_time": service,
            "hold": hold,
            "rule": "order",
            "recalls": int(recalled),
            "passed": dice.choice((1, 1, 1, 2, 3)) if dice.random() < 0.1 else 0,
            "outcome": "no_show" if missed else "served",
        }
        stages = [stage]
        if not missed and len(self.hall.lanes) > 1 and dice.random() < 0.03:
            stages = self._transferred(stage, done)
        self._keep(stages, stages[-1]["outcome"], stage["wait"])
        return done

    def _transferred(self, stage: Row, done: int) -> list[Row]:
        wait, service = self._lognormal(6 * MINUTE, 1), self._lognormal(9 * MINUTE, 0.9)
        called = self.midnight + done + wait
        second = stage | {
            "stage": 2,
            "hour": min(done // (60 * MINUTE), 23),
            "lane": self.dice.choice(self.hall.lanes)[0],
            "since": self.midnight + done,
            "called": called,
            "started": called + 15 * SECOND,
            "ended": called + 15 * SECOND + service,
            "wait": wait,
            "walk": 15 * SECOND,
            "service_time": service,
            "hold": 0,
            "recalls": 0,
            "passed": 0,
        }
        return [stage | {"outcome": "transferred"}, second]

    def _service(self, lane: str) -> str:
        # A few items are asked for often.
        rank = int(self.hall.items * self.dice.random() ** 2)
        return f"{lane}-{rank:02}"

    def _keep(self, stages: list[Row], state: str, wait: int | None) -> None:
        first, last = stages[0], stages[-1]
        self.day.stages += stages
        shared = {name: first[name] for name in (*self.named, "ticket")}
        kept = {name: first[name] for name in ("lane", "class_", "service", "hour")}
        sums = {
            name: sum(stage.get(name, 0) for stage in stages)
            for name in ("wait", "walk", "service_time", "hold", "recalls", "passed")
        }
        seat = {"window": last.get("window", ""), "clerk": last.get("clerk", "")}
        times = {"taken": first["since"], "called": first.get("called", 0), "ended": last["ended"]}
        self.day.visits.append(
            {**shared, **kept, **seat, **times, **sums, "state": state, "stages": len(stages)}
        )
        self._estimate(shared, kept, times["taken"], wait)
        if state == "served" and self.dice.random() < 0.33:
            said = {"at": last["ended"], "score": self.dice.choice(SCORES), "source": "window"}
            where = {"lane": last["lane"], "service": last["service"]}
            self.day.ratings.append({**shared, **seat, **where, **said})

    def _estimate(self, shared: Row, kept: Row, at: int, wait: int | None) -> None:
        middle = self._lognormal((wait or 5 * MINUTE) + MINUTE, 0.5)
        told = {"at": at, "lane": kept["lane"], "class_": kept["class_"], "ahead": 3}
        told |= {"low": middle * 6 // 10, "middle": middle, "high": middle * 17 // 10}
        self.day.estimates.append({**shared, **told, "wait": wait})

    def _seat(self, window: int, busy: int, calls: int) -> None:
        opened, closed = self.midnight + OPENS, self.midnight + LAST_CALL
        paused = self.dice.randint(20, 90) * MINUTE
        self.day.seats.append(
            {
                **self.named,
                "window": str(window),
                "opened": opened,
                "clerk": f"person:{self.hall.id}-{window}",
                "closed": closed,
                "paused": paused,
                "busy": busy,
                "idle": max(closed - opened - paused - busy, 0),
                "calls": calls,
            }
        )
